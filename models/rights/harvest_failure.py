"""Harvests that cannot be made: told once to those who administer, and known to readiness until one is made again.

Tested in tests/jobs/test_harvest.py.
"""

from datetime import datetime

from models.alliance.lock import lock_alliance
from models.alliance.member_state import save_harvest_failure
from models.core.database import fetch
from models.core.transaction import write
from models.live.notification import NotificationKind, NotificationLevel, notify


async def tell_failure(alliance_id: int, tag: str, now: datetime) -> None:
    """Notes that a harvest failed; the administrators are told where the one before had been made."""

    async def work() -> None:
        await lock_alliance(alliance_id)
        if await fetch("SELECT 1 FROM alliances WHERE id = $1 AND harvest_failed_at IS NOT NULL", alliance_id):
            return
        await save_harvest_failure(alliance_id, now)
        readers = await fetch(
            """SELECT DISTINCT user_id FROM members WHERE alliance_id = $1 AND left_at IS NULL
            AND user_id IS NOT NULL AND can_administer = $2""",
            alliance_id,
            True,
        )
        notify(
            [row["user_id"] for row in readers],
            NotificationKind.HARVEST_FAILED,
            NotificationLevel.ERROR,
            "harvest_failed",
            {"alliance": tag},
            None,
            now,
        )

    await write(work)
