"""`pheromone doctor`: looks at everything that a service needs and says what is wrong. It repairs nothing."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import typer
from redis.asyncio import Redis
from redis.exceptions import RedisError

from commands.admission import administration, mail, registration
from commands.connections import connections
from commands.exposure import allowed_origins, believed_proxies, demo_accounts
from commands.finding import Finding, Grade
from commands.retention import retention
from commands.runtime import command, localized, open_wired
from config import Settings, SettingsError, read_settings, variable_folder
from engine.operation.context import utc_now
from models.core.database import close_database, database_clock
from models.core.job_run import harvest_lag, last_wake
from models.core.migration import LOCATION, NoHistoryError, applied, pending
from models.transfer.reference_data import has_reference_data
from pages.assets import missing

SLOW_CLOCK, WRONG_CLOCK = 2.0, 30.0
STILL_WORKER = 300.0
PATIENCE_SECONDS = 5.0
FEW_LETTERS = 10


_SIGNS = {Grade.WELL: "✔", Grade.DOUBTFUL: "!", Grade.WRONG: "✘"}


@command.command(
    help=localized(
        "Vérifie réglages, base, migrations, Redis, horloge, clés et fichiers. Sort avec 0 si tout va bien, 1 s'il y a"
        " un doute, 2 si le service ne peut pas servir.",
        "Checks settings, database, migrations, Redis, clock, keys and files. Exits with 0 if all is well, 1 if"
        " something is doubtful, 2 if the service cannot serve.",
    )
)
def doctor() -> None:
    worst = Grade.WELL
    for finding in asyncio.run(_all(dict(os.environ))):
        typer.echo(f"{_SIGNS[finding.grade]} {finding.what}{localized(' : ', ': ')}{finding.words}")
        worst = max(worst, finding.grade)
    raise typer.Exit(int(worst))


async def _all(environment: dict[str, str]) -> list[Finding]:
    name = localized("réglages", "settings")
    try:
        settings = read_settings(environment)
    except (SettingsError, OSError) as error:
        return [Finding(Grade.WRONG, name, str(error))]
    mode = "production" if settings.production else localized("développement", "development")
    found = [
        Finding(Grade.WELL, name, mode),
        _secret("SECRET_KEY", [settings.secret_key], settings, environment),
        _secret("MASTER_KEY", settings.master_keys, settings, environment),
        *_files(settings, environment),
        *believed_proxies(settings, environment),
        *allowed_origins(settings),
        retention(settings),
        registration(settings, environment),
    ]
    found += [finding async for finding in _database(settings)]
    if settings.redis_url:
        found.append(await _redis(settings.redis_url))
    found += await mail(settings)
    found.append(_graphiql())
    return found


def _secret(name: str, keys: Iterable[str], settings: Settings, environment: dict[str, str]) -> Finding:
    if any(len(set(key)) < FEW_LETTERS for key in keys):
        words = localized(
            "trop peu de caractères différents : tirez-la au sort", "too few different characters: draw it"
        )
        return Finding(Grade.WRONG if settings.production else Grade.DOUBTFUL, name, words)
    if environment.get(name):
        return Finding(Grade.WELL, name, localized("donnée, assez longue", "given, long enough"))
    return Finding(Grade.WELL, name, localized("gardée dans le dossier du service", "kept in the service's folder"))


def _files(settings: Settings, environment: dict[str, str]) -> list[Finding]:
    """What others than its owner may read of the files that hold secrets."""
    found = []
    folder = variable_folder(environment)
    kept = {"SECRET_KEY": folder / "secret-key", "MASTER_KEY": folder / "master-key"}
    candidates = [path for name, path in kept.items() if not environment.get(name)]
    if settings.database_url.startswith("sqlite://"):
        candidates.append(Path(settings.database_url.removeprefix("sqlite://")))
    for path in candidates:
        if path.exists() and _is_open(path):
            words = localized("d'autres comptes peuvent le lire : chmod 600", "other accounts can read it: chmod 600")
            grade = Grade.WRONG if path in kept.values() else Grade.DOUBTFUL
            found.append(Finding(grade, str(path), words))
    return found or [Finding(Grade.WELL, localized("droits des fichiers", "file permissions"), "ok")]


def _is_open(path: Path) -> bool:
    """Whether others may read it: neither its own mode nor that of its folder keeps them out."""
    others = stat.S_IRGRP | stat.S_IROTH
    return bool(path.stat().st_mode & others) and bool(path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    name = localized("base de données", "database")
    try:
        await open_wired(settings.database_url, 1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            clock, skew = await _skew()
    except Exception as error:  # noqa: BLE001 - whatever it is, the database does not answer
        await close_database()
        yield Finding(Grade.WRONG, name, f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}")
        return
    try:
        yield Finding(Grade.WELL, name, "PostgreSQL" if clock else "SQLite")
        if clock:
            yield _clock(skew)
            yield await connections(settings)
        migrated = await _migrations()
        yield migrated
        if migrated.grade is not Grade.WRONG:
            yield await _foundation()
            for finding in await demo_accounts(settings):
                yield finding
            yield await administration()
            yield await _worker()
    finally:
        await close_database()


async def _skew() -> tuple[bool, float]:
    """Whether the database has a clock of its own, and how many seconds it is ahead of this one."""
    before = time.time()
    theirs = await database_clock()
    return theirs is not None, 0.0 if theirs is None else theirs - (before + time.time()) / 2


def _clock(skew: float) -> Finding:
    grade = Grade.WRONG if abs(skew) > WRONG_CLOCK else Grade.DOUBTFUL if abs(skew) > SLOW_CLOCK else Grade.WELL
    words = localized("d'écart avec celle de la base", "apart from the database's")
    return Finding(grade, localized("horloge", "clock"), f"{skew:+.1f} s {words}")


async def _migrations() -> Finding:
    name = "migrations"
    try:
        lacking = await pending()
    except NoHistoryError as error:
        return Finding(Grade.WRONG, name, str(error))
    if lacking:
        words = localized("il en manque, lancez `pheromone migrate`", "some are missing, run `pheromone migrate`")
        return Finding(Grade.WRONG, name, f"{words} ({', '.join(lacking)})")
    there = {path.name for path in (LOCATION / "models").glob("[0-9]*.py")}
    foreign = [one for one in await applied() if one not in there]
    if foreign:
        words = localized("la base est plus récente que ce programme", "the database is newer than this program")
        return Finding(Grade.WRONG, name, f"{words} ({', '.join(foreign)})")
    return Finding(Grade.WELL, name, f"{len(there)}")


async def _foundation() -> Finding:
    name = localized("rôles et catégories", "roles and categories")
    if await has_reference_data():
        return Finding(Grade.WELL, name, "ok")
    return Finding(Grade.WRONG, name, localized("lancez `pheromone seed`", "run `pheromone seed`"))


async def _worker() -> Finding:
    """Whether harvests are made: somebody woke lately, and none is overdue."""
    name, now = localized("récoltes", "harvests"), utc_now()
    woken = await last_wake("harvest")
    if woken is None:
        words = localized("aucun `pheromone worker` n'a encore tourné", "no `pheromone worker` has run yet")
        return Finding(Grade.DOUBTFUL, name, words)
    if (woken - now).total_seconds() > WRONG_CLOCK:
        words = localized(
            "faites à une heure encore à venir : une horloge avançait", "made at a time to come: a clock was ahead"
        )
        return Finding(Grade.DOUBTFUL, name, words)
    late = max((now - woken).total_seconds(), await harvest_lag(now))
    if late > STILL_WORKER:
        words = localized("personne ne les fait depuis", "nobody has made them for")
        return Finding(Grade.DOUBTFUL, name, f"{words} {late / 60:.0f} min")
    return Finding(Grade.WELL, name, "ok")


async def _redis(url: str) -> Finding:
    redis = Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        return Finding(Grade.WRONG, "Redis", type(error).__name__)
    finally:
        await redis.aclose()
    return Finding(Grade.WELL, "Redis", "ok")


def _graphiql() -> Finding:
    lacking = missing()
    if not lacking:
        return Finding(Grade.WELL, "GraphiQL", "ok")
    words = localized("fichiers absents, lancez `pheromone graphiql`", "files are missing, run `pheromone graphiql`")
    return Finding(Grade.DOUBTFUL, "GraphiQL", f"{words} ({len(lacking)})")
