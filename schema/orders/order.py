"""Orders as clients see and change them."""

from datetime import date, datetime
from typing import Any

import strawberry

from domain.alliance.evolution import Evolution
from domain.core.refusal import Code
from domain.orders.order import OrderStatus
from engine.execution.field import derived
from engine.execution.scalar import BigInt
from engine.operation.access import requires_membership
from engine.operation.message import worded
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from models.orders.order_change import Wish
from resolvers.orders import order
from schema.alliance.member import Member
from schema.forum.topic import Topic
from schema.orders.convoy import Convoy

strawberry.enum(
    OrderStatus,
    description=(
        "NEW (nouvelle), WAITING (en attente), IN_PROGRESS (en cours), CANCELLED (annulée), DONE (terminée), DELETED "
        "(supprimée)."
    ),
)
strawberry.enum(Code, name="ErrorCode", description="Every `extensions.code` of the API.")


@strawberry.type(description="What a member asks the alliance for. Each is a topic of the orders section.")
class Order(Node):
    id: strawberry.ID = id_of("Order")
    requester: Member
    topic: Topic | None
    evolution: Evolution | None
    status: OrderStatus
    food_requested: BigInt = derived(lambda self: self.amounts.food_requested)
    materials_requested: BigInt = derived(lambda self: self.amounts.materials_requested)
    food_delivered: BigInt = derived(lambda self: self.amounts.food_delivered, "All of it, be it more than was asked.")
    materials_delivered: BigInt = derived(lambda self: self.amounts.materials_delivered)
    food_remaining: BigInt = derived(lambda self: self.amounts.food_remaining, "Never under zero.")
    materials_remaining: BigInt = derived(lambda self: self.amounts.materials_remaining)
    created_at: datetime
    due_on: date | None
    deliver_after: date | None
    is_late: bool = strawberry.field(description="Past its day, in UTC, while something is still expected.")
    score: float | None = strawberry.field(
        description="(accumulatedRights - materialsRemaining) × baseShare; null where the requester has no base share."
    )
    convoys: list[Convoy] = strawberry.field(description="Every entry in the order it was sent, cancelled ones too.")


@strawberry.input
class OrderInput:
    alliance_tag: str
    due_on: date
    evolution: Evolution | None = None
    food: BigInt = strawberry.field(default=BigInt(0))
    materials: BigInt = strawberry.field(default=BigInt(0))
    deliver_after: date | None = None


@strawberry.type
class OrderStatusError:
    code: Code
    message: str


@strawberry.type(description="What became of one order of a bulk change: the order, or why it was refused.")
class OrderStatusChange:
    id: strawberry.ID
    order: Order | None
    error: OrderStatusError | None


async def _place(info: strawberry.Info, input: OrderInput) -> Order:  # noqa: A002 - the argument's name for clients
    wish = Wish(input.evolution, input.food, input.materials, input.due_on, input.deliver_after)
    return await order.place(info.context, input.alliance_tag, wish, selection_of(info))  # type: ignore[return-value]


async def _update(
    info: strawberry.Info,
    id: strawberry.ID,  # noqa: A002
    evolution: Evolution | None = None,
    food: BigInt | None = None,
    materials: BigInt | None = None,
    due_on: date | None = None,
    deliver_after: date | None = None,
) -> Order:
    wish = Wish(evolution, food, materials, due_on, deliver_after)
    return await order.change(info.context, id, wish, selection_of(info))  # type: ignore[return-value]


async def _set_status(info: strawberry.Info, id: strawberry.ID, status: OrderStatus) -> Order:  # noqa: A002
    return await order.set_status(info.context, id, status, selection_of(info))  # type: ignore[return-value]


async def _set_statuses(
    info: strawberry.Info, ids: list[strawberry.ID], status: OrderStatus
) -> list[OrderStatusChange]:
    changes: list[Any] = await order.set_statuses(info.context, ids, status, selection_of(info))
    for change in changes:
        refusal = change.refusal
        if refusal is not None:
            text = worded(refusal.message, info.context.language, refusal.details)
            change.error = OrderStatusError(code=refusal.code, message=text)
    return changes


@strawberry.type
class OrderMutation:
    place_order: Order = requires_membership(_place, description="By the viewer; nothing under zero, and not all zero.")
    update_order: Order = requires_membership(
        _update, description="By its requester or an administrator, until it has ended. Null leaves as it is."
    )
    set_order_status: Order = requires_membership(
        _set_status,
        description="By an administrator; its requester may cancel it, delete it or declare it done. When an order "
        "ends and none is in progress, the waiting one with the highest score goes in progress.",
    )
    set_order_statuses: list[OrderStatusChange] = requires_membership(
        _set_statuses, description="Up to 100 orders, each by itself: one that is refused leaves the others changed."
    )
