"""Passwords and addresses changed by their owner over HTTP: what it takes, what ends, who is told."""

import asyncio
from typing import Any

import pytest

from domain.account.password import SALT_BYTES, hash_password
from models.account.code.one_time_code import OneTimeCode
from models.account.session import Session
from models.account.user import User
from models.live.notification import Notification
from tests.wire.client import Client
from tests.worlds import world

OLD, NEW = "douze fourmis", "treize pucerons"
KEPT = hash_password(OLD, bytes(SALT_BYTES))
PASSWORD = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { username } }"
EMAIL = "mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { email } }"
LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { user { username } } }"


async def owner(**values: Any) -> User:
    return await world.user(name="zoe", password_hash=KEPT, **values)


def passwords(current: str = OLD, new: str = NEW) -> dict[str, str]:
    return {"currentPassword": current, "newPassword": new}


async def refusal(client: Client, document: str, given: dict[str, str]) -> dict[str, Any]:
    (error,) = (await client.ask(document, input=given))["errors"]
    found: dict[str, Any] = error["extensions"]
    return found


async def test_a_new_password_ends_all_other_sessions_and_codes_and_is_told(client: Client) -> None:
    user = await owner()
    asking, other = await client.as_user(user), await client.as_user(user)
    await world.one_time_code(user)
    assert await asking.data(PASSWORD, input=passwords()) == {"changePassword": {"username": "zoe"}}
    assert await other.codes("{ me { username } }") == ["UNAUTHENTICATED"]
    assert (await asking.data("{ me { username } }"))["me"] == {"username": "zoe"}
    assert await OneTimeCode.all().count() == 0
    assert [one.message for one in await Notification.all()] == ["password_changed"]
    assert await client.codes(LOGIN, input={"login": "zoe", "password": OLD}) == ["UNAUTHENTICATED"]
    assert await client.codes(LOGIN, input={"login": "zoe", "password": NEW}) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (passwords("wrong"), "currentPassword"),
        (passwords(""), "currentPassword"),
        (passwords(OLD, "short"), "newPassword"),
        (passwords(OLD, "password123"), "newPassword"),
        (passwords(OLD, "zoe@example.org"), "newPassword"),
    ],
)
async def test_a_bad_change_of_password_names_its_field(client: Client, given: dict[str, str], field: str) -> None:
    user = await owner()
    asking, _ = await client.as_user(user), await client.as_user(user)
    assert await refusal(asking, PASSWORD, given) == {"code": "BAD_INPUT", "field": field}
    assert (await User.get()).password_hash == KEPT
    assert await Session.filter(revoked_at=None).count() == 2


async def test_a_stolen_session_guesses_no_password(client: Client) -> None:
    asking = await client.as_user(await owner())
    tries = [await refusal(asking, PASSWORD, passwords(f"guess {number}")) for number in range(11)]
    assert [one["code"] for one in tries] == ["BAD_INPUT"] * 10 + ["RATE_LIMITED"]
    assert (await refusal(asking, PASSWORD, passwords()))["code"] == "RATE_LIMITED"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_of_two_changes_at_once_one_wins(client: Client) -> None:
    user = await owner()
    askers = [await client.as_user(user) for _ in range(2)]
    given = [passwords(OLD, f"{NEW} {number}") for number in range(2)]
    answers = await asyncio.gather(*(one.codes(PASSWORD, input=each) for one, each in zip(askers, given, strict=True)))
    # Who is late is told by what they meet first: another change, a session that has ended, or a password of before.
    assert sorted(answers) in ([[], ["CONFLICT"]], [[], ["UNAUTHENTICATED"]], [[], ["BAD_INPUT"]])


async def test_a_new_address_takes_the_password_is_told_and_ends_codes(client: Client) -> None:
    user = await owner()
    await world.one_time_code(user)
    asking = await client.as_user(user)
    assert await asking.data(EMAIL, input={"email": "New@Example.org", "password": OLD}) == {
        "changeEmail": {"email": "New@Example.org"}
    }
    assert ((await User.get()).email_key, await OneTimeCode.all().count()) == ("new@example.org", 0)
    assert [one.message for one in await Notification.all()] == ["email_changed"]
    assert await client.codes(LOGIN, input={"login": "new@example.org", "password": OLD}) == []
    # In another case it stays one's own.
    assert await asking.codes(EMAIL, input={"email": "NEW@example.org", "password": OLD}) == []


@pytest.mark.parametrize(
    ("email", "password", "code", "field"),
    [
        ("paco@EXAMPLE.org", OLD, "CONFLICT", "email"),
        ("nowhere", OLD, "BAD_INPUT", "email"),
        ("new@example.org", "wrong", "BAD_INPUT", "password"),
        ("paco@example.org", "wrong", "BAD_INPUT", "password"),  # Who is not the owner learns of no address.
    ],
)
async def test_a_bad_change_of_address_names_its_field(
    client: Client, email: str, password: str, code: str, field: str
) -> None:
    asking, _ = await client.as_user(await owner()), await world.user(name="paco")
    assert await refusal(asking, EMAIL, {"email": email, "password": password}) == {"code": code, "field": field}
    assert (await User.get(username="zoe")).email == "zoe@example.org"


async def test_what_holds_a_password_takes_no_key_of_idempotency(client: Client) -> None:
    asking = await client.as_user(await owner())
    body = {"query": PASSWORD, "variables": {"input": passwords("wrong")}}
    headers = {"authorization": f"Bearer {asking.bearer}", "idempotency-key": "k"}
    response = await client.http.post("/graphql", json=body, headers=headers)
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_INPUT"]
    assert "secrète" in response.json()["errors"][0]["message"]
