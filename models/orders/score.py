"""What the scores of an alliance's orders are computed from: saved rights, and shares of the newest censuses.

Tested in tests/resolvers/orders/test_order.py.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.orders.order import score
from domain.rights.column import Source
from domain.rights.rights import Sheet
from models.alliance.census.census import newest
from models.core.database import fetch
from models.orders.order import OrderView


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's saved rights in thousandths of materials, and its base share; None without a census."""

    accumulated_thousandths: int
    base_share: float | None


async def standings_of(alliance_id: int, now: datetime) -> dict[int, Standing]:
    """By member, of all present ones: one query. No convoy is read."""
    rows = await fetch(
        f"""SELECT m.id, m.accumulated_thousandths, c.couveuse, c.solarium, c.laboratoire FROM members m
        {newest("m.id", "LEFT JOIN")}
        WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY m.id""",
        alliance_id,
    )
    sheet = Sheet(now)
    sheet.supply(Source.CENSUSES, [None if row[2] is None else (row[2], row[3], row[4]) for row in rows])
    shares = sheet.column("baseShare")
    return {row[0]: Standing(row[1], share) for row, share in zip(rows, shares, strict=True)}


def score_of(order: OrderView, standings: dict[int, Standing]) -> float | None:
    """None where the requester has left or has no census."""
    standing = standings.get(order.requester_id)
    if standing is None:
        return None
    return score(standing.accumulated_thousandths, order.amounts.materials_remaining, standing.base_share)
