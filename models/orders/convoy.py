"""Convoys: what was sent towards an order, each read off one post of its topic.

Tested in tests/resolvers/orders/test_convoy.py.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.orders import convoy as domain_convoy
from models.core.database import Row, execute, fetch
from models.core.row import Rows, column
from models.rights.delivery import record_delivery, withdraw_deliveries, withdraw_delivery

if TYPE_CHECKING:
    from models.alliance.member import Member, MemberView
    from models.forum.post import Post
    from models.orders.order import Order, OrderView


class Convoy(Model):
    """Negative quantities are a counter-entry. `sent_at` is its post's instant, `arrives_at` a whole minute."""

    id = fields.IntField(primary_key=True)
    order: "fields.ForeignKeyRelation[Order]" = fields.ForeignKeyField(
        "models.Order", related_name="convoys", on_delete=fields.CASCADE
    )
    order_id: int
    post: "fields.OneToOneRelation[Post]" = fields.OneToOneField(
        "models.Post", related_name="convoy", on_delete=fields.CASCADE
    )
    post_id: int
    sender: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="convoys_sent", on_delete=fields.CASCADE
    )
    sender_id: int
    recipient: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="convoys_received", on_delete=fields.CASCADE
    )
    recipient_id: int
    food = fields.BigIntField()
    materials = fields.BigIntField()
    sent_at = fields.DatetimeField()
    arrives_at = fields.DatetimeField()

    class Meta:
        table = "convoys"
        indexes = (("sender_id", "sent_at"), ("order_id", "sent_at"), ("recipient_id", "arrives_at"))


@dataclass(slots=True, eq=False)
class ConvoyView:
    """A convoy as it is read. The last fields are there once whoever reads it has filled them."""

    typename: ClassVar[str] = "Convoy"
    pk: int = field(metadata=column("id"))
    order_id: int
    post_id: int
    sender_id: int
    recipient_id: int
    food: int
    materials: int
    sent_at: datetime
    arrives_at: datetime
    is_cancelled: bool = field(default=False, init=False)
    order: "OrderView" = field(init=False)
    sender: "MemberView" = field(init=False)
    recipient: "MemberView" = field(init=False)

    @property
    def entry(self) -> domain_convoy.Convoy:
        """What pairs are made by; the recipient's number stands for the name."""
        return domain_convoy.Convoy(str(self.recipient_id), self.food, self.materials, self.arrives_at)


CONVOYS = Rows(ConvoyView, "convoys v")
_LIVING = """JOIN orders o ON o.id = v.order_id JOIN topics t ON t.id = o.topic_id AND t.deleted_at IS NULL"""


def _paired(rows: Sequence[Row]) -> list[ConvoyView]:
    """Views with `is_cancelled`. All entries of an order that could be a pair must be among the rows."""
    views = CONVOYS.read(rows)
    by_order: defaultdict[int, list[ConvoyView]] = defaultdict(list)
    for view in views:
        by_order[view.order_id].append(view)
    for entries in by_order.values():
        flags = domain_convoy.cancelled([(str(view.sender_id), view.entry) for view in entries])
        for view, flag in zip(entries, flags, strict=True):
            view.is_cancelled = flag
    return views


async def convoys_of(order_ids: Sequence[int]) -> dict[int, list[ConvoyView]]:
    """Every entry of each order, counter-entries too, in the order of their posts."""
    rows = await fetch(f"{CONVOYS.select} WHERE v.order_id = ANY($1) ORDER BY v.sent_at, v.id", list(order_ids))
    found: dict[int, list[ConvoyView]] = {order_id: [] for order_id in order_ids}
    for view in _paired(rows):
        found[view.order_id].append(view)
    return found


async def convoys_under_way(alliance_id: int, now: datetime) -> list[ConvoyView]:
    """What has not arrived, soonest first. Both halves of a pair arrive together, so that pairs are whole here.

    Found by the members to whom it goes: neither all that is under way nor the alliance's past orders are read.
    """
    rows = await fetch(
        f"""{CONVOYS.select} {_LIVING} JOIN members m ON m.id = v.recipient_id
        WHERE m.alliance_id = $1 AND o.alliance_id = $1 AND v.arrives_at > $2 ORDER BY v.sent_at, v.id""",
        alliance_id,
        now,
    )
    left = [view for view in _paired(rows) if not view.is_cancelled]
    return sorted(left, key=lambda view: (view.arrives_at, view.pk))


async def convoy_by_id(pk: int) -> ConvoyView | None:
    """An entry of a living order, with its verdict."""
    rows = await fetch(f"SELECT v.order_id FROM convoys v {_LIVING} WHERE v.id = $1", pk)
    if not rows:
        return None
    (entries,) = (await convoys_of([rows[0][0]])).values()
    return next((view for view in entries if view.pk == pk), None)


async def convoy_of_post(post_id: int) -> ConvoyView | None:
    return CONVOYS.first(await fetch(f"{CONVOYS.select} WHERE v.post_id = $1", post_id))


async def sent_towards(order_id: int) -> tuple[int, int]:
    """Food and materials of all convoys of an order, with their signs."""
    sums = "CAST(COALESCE(sum(food), 0) AS BIGINT), CAST(COALESCE(sum(materials), 0) AS BIGINT)"
    rows = await fetch(f"SELECT {sums} FROM convoys WHERE order_id = $1", order_id)
    return int(rows[0][0]), int(rows[0][1])


async def record_convoy(
    order: "OrderView",
    post_id: int,
    sender_id: int,
    recipient_id: int,
    sent_at: datetime,
    convoy: domain_convoy.Convoy,
) -> None:
    """What a post says, in the row that the post has or in a new one. For use inside the write of the post."""
    await execute(
        """INSERT INTO convoys (order_id, post_id, sender_id, recipient_id, food, materials, sent_at, arrives_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (post_id) DO UPDATE SET sender_id = excluded.sender_id, recipient_id = excluded.recipient_id,
            food = excluded.food, materials = excluded.materials, arrives_at = excluded.arrives_at""",
        order.pk,
        post_id,
        sender_id,
        recipient_id,
        convoy.food,
        convoy.materials,
        sent_at,
        convoy.arrives_at,
    )
    await record_delivery(order.alliance_id, post_id, sender_id, order.requester_id, convoy.materials, sent_at)


async def delete_convoy(post_id: int) -> None:
    """The row alone goes: what rights have counted of it is remembered, and taken back by the next harvest."""
    await execute("DELETE FROM convoys WHERE post_id = $1", post_id)
    await withdraw_delivery(post_id)


async def delete_convoys(order: "OrderView") -> None:
    """Those of one order, whose topic goes."""
    await execute("DELETE FROM convoys WHERE order_id = $1", order.pk)
    await withdraw_deliveries(order.topic_id)
