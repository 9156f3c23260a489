"""The harvest job: every alliance that is due, a few at a time. What a harvest does is in models."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from domain.core.refusal import Refusal
from models.alliance.alliance import Alliance
from models.core.database import is_postgres
from models.core.job_run import harvest_lag
from models.hosting.sync.inbound import pull_in_write
from models.rights.harvest import HarvestOutcome
from models.rights.harvest_failure import tell_failure
from models.rights.harvest_run import alliances_due, harvest, mend_rhythms
from observability.failure import log_failure
from observability.metrics import HARVEST_LATENESS, HARVEST_SECONDS, HARVESTS

logger = logging.getLogger("pheromone.harvest")
Clock = Callable[[], datetime]

AT_ONCE = 2
"""Harvests under way in one process, as jobs have two connections: while one is written, another is computed.

SQLite has one writer.
"""


async def harvest_due(clock: Clock) -> dict[str, HarvestOutcome]:
    """Applies what is due and gives what became of it by tag. One that fails is logged, and due again next time."""
    for ahead in await mend_rhythms(clock()):
        logger.warning("the next harvest of %s stood further ahead than any: a clock was ahead", ahead)
    return await _apply(clock)


async def _apply(clock: Clock, tag: str | None = None) -> dict[str, HarvestOutcome]:
    due = {
        alliance_id: found
        for alliance_id, found in (await alliances_due(clock())).items()
        if tag is None or found.casefold() == tag.casefold()
    }
    if due:
        HARVEST_LATENESS.observe(await harvest_lag(clock()))
    waiting = iter(due.items())
    outcomes: dict[str, HarvestOutcome | None] = {}

    async def work() -> None:
        for alliance_id, found in waiting:
            outcomes[found] = await _harvest(alliance_id, found, clock())

    await asyncio.gather(*(work() for _ in range(AT_ONCE if is_postgres() else 1)))
    return {found: outcome for found in due.values() if (outcome := outcomes[found]) is not None}


async def _harvest(alliance_id: int, tag: str, now: datetime) -> HarvestOutcome | None:
    try:
        with HARVEST_SECONDS.time():
            outcome = await harvest(alliance_id, now, before_reading=pull_in_write)
    except Refusal as refusal:
        # Without its key the alliance cannot know what its hosts wrote: the slot waits, and is made up for.
        HARVESTS.labels("waiting").inc()
        logger.warning("the harvest of %s waits: %s", tag, refusal.code)
    except Exception as error:  # noqa: BLE001 - the others are made
        log_failure(logger, error, "the harvest of %s failed", tag)
        HARVESTS.labels("failed").inc()
        with suppress(Exception):  # Readiness tells of a database that takes nothing.
            await tell_failure(alliance_id, tag, now)
    else:
        if outcome is not None:
            HARVESTS.labels(outcome.value.lower()).inc()
        return outcome
    return None


async def harvest_by_hand(at: datetime, tag: str | None = None) -> list[str]:
    """Applies what was due at an instant, and tells in lines for an operator. LookupError for an unknown tag.

    Rhythms are left as they are: by the clock of a past instant all of them stand far ahead.
    """
    if tag is not None and not await Alliance.filter(tag_key=tag.casefold()).exists():
        raise LookupError(f"no alliance has the tag {tag}")
    outcomes = await _apply(lambda: at, tag)
    return [f"{found} {outcome}" for found, outcome in outcomes.items()] or ["Nothing was due."]
