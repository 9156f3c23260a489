"""What doctor says of the database: whether it answers, its clock, its schema, what is in it, who works for it.

Tested in tests/commands/doctor/test_doctor.py.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from commands.doctor.admission import administration
from commands.doctor.alliance_keys import alliance_keys
from commands.doctor.connections import connections
from commands.doctor.exposure import demo_accounts
from commands.doctor.finding import Finding, Grade
from commands.runtime import localized, open_wired
from config import Settings
from engine.operation.context import utc_now
from models.core.database import close_database, database_clock
from models.core.job_run import harvest_lag, last_wake
from models.core.migration import NoHistoryError, applied, foreign, pending
from models.hosting.key.alliance_key import use_master_keys
from models.transfer.reference_data import has_reference_data

SLOW_CLOCK, WRONG_CLOCK = 2.0, 30.0
STILL_WORKER = 300.0
PATIENCE_SECONDS = 5.0


async def database(settings: Settings) -> AsyncIterator[Finding]:
    """All that it says of the database; where that does not answer, this alone."""
    name = localized("base de données", "database")
    if lacking := _lacking_file(settings.database_url):  # The driver would make one.
        words = localized("n'existe pas, lancez `pheromone migrate`", "is not there, run `pheromone migrate`")
        yield Finding(Grade.WRONG, name, f"{lacking} {words}")
        return
    try:
        await open_wired(settings.database_url, 1)
        use_master_keys(settings.master_keys)
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
            for finding in await alliance_keys():
                yield finding
            yield await _worker()
    finally:
        await close_database()


def _lacking_file(url: str) -> Path | None:
    file = Path(url.removeprefix("sqlite://").partition("?")[0])
    return file if url.startswith("sqlite") and not file.exists() else None


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
    if newer := await foreign():
        words = localized("la base est plus récente que ce programme", "the database is newer than this program")
        return Finding(Grade.WRONG, name, f"{words} ({', '.join(newer)})")
    return Finding(Grade.WELL, name, f"{len(await applied())}")


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
