"""Demo data of the rights' history: weeks of harvests, made by the real harvest as of slots of the past."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from domain.alliance.rhythm import HALF_HOUR
from domain.core.day import minute_of
from models.alliance.member_state import save_next_harvest
from models.core.database import fetch, instant
from models.core.lock import alone
from models.core.transaction import write
from models.rights.harvest_run import harvest

SPARSE = timedelta(hours=12)
"""Between harvests that are further back than DENSE: each then covers what a stopped service would have missed."""
DENSE = timedelta(days=1)


async def seed_harvests(alliance_ids: Sequence[int], now: datetime) -> None:
    """Applies harvests from the members' first rights to `now`, and leaves the next one due within half an hour."""

    async def work() -> None:
        with alone():
            for alliance_id in alliance_ids:
                rows = await fetch("SELECT MIN(last_updated_at) FROM members WHERE alliance_id = $1", alliance_id)
                first = minute_of(instant(rows[0][0])) + HALF_HOUR
                await save_next_harvest(alliance_id, first)
                for slot in _slots(first, now):
                    await harvest(alliance_id, slot)

    await write(work)


def _slots(first: datetime, now: datetime) -> Iterator[datetime]:
    slot = first
    while slot <= now:
        yield slot
        slot += SPARSE if now - slot > DENSE + SPARSE else HALF_HOUR
