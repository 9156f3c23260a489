"""Settings from the environment, read once at start-up and passed down. Imported by app and commands alone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from strawberry.http.websocket_origin import normalize_allowed_origins

from domain.core.smtp import SmtpServer, read_smtp_url
from domain.core.trusted_document import BadManifestError, read_manifest
from permissions.exploration import Exploration
from permissions.introspection import Introspection
from permissions.registration import Registration

MINIMUM_SECRET_LENGTH = 32
MINIMUM_TOKEN_LENGTH = 16
LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(ValueError):
    """A setting that the service must not start with; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process runs with. Durations are in seconds. `jobs`: the server also does the worker's work.

    `notification_days` and `post_events` say what is kept, 0 for ever.

    `master_keys` seal the alliances' keys at rest: the first seals, all of them open.
    """

    database_url: str
    secret_key: str
    master_keys: tuple[str, ...] = ()
    redis_url: str = ""
    counts_folder: str = ""
    metrics_token: str = ""
    smtp: SmtpServer | None = None
    mail_from: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    production: bool = False
    access_token_lifetime: int = 900
    refresh_token_lifetime: int = 30 * 86400
    max_body_bytes: int = 1_048_576
    max_head_bytes: int = 32_768
    idle_seconds: int = 20
    sockets_per_address: int = 50
    allowed_origins: frozenset[str] = frozenset()
    pool_size: int = 10
    log_level: str = "info"
    introspection: Introspection = Introspection.SIGNED_IN
    registration: Registration = Registration.OPEN
    field_suggestions: bool = False
    trusted_documents: Mapping[str, str] | None = None
    exploration: Exploration = Exploration.SIGNED_IN
    viewer_cost: int = 1_000_000
    anonymous_cost: int = 600_000
    jobs: bool = False
    rights_history_days: int = 90
    notification_days: int = 90
    post_events: int = 1_000_000


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads and checks every setting; raises SettingsError with the variable's name."""
    # A slip such as `prod` must not make a public service one that plants accounts with a known password.
    production = _one_of(environment, "PHEROMONE_ENV", "development", "production") == "production"
    return Settings(
        database_url=_database_url(environment),
        counts_folder=environment.get("PROMETHEUS_MULTIPROC_DIR", ""),
        metrics_token=_metrics_token(environment),
        smtp=_smtp(environment),
        mail_from=environment.get("MAIL_FROM", ""),
        redis_url=environment.get("REDIS_URL", ""),
        secret_key=_secret_key(environment, production=production),
        master_keys=_master_keys(environment, production=production),
        host=environment.get("HOST", "127.0.0.1"),
        port=_whole_number(environment, "PORT", 8000, 0, 65535),
        production=production,
        access_token_lifetime=_whole_number(environment, "ACCESS_TOKEN_SECONDS", 900, 1, 86400),
        refresh_token_lifetime=_whole_number(environment, "REFRESH_TOKEN_SECONDS", 30 * 86400, 1, 366 * 86400),
        max_body_bytes=_whole_number(environment, "MAX_BODY_BYTES", 1_048_576, 1024, 64 * 1_048_576),
        max_head_bytes=_whole_number(environment, "MAX_HEAD_BYTES", 32_768, 4096, 1_048_576),
        idle_seconds=_whole_number(environment, "IDLE_SECONDS", 20, 1, 3600),
        sockets_per_address=_whole_number(environment, "SOCKETS_PER_ADDRESS", 50, 1, 1_000_000),
        allowed_origins=_allowed_origins(environment),
        log_level=_log_level(environment),
        pool_size=_whole_number(environment, "DATABASE_POOL_SIZE", 10, 1, 200),
        introspection=_introspection(environment),
        registration=_registration(environment),
        field_suggestions=_switch(environment, "FIELD_SUGGESTIONS"),
        trusted_documents=_trusted_documents(environment.get("TRUSTED_DOCUMENTS", "")),
        exploration=Exploration(_one_of(environment, "EXPLORATION", "signed-in", "nobody")),
        viewer_cost=_whole_number(environment, "COST_PER_MINUTE", 1_000_000, 0, 10**12),
        anonymous_cost=_whole_number(environment, "ANONYMOUS_COST_PER_MINUTE", 600_000, 0, 10**12),
        jobs=_switch(environment, "JOBS", "on"),
        rights_history_days=_whole_number(environment, "RIGHTS_HISTORY_DAYS", 90, 0, 36_500),
        notification_days=_whole_number(environment, "NOTIFICATION_DAYS", 90, 0, 36_500),
        post_events=_whole_number(environment, "POST_EVENTS", 1_000_000, 0, 10**12),
    )


def _database_url(environment: Mapping[str, str]) -> str:
    given = environment.get("DATABASE_URL", "")
    if given and not given.startswith(("sqlite://", "postgres://")):
        raise SettingsError("DATABASE_URL: begins with sqlite:// or postgres://.")
    return given or f"sqlite://{_made_folder(environment) / 'pheromone.sqlite3'}"


def variable_folder(environment: Mapping[str, str]) -> Path:
    """Where development keeps its files: in a clone beside the sources, installed among the account's own data."""
    home = Path(__file__).parent
    if given := environment.get("PHEROMONE_VAR"):
        return Path(given)
    if (home / "pyproject.toml").is_file():
        return home / "var"
    return Path(environment.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()) / "pheromone"


def _made_folder(environment: Mapping[str, str]) -> Path:
    """Made for its owner alone: the database in it holds addresses and hashes of passwords."""
    try:
        folder = variable_folder(environment)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:  # An account may have no home, or one where it may not write.
        raise SettingsError(f"PHEROMONE_VAR: {error}") from None
    return folder


def _secret_key(environment: Mapping[str, str], *, production: bool) -> str:
    given = environment.get("SECRET_KEY", "")
    if given:
        if len(given) < MINIMUM_SECRET_LENGTH:
            raise SettingsError(f"SECRET_KEY: at least {MINIMUM_SECRET_LENGTH} characters are needed.")
        return given
    if production:
        raise SettingsError("SECRET_KEY: must be set when PHEROMONE_ENV is production.")
    return _kept_secret(_made_folder(environment) / "secret-key", "SECRET_KEY")


def _metrics_token(environment: Mapping[str, str]) -> str:
    given = environment.get("METRICS_TOKEN", "")
    if given and (len(given) < MINIMUM_TOKEN_LENGTH or not given.isascii() or " " in given):
        raise SettingsError(f"METRICS_TOKEN: at least {MINIMUM_TOKEN_LENGTH} plain characters without spaces.")
    return given


def _master_keys(environment: Mapping[str, str], *, production: bool) -> tuple[str, ...]:
    """One or several between commas: a new one in front of the old one, until every alliance's key is sealed anew."""
    given = tuple(key.strip() for key in environment.get("MASTER_KEY", "").split(",") if key.strip())
    if any(len(key) < MINIMUM_SECRET_LENGTH for key in given):
        raise SettingsError(f"MASTER_KEY: at least {MINIMUM_SECRET_LENGTH} characters are needed in each.")
    if not given and production:
        raise SettingsError("MASTER_KEY: must be set when PHEROMONE_ENV is production.")
    return given or (_kept_secret(_made_folder(environment) / "master-key", "MASTER_KEY"),)


def _kept_secret(path: Path, name: str) -> str:
    """A development secret survives restarts, or every restart would sign everybody out and lose every key."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    kept = path.read_text().strip()
    if len(kept) < MINIMUM_SECRET_LENGTH:  # Such as an empty file, where the disk was full.
        raise SettingsError(f"{name}: {path} holds fewer than {MINIMUM_SECRET_LENGTH} characters; remove it.")
    return kept


def _whole_number(environment: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise SettingsError(f"{name}: {text!r} is not a whole number.") from None
    if not lowest <= value <= highest:
        raise SettingsError(f"{name}: must be between {lowest} and {highest}.")
    return value


def _introspection(environment: Mapping[str, str]) -> Introspection:
    text = environment.get("INTROSPECTION", "") or Introspection.SIGNED_IN.value
    try:
        return Introspection(text)
    except ValueError:
        raise SettingsError(f"INTROSPECTION: {text!r} is none of {', '.join(Introspection)}.") from None


def _registration(environment: Mapping[str, str]) -> Registration:
    text = environment.get("REGISTRATION", "") or Registration.OPEN.value
    try:
        return Registration(text)
    except ValueError:
        raise SettingsError(f"REGISTRATION: {text!r} is none of {', '.join(Registration)}.") from None


def _smtp(environment: Mapping[str, str]) -> SmtpServer | None:
    url = environment.get("SMTP_URL", "")
    if not url:
        return None
    if "@" not in environment.get("MAIL_FROM", ""):
        raise SettingsError("MAIL_FROM: the address that mail comes from is needed beside SMTP_URL.")
    try:
        return read_smtp_url(url)
    except ValueError as error:  # It says nothing of the password that the URL may hold.
        raise SettingsError(f"SMTP_URL: {error}") from None


def _allowed_origins(environment: Mapping[str, str]) -> frozenset[str]:
    """As browsers send them: names in ASCII, no port where it is the usual one."""
    given = [one.strip() for one in environment.get("ALLOWED_ORIGINS", "").split(",") if one.strip()]
    try:
        origins = normalize_allowed_origins(given)
    except ValueError as error:
        raise SettingsError(f"ALLOWED_ORIGINS: {error}") from None
    foreign = [one for one in origins if not one.isascii()]
    if foreign:
        raise SettingsError(f"ALLOWED_ORIGINS: {foreign[0]!r} is sent by browsers in ASCII (xn--…).")
    return origins


def _trusted_documents(path: str) -> Mapping[str, str] | None:
    if not path:
        return None
    try:
        return read_manifest(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, BadManifestError) else type(error).__name__
        raise SettingsError(f"TRUSTED_DOCUMENTS: {path}: {reason}") from None


def _log_level(environment: Mapping[str, str]) -> str:
    text = environment.get("LOG_LEVEL", "") or "info"
    if text not in LOG_LEVELS:
        raise SettingsError(f"LOG_LEVEL: {text!r} is none of {', '.join(LOG_LEVELS)}.")
    return text


def _switch(environment: Mapping[str, str], name: str, usual: str = "off") -> bool:
    return _one_of(environment, name, usual, "on" if usual == "off" else "off") == "on"


def _one_of(environment: Mapping[str, str], name: str, usual: str, other: str) -> str:
    text = environment.get(name, "") or usual
    if text not in (usual, other):
        raise SettingsError(f"{name}: {text!r} is neither {usual} nor {other}.")
    return text
