"""The harvest job: every alliance that is due, one after the other. What a harvest does is in models."""

import logging
from collections.abc import Callable
from datetime import datetime

from domain.core.refusal import Refusal
from models.alliance.alliance import Alliance
from models.hosting.sync import prepare_harvest
from models.rights.harvest import HarvestOutcome
from models.rights.harvest_run import alliances_due, harvest
from observability.failure import log_failure

logger = logging.getLogger("pheromone.harvest")
Clock = Callable[[], datetime]


async def harvest_due(clock: Clock, tag: str | None = None) -> dict[str, HarvestOutcome]:
    """Applies what is due and gives what became of it by tag. One that fails is logged, and due again next time."""
    outcomes = {}
    for alliance_id, found in (await alliances_due(clock())).items():
        if tag is not None and found.casefold() != tag.casefold():
            continue
        try:
            outcome = await harvest(alliance_id, clock(), before_reading=prepare_harvest)
        except Refusal as refusal:
            # Without its key the alliance cannot know what its hosts wrote: the slot waits, and is made up for.
            logger.warning("the harvest of %s waits: %s", found, refusal.code)
            continue
        except Exception as error:  # noqa: BLE001 - the others are made
            log_failure(logger, error, "the harvest of %s failed", found)
            continue
        if outcome is not None:
            outcomes[found] = outcome
    return outcomes


async def harvest_by_hand(at: datetime, tag: str | None = None) -> list[str]:
    """Applies what was due at an instant, and tells in lines for an operator. LookupError for an unknown tag."""
    if tag is not None and not await Alliance.filter(tag_key=tag.casefold()).exists():
        raise LookupError(f"no alliance has the tag {tag}")
    outcomes = await harvest_due(lambda: at, tag)
    return [f"{found} {outcome}" for found, outcome in outcomes.items()] or ["Nothing was due."]
