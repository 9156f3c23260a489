"""Settings as an operator writes them: what is not understood stops the start, by name."""

from pathlib import Path

import pytest

from config import SettingsError, read_settings
from permissions.introspection import Introspection

DRAWN = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"


def test_the_schema_tells_little_unless_told_to(tmp_path: Path) -> None:
    environment = {"PHEROMONE_VAR": str(tmp_path)}
    settings = read_settings(environment)
    assert settings.introspection is Introspection.SIGNED_IN
    assert not settings.field_suggestions
    opened = read_settings({**environment, "INTROSPECTION": "everyone", "FIELD_SUGGESTIONS": "on"})
    assert opened.introspection is Introspection.EVERYONE
    assert opened.field_suggestions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTROSPECTION", "yes"),
        ("FIELD_SUGGESTIONS", "true"),
        ("LOG_LEVEL", "loud"),
        ("JOBS", "no"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "a token that has spaces"),
        ("IDLE_SECONDS", "0"),
        ("MAX_HEAD_BYTES", "100"),
        ("SOCKETS_PER_ADDRESS", "none"),
        ("ALLOWED_ORIGINS", "forum.example.org"),
        ("ALLOWED_ORIGINS", "https://forum.example.org/graphql"),
        ("ALLOWED_ORIGINS", "https://fourmilière.example.org"),
        ("ALLOWED_ORIGINS", "null"),
        ("PHEROMONE_ENV", "prod"),
        ("PHEROMONE_ENV", "Production"),
        ("DATABASE_URL", "mysql://localhost/forum"),
        ("DATABASE_URL", "/var/lib/forum.sqlite3"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://localhost:port"),
    ],
)
def test_a_setting_that_is_not_understood_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({"PHEROMONE_VAR": str(tmp_path), name: value})


def test_origins_are_kept_as_browsers_send_them(tmp_path: Path) -> None:
    given = "HTTPS://Forum.example.org:443/, http://127.0.0.1:5173,"
    settings = read_settings({"PHEROMONE_VAR": str(tmp_path), "ALLOWED_ORIGINS": given})
    assert settings.allowed_origins == {"https://forum.example.org", "http://127.0.0.1:5173"}


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(SettingsError, match=r"PHEROMONE_VAR: .*/proc/nowhere"):
        read_settings({"PHEROMONE_VAR": "/proc/nowhere"})


def test_what_is_kept_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    kept = read_settings({"PHEROMONE_VAR": str(folder)}).secret_key
    assert read_settings({"PHEROMONE_VAR": str(folder)}).secret_key == kept
    assert (folder.stat().st_mode & 0o777, (folder / "secret-key").stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("text", ["", "\n", "short"])
def test_a_kept_secret_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret-key").write_text(text)
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        read_settings({"PHEROMONE_VAR": str(tmp_path)})


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    given = {"PHEROMONE_VAR": str(tmp_path), "PORT": "web", "LOG_LEVEL": "loud", "MASTER_KEY": "short", "JOBS": "no"}
    with pytest.raises(SettingsError) as refused:
        read_settings(given)
    named = [fault.partition(":")[0] for fault in refused.value.faults]
    assert named == ["MASTER_KEY", "PORT", "LOG_LEVEL", "JOBS"]
    assert str(refused.value).splitlines() == refused.value.faults


def test_common_spellings_are_understood(tmp_path: Path) -> None:
    given = {"PHEROMONE_VAR": str(tmp_path), "DATABASE_URL": "postgresql://me@host/name", "LOG_LEVEL": "INFO"}
    settings = read_settings(given)
    assert (settings.database_url, settings.log_level) == ("postgres://me@host/name", "info")


@pytest.mark.parametrize("url", ["redis://:secret@host:6379/0", "rediss://host", "unix:///run/redis.sock", ""])
def test_redis_is_named_in_its_own_words(tmp_path: Path, url: str) -> None:
    assert read_settings({"PHEROMONE_VAR": str(tmp_path), "REDIS_URL": url}).redis_url == url


def test_production_needs_a_master_key_and_development_keeps_its_own(tmp_path: Path) -> None:
    given = {"PHEROMONE_VAR": str(tmp_path), "SECRET_KEY": DRAWN}
    with pytest.raises(SettingsError, match="MASTER_KEY"):
        read_settings({**given, "PHEROMONE_ENV": "production"})
    (kept,) = read_settings(given).master_keys
    assert read_settings(given).master_keys == (kept,)
    assert kept != read_settings({"PHEROMONE_VAR": str(tmp_path)}).secret_key
    two = read_settings({**given, "MASTER_KEY": f"{'n' * 40}, {'o' * 40}"}).master_keys
    assert two == ("n" * 40, "o" * 40)


@pytest.mark.parametrize(
    ("signing", "sealing", "named"),
    [
        (DRAWN, f"{OTHER},{DRAWN}", "SECRET_KEY"),
        ("a" * 40, OTHER, "SECRET_KEY"),
        (DRAWN, f"{OTHER},{'b' * 40}", "MASTER_KEY"),
        (DRAWN, OTHER, None),
    ],
)
def test_production_refuses_keys_that_are_guessed_or_one(signing: str, sealing: str, named: str | None) -> None:
    given = {"PHEROMONE_ENV": "production", "DATABASE_URL": "sqlite:///f", "SECRET_KEY": signing, "MASTER_KEY": sealing}
    if named is None:
        assert read_settings(given).production
        return
    with pytest.raises(SettingsError) as refused:
        read_settings(given)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == [named]
