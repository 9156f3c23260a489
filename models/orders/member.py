"""The orders and convoys of single members, page by page: what each asked for, sent and was sent. Reads alone.

Tested in tests/resolvers/orders/test_member.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.orders.order import OrderStatus
from models.core.batch import fetch_for_each
from models.core.count import capped
from models.core.database import fetch
from models.core.keyset import Keyset, Window
from models.orders.convoy import CONVOYS, ConvoyView, convoys_of
from models.orders.order import ORDERS, OrderView

# Asked of each row as it is read down its index: a join would have PostgreSQL read and sort all that a member has.
_ORDER_LIVES = """(SELECT h.kind FROM topics t JOIN sections h ON h.id = t.section_id
    WHERE t.id = o.topic_id AND t.deleted_at IS NULL) = 'ORDERS'"""
_ITS_ORDER_LIVES = f"(SELECT o.id FROM orders o WHERE o.id = v.order_id AND {_ORDER_LIVES}) IS NOT NULL"

# ---- orders -------------------------------------------------------------------------


def order_key(order: OrderView) -> tuple[datetime, int]:
    """What orders a member's orders, newest first."""
    return order.created_at, order.pk


_BY_PLACING = Keyset(("o.created_at", "o.id"), is_descending=True)


async def orders_of_members(
    member_ids: Sequence[int], window: Window, statuses: Sequence[OrderStatus] | None
) -> dict[int, list[OrderView]]:
    """A window on what each member asked for, newest first; of these statuses alone, if any are given."""
    wanted, values = _of_statuses(statuses, 3)
    part = _BY_PLACING.part(window, 3 + len(values))
    rows = await fetch_for_each(
        f"{ORDERS.select} WHERE o.requester_id = $1 AND {_ORDER_LIVES}{wanted}{part.where}"
        f" ORDER BY {part.order} LIMIT $2",
        member_ids,
        window.limit,
        *values,
        *part.values,
    )
    found: dict[int, list[OrderView]] = {member_id: [] for member_id in member_ids}
    for view in sorted(ORDERS.read(rows), key=order_key, reverse=True):
        found[view.requester_id].append(view)
    return found


async def count_orders(member_ids: Sequence[int], statuses: Sequence[OrderStatus] | None) -> dict[int, int]:
    """How many orders each member has; 1,001 for more than 1,000."""
    wanted, values = _of_statuses(statuses, 2)
    count = capped(f"orders o WHERE o.requester_id = m.id AND {_ORDER_LIVES}{wanted}")
    sql = f"SELECT m.id, {count} FROM members m WHERE m.id = ANY($1)"
    return dict(await fetch(sql, list(member_ids), *values))


def _of_statuses(statuses: Sequence[OrderStatus] | None, at: int) -> tuple[str, tuple[list[OrderStatus], ...]]:
    return ("", ()) if statuses is None else (f" AND o.status = ANY(${at})", (list(statuses),))


# ---- convoys ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class End:
    """One end of convoys: the member that it is, and the instant that orders them there; an index has both."""

    member: str
    instant: str

    def key(self, convoy: ConvoyView) -> tuple[datetime, int]:
        """What orders convoys seen from this end, newest first."""
        at: datetime = getattr(convoy, self.instant)
        return at, convoy.pk

    @property
    def order(self) -> Keyset:
        return Keyset((f"v.{self.instant}", "v.id"), is_descending=True)


SENDER = End("sender_id", "sent_at")
RECIPIENT = End("recipient_id", "arrives_at")


async def convoys_of_members(member_ids: Sequence[int], window: Window, end: End) -> dict[int, list[ConvoyView]]:
    """A window on the entries at this end of each member, newest first, without the verdict on them."""
    part = end.order.part(window, 3)
    rows = await fetch_for_each(
        f"{CONVOYS.select} WHERE v.{end.member} = $1 AND {_ITS_ORDER_LIVES}{part.where} ORDER BY {part.order} LIMIT $2",
        member_ids,
        window.limit,
        *part.values,
    )
    found: dict[int, list[ConvoyView]] = {member_id: [] for member_id in member_ids}
    for view in sorted(CONVOYS.read(rows), key=end.key, reverse=True):
        found[getattr(view, end.member)].append(view)
    return found


async def count_convoys(member_ids: Sequence[int], end: End) -> dict[int, int]:
    """How many entries each member has at this end; 1,001 for more than 1,000."""
    count = capped(f"convoys v WHERE v.{end.member} = m.id AND {_ITS_ORDER_LIVES}")
    return dict(await fetch(f"SELECT m.id, {count} FROM members m WHERE m.id = ANY($1)", list(member_ids)))


async def mark_cancelled(convoys: Sequence[ConvoyView]) -> None:
    """Sets `is_cancelled`, which all entries of an order decide together."""
    entries = await convoys_of(list({convoy.order_id for convoy in convoys}))
    cancelled = {one.pk for rows in entries.values() for one in rows if one.is_cancelled}
    for convoy in convoys:
        convoy.is_cancelled = convoy.pk in cancelled
