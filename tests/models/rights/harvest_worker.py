"""A worker of the crash test: the real harvest in a process of its own, in a time where half an hour is 50 ms."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from domain.alliance.rhythm import HALF_HOUR
from models.core.database import open_database
from models.core.transaction import write
from models.rights.harvest_run import alliances_due, apply, claim, harvest
from models.wiring import wire

FIRST = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
SLOT_SECONDS = 0.05


def clock_from(origin: float) -> Callable[[], datetime]:
    """`origin`, in the seconds of time.time(), is the instant of the first slot."""
    return lambda: FIRST + (time.time() - origin) / SLOT_SECONDS * HALF_HOUR


async def _pause(_alliance_id: int, _now: datetime) -> None:
    """Between claim and reading, where a kill hurts most, in either way of working."""
    await asyncio.sleep(random.uniform(0, SLOT_SECONDS / 2))


async def harvest_whole(clock: Callable[[], datetime]) -> None:
    """As the service does it."""
    for alliance_id in await alliances_due(clock()):
        await harvest(alliance_id, clock(), before_reading=_pause)


async def harvest_apart(clock: Callable[[], datetime]) -> None:
    """What must go wrong: the slot is claimed in one transaction and applied in the next."""
    for alliance_id in await alliances_due(clock()):
        slot = await write(lambda pk=alliance_id: claim(pk, clock()))  # type: ignore[misc]
        if slot is not None:
            await _pause(alliance_id, clock())
            await write(lambda taken=slot: apply(taken))  # type: ignore[misc]


def work(url: str, origin: float, is_apart: bool) -> None:
    """Harvests until it is killed."""
    asyncio.run(_work(url, clock_from(origin), harvest_apart if is_apart else harvest_whole))


async def _work(
    url: str, clock: Callable[[], datetime], harvest_due: Callable[[Callable[[], datetime]], Awaitable[None]]
) -> None:
    wire()
    await open_database(url)
    while True:
        await harvest_due(clock)
        await asyncio.sleep(random.uniform(0, SLOT_SECONDS / 2))
