"""Orders: what members ask the alliance for. Each is a topic of the ORDERS section, whose title carries this row.

Tested in tests/resolvers/orders/test_order.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.alliance.evolution import Evolution
from domain.orders.order import Amounts, OrderStatus
from domain.orders.order_title import OrderTitle, write_order_title
from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.forum.topic_change import retitle_managed_topic
from models.live.event import EventKind, publish

if TYPE_CHECKING:
    from models.alliance.alliance import Alliance
    from models.alliance.member import Member, MemberView
    from models.forum.topic import Topic, TopicView


class Order(Model):
    """An order lives as long as its topic does. Delivered is kept whole, however much it is.

    `status` is one of domain.order.OrderStatus. `is_old_format`: its title came in the older form.
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="orders", on_delete=fields.CASCADE
    )
    alliance_id: int
    topic: "fields.OneToOneRelation[Topic]" = fields.OneToOneField(
        "models.Topic", related_name="order", on_delete=fields.CASCADE
    )
    topic_id: int
    requester: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="orders", on_delete=fields.CASCADE
    )
    requester_id: int
    x = fields.IntField()
    y = fields.IntField()
    evolution = fields.CharField(max_length=32, null=True)
    status = fields.CharField(max_length=16)
    food_requested = fields.BigIntField()
    food_delivered = fields.BigIntField(default=0)
    materials_requested = fields.BigIntField()
    materials_delivered = fields.BigIntField(default=0)
    due_on = fields.DateField(null=True)
    deliver_after = fields.DateField(null=True)
    is_old_format = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "orders"
        indexes = (("alliance_id", "status"), ("requester_id", "created_at", "id"), ("status", "deliver_after"))


@dataclass(slots=True, eq=False)
class OrderView:
    """An order as it is read. The last fields are there once whoever reads it has filled them."""

    typename: ClassVar[str] = "Order"
    pk: int = field(metadata=column("id"))
    alliance_id: int
    topic_id: int
    requester_id: int
    x: int
    y: int
    evolution: Evolution | None
    status: OrderStatus
    amounts: Amounts
    due_on: date | None
    deliver_after: date | None
    is_old_format: bool
    created_at: datetime
    score: float | None = field(init=False)
    is_late: bool = field(init=False)
    requester: "MemberView" = field(init=False)
    topic: "TopicView | None" = field(init=False)
    convoys: list[Any] = field(init=False)

    @property
    def title(self) -> str:
        """What the order's topic is called."""
        return write_order_title(
            OrderTitle(self.status, self.x, self.y, self.evolution, self.amounts, self.due_on, self.deliver_after)
        )


ORDERS = Rows(OrderView, "orders o")
# An order whose topic was moved away waits for its return, as one whose topic was deleted does.
LIVING = """JOIN topics t ON t.id = o.topic_id AND t.deleted_at IS NULL
    JOIN sections h ON h.id = t.section_id AND h.kind = 'ORDERS'"""


async def orders_of(alliance_ids: Sequence[int], statuses: Sequence[OrderStatus] | None = None) -> list[OrderView]:
    """The orders of these alliances whose topics live, oldest first; of these statuses alone, if any are given."""
    wanted = "" if statuses is None else " AND o.status = ANY($2)"
    values = () if statuses is None else (list(statuses),)
    rows = await fetch(
        f"{ORDERS.select} {LIVING} WHERE o.alliance_id = ANY($1){wanted} ORDER BY o.created_at, o.id",
        list(alliance_ids),
        *values,
    )
    return ORDERS.read(rows)


async def orders_by_ids(ids: Sequence[int]) -> dict[int, OrderView]:
    """Orders whose topics live, by their numbers."""
    rows = await fetch(f"{ORDERS.select} {LIVING} WHERE o.id = ANY($1)", list(ids))
    return {view.pk: view for view in ORDERS.read(rows)}


async def order_of_topic(topic_id: int) -> OrderView | None:
    """The order of a topic, be it living, deleted or moved away."""
    return ORDERS.first(await fetch(f"{ORDERS.select} WHERE o.topic_id = $1", topic_id))


async def save_amounts(order_id: int, amounts: Amounts) -> None:
    """What was delivered, of an order that nobody sees at present: its title and state stay."""
    await execute(
        "UPDATE orders SET food_delivered = $2, materials_delivered = $3 WHERE id = $1",
        order_id,
        amounts.food_delivered,
        amounts.materials_delivered,
    )


async def save_order(order: OrderView, now: datetime) -> None:
    """Writes an order's row and the title of its topic. For use inside a write that locked the alliance."""
    amounts = order.amounts
    await execute(
        """UPDATE orders SET evolution = $2, status = $3, food_requested = $4, food_delivered = $5,
            materials_requested = $6, materials_delivered = $7, due_on = $8, deliver_after = $9 WHERE id = $1""",
        order.pk,
        order.evolution,
        order.status,
        amounts.food_requested,
        amounts.food_delivered,
        amounts.materials_requested,
        amounts.materials_delivered,
        order.due_on,
        order.deliver_after,
    )
    await retitle_managed_topic(order.topic_id, order.title, now)
    publish(EventKind.ORDER, order.pk, order.alliance_id)
