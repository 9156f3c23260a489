"""Settings from the environment, read once at start-up and passed down. Imported by app and commands alone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from strawberry.http.websocket_origin import normalize_allowed_origins

from domain.core.smtp import SmtpServer, read_smtp_url
from domain.core.trusted_document import BadManifestError, read_manifest
from domain.core.variables import Switch, Variables
from permissions.exploration import Exploration
from permissions.introspection import Introspection
from permissions.registration import Registration

MINIMUM_SECRET_LENGTH = 32
MINIMUM_TOKEN_LENGTH = 16
FEW_LETTERS = 10
"""Different characters that a key drawn at random has more of."""


class SettingsError(ValueError):
    """Settings that the service must not start with: a line for each of them, which begins with its variable."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Mode(StrEnum):
    """Whom an installation is for."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogLevel(StrEnum):
    """From which level on lines are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


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
    worker_port: int = 0
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
    kept_answers: int = 16


class _Reading(Variables):
    """The service's variables. `makes_files`: its folder is made, and secrets that are not there are drawn and kept."""

    def __init__(self, given: Mapping[str, str], *, makes_files: bool) -> None:
        super().__init__(given)
        self.makes_files = makes_files

    def folder(self) -> Path:
        """The variable folder, made for its owner alone: the database in it holds addresses and hashes of passwords."""
        try:
            folder = variable_folder(self.given)
            if self.makes_files:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (OSError, RuntimeError) as error:  # An account may have no home, or one where it may not write.
            raise SettingsError([*self.faults, f"PHEROMONE_VAR: {error}"]) from None
        return folder


def read_settings(environment: Mapping[str, str], *, makes_files: bool = True) -> Settings:
    """Reads and checks every setting; raises SettingsError with all that is wrong.

    Without `makes_files` nothing is made where the service would keep its files, and a secret that is not there is "".
    """
    of = _Reading(environment, makes_files=makes_files)
    # A slip such as `prod` must not make a public service one that plants accounts with a known password.
    production = of.choice("PHEROMONE_ENV", Mode.DEVELOPMENT) is Mode.PRODUCTION
    secret_key, master_keys = _keys(of, production=production)
    settings = Settings(
        database_url=_database_url(of),
        counts_folder=of.text("PROMETHEUS_MULTIPROC_DIR"),
        metrics_token=_metrics_token(of),
        smtp=_smtp(of),
        mail_from=of.text("MAIL_FROM"),
        redis_url=_redis_url(of),
        secret_key=secret_key,
        master_keys=master_keys,
        host=of.text("HOST") or "127.0.0.1",
        port=of.whole_number("PORT", 8000, 0, 65535),
        worker_port=of.whole_number("WORKER_PORT", 0, 0, 65535),
        production=production,
        access_token_lifetime=of.whole_number("ACCESS_TOKEN_SECONDS", 900, 1, 86400),
        refresh_token_lifetime=of.whole_number("REFRESH_TOKEN_SECONDS", 30 * 86400, 1, 366 * 86400),
        max_body_bytes=of.whole_number("MAX_BODY_BYTES", 1_048_576, 1024, 64 * 1_048_576),
        max_head_bytes=of.whole_number("MAX_HEAD_BYTES", 32_768, 4096, 1_048_576),
        idle_seconds=of.whole_number("IDLE_SECONDS", 20, 1, 3600),
        sockets_per_address=of.whole_number("SOCKETS_PER_ADDRESS", 50, 1, 1_000_000),
        allowed_origins=_allowed_origins(of),
        log_level=_log_level(of),
        pool_size=of.whole_number("DATABASE_POOL_SIZE", 10, 1, 200),
        introspection=of.choice("INTROSPECTION", Introspection.SIGNED_IN),
        registration=of.choice("REGISTRATION", Registration.OPEN),
        field_suggestions=of.switch("FIELD_SUGGESTIONS"),
        trusted_documents=_trusted_documents(of),
        exploration=of.choice("EXPLORATION", Exploration.SIGNED_IN),
        viewer_cost=of.whole_number("COST_PER_MINUTE", 1_000_000, 0, 10**12),
        anonymous_cost=of.whole_number("ANONYMOUS_COST_PER_MINUTE", 600_000, 0, 10**12),
        jobs=of.switch("JOBS", Switch.ON),
        rights_history_days=of.whole_number("RIGHTS_HISTORY_DAYS", 90, 0, 36_500),
        notification_days=of.whole_number("NOTIFICATION_DAYS", 90, 0, 36_500),
        post_events=of.whole_number("POST_EVENTS", 1_000_000, 0, 10**12),
        kept_answers=of.whole_number("KEPT_ANSWERS", 16, 0, 4096),
    )
    if of.faults:
        raise SettingsError(of.faults)
    return settings


def variable_folder(environment: Mapping[str, str]) -> Path:
    """Where development keeps its files: in a clone beside the sources, installed among the account's own data."""
    home = Path(__file__).parent
    if given := environment.get("PHEROMONE_VAR"):
        return Path(given)
    if (home / "pyproject.toml").is_file():
        return home / "var"
    return Path(environment.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()) / "pheromone"


def is_drawn(key: str) -> bool:
    """Whether a key may be one that was drawn at random: `aaaa…` and `password…` are long enough too."""
    return len(set(key)) >= FEW_LETTERS


def _database_url(of: _Reading) -> str:
    scheme, divided, rest = of.text("DATABASE_URL").partition("://")
    if scheme == "postgresql":  # As libpq calls it; Tortoise knows the short name alone.
        scheme = "postgres"
    if not scheme:
        return f"sqlite://{of.folder() / 'pheromone.sqlite3'}"
    if not divided or scheme not in ("sqlite", "postgres"):
        of.wrong("DATABASE_URL", "begins with sqlite://, postgres:// or postgresql://.")
    return scheme + divided + rest


def _redis_url(of: _Reading) -> str:
    url = of.text("REDIS_URL")
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("redis", "rediss", "unix") and (parts.port or True)
    except ValueError:
        is_one = False
    if url and not is_one:
        of.wrong("REDIS_URL", "redis://host:port/number, rediss:// or unix://, and no other.")
    return url


def _keys(of: _Reading, *, production: bool) -> tuple[str, tuple[str, ...]]:
    """What signs and what seals. Several of the latter between commas: a new one, and old ones that still open."""
    signing = of.text("SECRET_KEY")
    sealing = tuple(key.strip() for key in of.text("MASTER_KEY").split(",") if key.strip())
    for name, keys in (("SECRET_KEY", (signing,) if signing else ()), ("MASTER_KEY", sealing)):
        if any(len(key) < MINIMUM_SECRET_LENGTH for key in keys):
            of.wrong(name, f"at least {MINIMUM_SECRET_LENGTH} characters are needed.")
        elif production and not keys:
            of.wrong(name, "must be set when PHEROMONE_ENV is production.")
        elif production and not all(map(is_drawn, keys)):
            of.wrong(name, "too few different characters: draw it at random.")
    if production:
        if signing in sealing:  # Who may see one of them could do all.
            of.wrong("SECRET_KEY", "is MASTER_KEY too: draw each for itself.")
        return signing, sealing
    return signing or _kept_secret(of, "SECRET_KEY"), sealing or (_kept_secret(of, "MASTER_KEY"),)


def _kept_secret(of: _Reading, name: str) -> str:
    """A development secret survives restarts, or every restart would sign everybody out and lose every key."""
    path = of.folder() / name.lower().replace("_", "-")
    try:
        if not path.exists():
            if not of.makes_files:
                return ""
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        kept = path.read_text().strip()
    except OSError as error:
        of.wrong("PHEROMONE_VAR", f"{path}: {error.strerror}")
        return ""
    if len(kept) < MINIMUM_SECRET_LENGTH:  # Such as an empty file, where the disk was full.
        of.wrong(name, f"{path} holds fewer than {MINIMUM_SECRET_LENGTH} characters; remove it.")
    return kept


def _metrics_token(of: _Reading) -> str:
    given = of.text("METRICS_TOKEN")
    if given and (len(given) < MINIMUM_TOKEN_LENGTH or not given.isascii() or " " in given):
        of.wrong("METRICS_TOKEN", f"at least {MINIMUM_TOKEN_LENGTH} plain characters without spaces.")
    return given


def _smtp(of: _Reading) -> SmtpServer | None:
    url = of.text("SMTP_URL")
    if not url:
        return None
    if "@" not in of.text("MAIL_FROM"):
        of.wrong("MAIL_FROM", "the address that mail comes from is needed beside SMTP_URL.")
    try:
        return read_smtp_url(url)
    except ValueError as error:  # It says nothing of the password that the URL may hold.
        of.wrong("SMTP_URL", str(error))
        return None


def _allowed_origins(of: _Reading) -> frozenset[str]:
    """As browsers send them: names in ASCII, no port where it is the usual one."""
    name = "ALLOWED_ORIGINS"
    try:
        origins = normalize_allowed_origins([one.strip() for one in of.text(name).split(",") if one.strip()])
    except ValueError as error:
        of.wrong(name, str(error))
        return frozenset()
    if foreign := [one for one in origins if not one.isascii()]:
        of.wrong(name, f"{foreign[0]!r} is sent by browsers in ASCII (xn--…).")
    return origins


def _trusted_documents(of: _Reading) -> Mapping[str, str] | None:
    path = of.text("TRUSTED_DOCUMENTS")
    if not path:
        return None
    try:
        return read_manifest(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, BadManifestError) else type(error).__name__
        of.wrong("TRUSTED_DOCUMENTS", f"{path}: {reason}")
        return None


def _log_level(of: _Reading) -> str:
    text = of.text("LOG_LEVEL").lower() or LogLevel.INFO.value
    if text not in tuple(LogLevel):
        of.wrong("LOG_LEVEL", f"{text!r} is none of {', '.join(LogLevel)}.")
    return text
