"""`pheromone user` as the operator of a fresh service runs it, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from typer.testing import CliRunner, Result

from cli import command
from models.account.session import Session
from models.account.user import User
from models.core.database import close_database, open_database
from models.live.notification import Notification
from tests.worlds import world

PASSWORD = "douze fourmis\n"


@pytest.fixture(autouse=True)
def place(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("LC_ALL", "C")


def user(*arguments: str, typed: str = PASSWORD) -> Result:
    return CliRunner().invoke(command, ["user", *arguments], input=typed)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    await open_database(url)
    yield
    await close_database()


def created(name: str = "Zoé", role: str = "admin") -> Result:
    return user("create", name, "--email", f"{name}@example.org", "--role", role)


def test_the_first_administrator_is_made_listed_and_kept() -> None:
    assert created().exit_code == 0
    assert user("list").stdout.split("\t")[:3] == ["Zoé", "admin", "active"]
    assert user("list", "--role", "player").stdout == ""
    kept = user("promote", "zoé", "--role", "player")
    assert (kept.exit_code, "always keeps" in kept.stderr) == (1, True)
    assert created("Paco", "player").exit_code == 0
    assert user("promote", "PACO@example.org").stdout == "PACO@example.org: admin\n"
    assert user("promote", "zoé", "--role", "player").exit_code == 0
    assert [line.split("\t")[1] for line in user("list").stdout.splitlines()] == ["player", "admin"]


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (("create", "Zoé", "--email", "z@example.org"), PASSWORD, "username: This name is taken."),
        (("create", "Paco", "--email", "ZOÉ@example.org"), PASSWORD, "email: This address is already in use."),
        (("create", "a@b", "--email", "a@example.org"), PASSWORD, "username: An account's name cannot hold an @."),
        (("create", "Paco", "--email", "nowhere"), PASSWORD, "email: This address is not valid."),
        (("create", "Paco", "--email", "p@example.org"), "password123\n", "password: This password is among"),
        (("create", "Paco", "--email", "p@example.org"), "", "password: At least 8 characters"),
        (("create", "Paco", "--email", "p@example.org", "--role", "king"), PASSWORD, "--role: There is no such role"),
        (("promote", "nobody"), "", "nobody: Not found."),
        (("password", "nobody"), PASSWORD, "nobody: Not found."),
        (("password", "zoé"), "short\n", "password: At least 8 characters"),
    ],
)
async def test_what_is_refused_is_said_in_a_line(
    arguments: tuple[str, ...], typed: str, words: str, database_url: str
) -> None:
    async with opened(database_url):
        await world.user("admin", "Zoé")
    refused = await asyncio.to_thread(user, *arguments, typed=typed)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(words)
    assert len(refused.stderr.splitlines()) == 1
    async with opened(database_url):
        assert await User.all().count() == 1


async def test_a_new_password_ends_the_sessions_and_is_told(database_url: str) -> None:
    async with opened(database_url):
        await world.session(await world.user(name="zoe"))
    changed = await asyncio.to_thread(user, "password", "zoe")
    assert changed.stdout == "zoe: password changed.\n"
    async with opened(database_url):
        assert (await User.get(username="zoe")).password_hash.startswith("$argon2id$")
        assert await Session.filter(revoked_at=None).count() == 0
        assert [one.message for one in await Notification.all()] == ["password_changed"]
