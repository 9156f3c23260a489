"""The doctor against services that are well, doubtful and broken: each fault alone is found, and named in its grade."""

import os
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import commands.doctor.doctor
from cli import command
from commands.doctor.database import _clock
from commands.doctor.doctor import _all
from commands.doctor.finding import Finding, Grade
from commands.doctor.installation import foreign_modules, installation, without_password
from commands.doctor.retention import retention
from commands.runtime import is_french
from config import Settings, read_settings
from domain.account.password import SALT_BYTES, hash_password
from engine.operation.context import utc_now
from models.account.author import Author
from models.account.user import User
from models.alliance.alliance_founding import create_alliance
from models.core.database import close_database, execute, open_database
from models.core.job_run import record_wake
from models.core.transaction import write
from models.demo.demo import PASSWORD
from models.hosting.key.alliance_key import use_master_keys
from models.hosting.key.key_change import export_alliance_key
from models.hosting.key.trail import Actor
from models.hosting.key.vault import make_key
from tests.wire.processes import ROOT
from tests.worlds import world
from tests.worlds.hosting import BY, NOW, house, open_pair

KEY = "0123456789abcdef0123456789abcdef"
MASTER = "fedcba9876543210fedcba9876543210"
PRODUCTION = {"PHEROMONE_ENV": "production", "REGISTRATION": "invite"}


@pytest.fixture
async def administered(database_url: str) -> str:
    """A database with an account that administers it."""
    await open_database(database_url)
    await world.user("admin", "chief")
    await close_database()
    return database_url


@pytest.fixture
def environment(administered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A service that is well: migrated, founded, administered, worked for, with GraphiQL's files and closed folders."""
    monkeypatch.setattr(commands.doctor.doctor, "missing", list)
    monkeypatch.setenv("LC_ALL", "C")
    tmp_path.chmod(0o700)
    return {
        "DATABASE_URL": administered,
        "PHEROMONE_VAR": str(tmp_path / "var"),
        "SECRET_KEY": KEY,
        "MASTER_KEY": MASTER,
    }


async def wake(url: str, minutes: int = 0) -> None:
    await open_database(url)
    await record_wake("harvest", utc_now() - timedelta(minutes=minutes))
    await close_database()


async def faults(environment: dict[str, str]) -> list[tuple[Grade, str]]:
    return [(one.grade, one.what) for one in await _all(environment) if one.grade is not Grade.WELL]


async def test_a_service_that_is_well(environment: dict[str, str]) -> None:
    await wake(environment["DATABASE_URL"])
    assert await faults(environment) == []


def test_what_is_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    said = retention(Settings(database_url="", secret_key=KEY, notification_days=0))
    assert said == Finding(
        Grade.WELL,
        "retention",
        "RIGHTS_HISTORY_DAYS 90, NOTIFICATION_DAYS without end, POST_EVENTS 1000000",
    )


async def test_nobody_harvests(environment: dict[str, str]) -> None:
    assert await faults(environment) == [(Grade.DOUBTFUL, "harvests")]
    await wake(environment["DATABASE_URL"], minutes=6)
    assert await faults(environment) == [(Grade.DOUBTFUL, "harvests")]
    await wake(environment["DATABASE_URL"], minutes=-6)
    (ahead,) = [one.words for one in await _all(environment) if one.what == "harvests"]
    assert "a clock was ahead" in ahead


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM aerich WHERE version LIKE '5_%'", "migrations"),
        ("UPDATE aerich SET version = '99_later.py' WHERE version LIKE '5_%'", "migrations"),
        ("INSERT INTO aerich (version, app, content) VALUES ('99_later.py', 'models', '{}')", "migrations"),
        ("DELETE FROM categories", "roles and categories"),
    ],
)
async def test_a_database_of_another_day(environment: dict[str, str], statement: str, what: str) -> None:
    await wake(environment["DATABASE_URL"])
    await open_database(environment["DATABASE_URL"])
    await execute(statement)
    await close_database()
    assert await faults(environment) == [(Grade.WRONG, what)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, (Grade.WRONG, "database")),
        ({"DATABASE_URL": "sqlite:///nowhere/at/all.sqlite3"}, (Grade.WRONG, "database")),
        ({"PORT": "web"}, (Grade.WRONG, "settings")),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, (Grade.DOUBTFUL, "Redis")),
        ({"REDIS_URL": "http://127.0.0.1:1"}, (Grade.WRONG, "settings")),
        ({"SECRET_KEY": "a" * 40}, (Grade.DOUBTFUL, "SECRET_KEY")),
        ({"MASTER_KEY": f"{KEY},{'b' * 40}"}, (Grade.DOUBTFUL, "MASTER_KEY")),
        ({"SECRET_KEY": "a" * 40, **PRODUCTION}, (Grade.WRONG, "settings")),
        ({"PHEROMONE_ENV": "production"}, (Grade.DOUBTFUL, "REGISTRATION")),
        ({"REGISTRATION": "everybody"}, (Grade.WRONG, "settings")),
        ({"SMTP_URL": "smtp://127.0.0.1"}, (Grade.WRONG, "settings")),
        ({"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "a@example.org"}, (Grade.DOUBTFUL, "SMTP_URL")),
    ],
)
async def test_a_wrong_setting(environment: dict[str, str], changes: dict[str, str], fault: tuple[Grade, str]) -> None:
    await wake(environment["DATABASE_URL"])
    assert await faults(environment | changes) == [fault]


async def test_every_wrong_setting_is_told(environment: dict[str, str]) -> None:
    found = await _all(environment | {"PORT": "web", "LOG_LEVEL": "loud", "REDIS_URL": "http://x"})
    assert [one.words.partition(":")[0] for one in found] == ["REDIS_URL", "PORT", "LOG_LEVEL"]


async def test_it_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    found = await _all({"PHEROMONE_VAR": str(tmp_path / "var")})
    (lacking,) = [one for one in found if one.grade is Grade.WRONG]
    assert (lacking.what, lacking.words.partition(" ")[0]) == ("database", str(tmp_path / "var" / "pheromone.sqlite3"))
    assert "is not there" in lacking.words
    assert not os.listdir(tmp_path)


async def test_it_says_which_installation_it_examines(environment: dict[str, str], tmp_path: Path) -> None:
    said = next(iter(await _all(environment)))
    assert said.what == "installation"
    assert said.words.startswith(f"{version('pheromone')}, {ROOT}, development, ")
    assert said.words.endswith(without_password(environment["DATABASE_URL"]))
    kept = tmp_path / "environment"
    kept.touch()
    settings = Settings(database_url="", secret_key=KEY)
    assert [one.grade for one in installation(settings, {}, kept)] == [Grade.WELL, Grade.DOUBTFUL]
    assert [one.grade for one in installation(settings, PRODUCTION, kept)] == [Grade.WELL]


def test_no_password_is_said() -> None:
    assert without_password("postgres://me:p%40ss@host:1/name?password=b") == "postgres://me@host:1/name"
    assert without_password("sqlite:///a/b.sqlite3") == "sqlite:///a/b.sqlite3"


async def test_each_alliance_s_key_is_opened(environment: dict[str, str]) -> None:
    url = environment["DATABASE_URL"]
    await wake(url)
    await open_database(url)
    use_master_keys([MASTER])
    founder = await world.user("player", "ada")

    async def found() -> None:
        pk = await create_alliance("FDR", "fdr", "Fourmis", None, Author(founder.id, "ada"), utc_now())
        await make_key(pk, Actor(founder.id, "ada"), utc_now())

    await write(found)
    await close_database()
    assert await faults(environment) == []
    (finding,) = [one for one in await _all(environment | {"MASTER_KEY": "x" + MASTER}) if one.grade is not Grade.WELL]
    assert (finding.grade, finding.what) == (Grade.WRONG, "the alliances' keys")
    assert "FDR" in finding.words
    await open_database(url)
    await execute("UPDATE alliance_keys SET post_id = NULL")
    await close_database()
    assert await faults(environment) == [(Grade.DOUBTFUL, "the alliances' keys")]


async def test_a_hosting_s_key_that_nobody_exported(environment: dict[str, str]) -> None:
    url = environment["DATABASE_URL"]
    await wake(url)
    await open_database(url)
    mother, host = await house("MAMAN"), await house("HOTE")
    use_master_keys([MASTER])
    await open_pair(mother, host)
    await close_database()
    (finding,) = [one for one in await _all(environment) if one.grade is not Grade.WELL]
    assert (finding.grade, finding.what) == (Grade.DOUBTFUL, "the alliances' keys")
    assert finding.words == "nobody has exported those of MAMAN"
    await open_database(url)
    await export_alliance_key(mother.alliance.id, BY, NOW)
    await close_database()
    assert await faults(environment) == []


@pytest.mark.parametrize(("name", "file"), [("SECRET_KEY", "secret-key"), ("MASTER_KEY", "master-key")])
async def test_secrets_that_others_may_read(environment: dict[str, str], tmp_path: Path, name: str, file: str) -> None:
    await wake(environment["DATABASE_URL"])
    del environment[name]
    read_settings(environment)
    assert await faults(environment) == []
    folder, kept = tmp_path / "var", tmp_path / "var" / file
    kept.chmod(0o644)
    assert await faults(environment) == []  # Its folder keeps others out.
    folder.chmod(0o755)
    assert await faults(environment) == [(Grade.WRONG, str(kept))]


async def test_files_of_graphiql_that_are_not_there(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await wake(environment["DATABASE_URL"])
    monkeypatch.setattr(commands.doctor.doctor, "missing", lambda: [object()])
    assert await faults(environment) == [(Grade.DOUBTFUL, "GraphiQL")]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role_id": 4}])
async def test_a_service_that_nobody_can_administer(environment: dict[str, str], change: dict[str, Any]) -> None:
    await wake(environment["DATABASE_URL"])
    await open_database(environment["DATABASE_URL"])
    await User.filter(username="chief").update(**change)
    await close_database()
    (finding,) = [one for one in await _all(environment) if one.grade is not Grade.WELL]
    assert (finding.grade, finding.what) == (Grade.DOUBTFUL, "administrators")
    assert "pheromone user create" in finding.words


async def test_a_public_service_with_the_accounts_of_the_demo(environment: dict[str, str]) -> None:
    url = environment["DATABASE_URL"]
    await wake(url)
    await open_database(url)
    kept = hash_password(PASSWORD, bytes(SALT_BYTES))
    for name in ("admin_test", "gm_test", "player_pure", "somebody"):
        await world.user("player", name, password_hash=kept)
    await User.filter(username="gm_test").update(is_active=False)
    await User.filter(username="player_pure").update(password_hash=hash_password("another one", bytes(SALT_BYTES)))
    await close_database()
    assert await faults(environment) == []
    (finding,) = [one for one in await _all(environment | PRODUCTION) if one.grade is not Grade.WELL]
    assert (finding.grade, finding.what) == (Grade.WRONG, "demo accounts")
    assert finding.words.endswith(": admin_test")


@pytest.mark.parametrize(("given", "is_fault"), [("*", True), ("127.0.0.1, *", True), ("127.0.0.1", False)])
async def test_a_public_service_that_believes_every_proxy(
    environment: dict[str, str], given: str, *, is_fault: bool
) -> None:
    await wake(environment["DATABASE_URL"])
    environment |= {"FORWARDED_ALLOW_IPS": given}
    assert await faults(environment) == []
    expected = [(Grade.DOUBTFUL, "FORWARDED_ALLOW_IPS")] if is_fault else []
    assert await faults(environment | PRODUCTION) == expected


@pytest.mark.parametrize(
    ("given", "is_fault"), [("https://a.example.org", False), ("*", True), ("http://a.example.org", True)]
)
async def test_a_public_service_that_any_page_may_call(
    environment: dict[str, str], given: str, *, is_fault: bool
) -> None:
    await wake(environment["DATABASE_URL"])
    environment |= {"ALLOWED_ORIGINS": given}
    assert await faults(environment) == []
    expected = [(Grade.DOUBTFUL, "ALLOWED_ORIGINS")] if is_fault else []
    assert await faults(environment | PRODUCTION) == expected


@pytest.mark.parametrize(
    ("skew", "grade"), [(0.4, Grade.WELL), (-2.5, Grade.DOUBTFUL), (29.0, Grade.DOUBTFUL), (-31.0, Grade.WRONG)]
)
def test_clocks_apart(skew: float, grade: Grade) -> None:
    assert _clock(skew).grade is grade


async def test_the_clock_is_compared_where_the_database_has_its_own(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await wake(environment["DATABASE_URL"])
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 100)
    expected = [(Grade.WRONG, "clock")] if environment["DATABASE_URL"].startswith("postgres") else []
    assert await faults(environment) == expected


@pytest.mark.parametrize("worst", list(Grade))
def test_it_exits_with_the_worst_and_speaks_the_operator_s_language(
    worst: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(_environment: dict[str, str]) -> list[Finding]:
        return [Finding(Grade.WELL, "a", "b"), Finding(worst, "c", "d")]

    monkeypatch.setattr(commands.doctor.doctor, "_all", found)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    result = CliRunner().invoke(command, ["doctor"])
    assert result.exit_code == worst
    assert "a : b" in result.stdout


def test_posix_s_order_of_variables() -> None:
    assert is_french({"LC_ALL": "fr_FR.UTF-8", "LANG": "C"})
    assert is_french({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_CA.UTF-8"})
    assert not is_french({"LC_MESSAGES": "en_US", "LANG": "fr_FR"})
    assert not is_french({})


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize(("size", "grade"), [("10", Grade.WELL), ("50", Grade.DOUBTFUL), ("95", Grade.WRONG)])
async def test_connections_are_counted_for_every_process(environment: dict[str, str], size: str, grade: Grade) -> None:
    found = await _all({**environment, "DATABASE_POOL_SIZE": size})
    (told,) = [one for one in found if one.what == "connections"]
    assert told.grade is grade
    assert f"97 allowed, up to {int(size) + 4} a process: enough for {97 // (int(size) + 4)}" in told.words


def test_a_package_that_brings_a_module_of_our_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert foreign_modules() == []
    information = tmp_path / "fourmi-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: fourmi\nVersion: 1.0\n")
    (information / "top_level.txt").write_text("config\nfourmi\n")
    monkeypatch.syspath_prepend(tmp_path)
    words = "also brought by fourmi; give the service an environment of its own"
    assert foreign_modules() == [Finding(Grade.WRONG, "module config", words)]
