"""When each job woke last, in whichever process: what readiness is told. Decides nothing."""

from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch, instant
from models.core.transaction import write


class Wake(Model):
    """The last time that a job of this name ran to its end."""

    name = fields.CharField(max_length=40, primary_key=True)
    woken_at = fields.DatetimeField()

    class Meta:
        table = "wakes"


async def record_wake(name: str, now: datetime) -> None:
    """Notes that a job ran; a clock that is behind another's takes nothing back."""

    async def work() -> None:
        await execute(
            "INSERT INTO wakes (name, woken_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET woken_at ="
            " CASE WHEN wakes.woken_at < excluded.woken_at THEN excluded.woken_at ELSE wakes.woken_at END",
            name,
            now,
        )

    await write(work)


async def last_wake(name: str) -> datetime | None:
    rows = await fetch("SELECT woken_at FROM wakes WHERE name = $1", name)
    return instant(rows[0][0]) if rows else None


async def harvest_lag(now: datetime) -> float:
    """Seconds since the oldest harvest that is due and not made; 0 if none is."""
    rows = await fetch("SELECT min(next_harvest_at) FROM alliances WHERE next_harvest_at <= $1", now)
    due = rows[0][0]
    return 0.0 if due is None else max((now - instant(due)).total_seconds(), 0.0)


async def harvest_faults(now: datetime, furthest: timedelta) -> tuple[bool, bool]:
    """Whether a harvest failed that is still to be made, and whether one stands further ahead than any is announced."""
    failed = await fetch("SELECT 1 FROM alliances WHERE harvest_failed_at IS NOT NULL LIMIT 1")
    ahead = await fetch("SELECT 1 FROM alliances WHERE next_harvest_at > $1 LIMIT 1", now + furthest)
    return bool(failed), bool(ahead)
