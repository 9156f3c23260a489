"""Orders as clients see and change them.

Tested in tests/resolvers/orders/test_order.py.
"""

from datetime import date, datetime
from typing import cast

import strawberry

from domain.alliance.evolution import Evolution
from domain.orders.order import OrderStatus
from engine.execution.field import computed
from engine.execution.price import price
from engine.execution.scalar import BigInt
from engine.guard.row_filter import seen_by
from engine.guard.target import Judged
from engine.operation.change import said, unless_null
from engine.operation.context import Info
from engine.operation.message import localize
from engine.operation.node_type import Node, id_of
from models.orders.order import OrderView
from models.orders.order_change import OrderChanges, OrderFields
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.orders import order as orders
from schema.alliance.access import by_tag, requires_membership
from schema.alliance.member import Member
from schema.forum.topic import Topic
from schema.orders.access import by_order, requires_ownership_of_order, requires_ownership_to_set_status
from schema.orders.convoy import Convoy
from schema.orders.order_status import OrderStatusError


@strawberry.type(description="What a member asks the alliance for. Each is a topic of the orders section.")
class Order(Node):
    id: strawberry.ID = id_of("Order")
    requester: Member = seen_by(
        RowFilter.ALLIANCE_INSIGHT, description="The member who asked; convoys go to this colony."
    )
    topic: Topic | None = seen_by(
        RowFilter.SECTION_VISIBILITY,
        description="Its title carries the order's state and its posts the convoys; null where the viewer may not see "
        "it.",
    )
    evolution: Evolution | None = strawberry.field(description="What it is for; null where that was not said.")
    status: OrderStatus = strawberry.field(description="NEW when placed; convoys and administrators change it.")
    food_requested: BigInt = computed(lambda self: self.amounts.food_requested, "Food that is asked for; 0 for none.")
    materials_requested: BigInt = computed(
        lambda self: self.amounts.materials_requested, "Materials that are asked for; 0 for none."
    )
    food_delivered: BigInt = computed(
        lambda self: self.amounts.food_delivered,
        "Food sent in all convoys with their signs, be it more than was asked.",
    )
    materials_delivered: BigInt = computed(
        lambda self: self.amounts.materials_delivered,
        "Materials sent in all convoys with their signs, be it more than was asked.",
    )
    food_remaining: BigInt = computed(
        lambda self: self.amounts.food_remaining, "foodRequested - foodDelivered, never under zero."
    )
    materials_remaining: BigInt = computed(
        lambda self: self.amounts.materials_remaining, "materialsRequested - materialsDelivered, never under zero."
    )
    created_at: datetime = strawberry.field(description="When it was placed; the older of two equal scores goes first.")
    due_on: date | None = strawberry.field(
        description="Day by which it is wanted; null where an import gave no valid one."
    )
    deliver_after: date | None = strawberry.field(
        description="Day before which it does not go in progress by itself; null for no such day."
    )
    is_late: bool = strawberry.field(description="Whether dueOn is past, in UTC, while NEW, WAITING or IN_PROGRESS.")
    score: float | None = seen_by(
        RowFilter.ALLIANCE_ADMINISTRATION,
        description="Materials: (accumulatedRights - materialsRemaining) × baseShare, of the requester (seed: score). "
        "Rights count materials alone: an order of food scores accumulatedRights × baseShare, however much is asked. "
        "Null where the requester has no base share: left, or without a census; and to all but those who administer "
        "the alliance, since it tells those rights. Lists are sorted by it for everybody.",
    )
    convoys: list[Convoy] = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="Every entry in the order it was sent, cancelled ones too.",
        metadata=price(2),
    )


@strawberry.input(description="What to ask an alliance for: some food or some materials at least.")
class OrderInput:
    alliance_tag: str = strawberry.field(description="Tag of the caller's own alliance, whatever its case.")
    due_on: date = strawberry.field(description="Day by which it is wanted: today, in UTC, or later.")
    evolution: Evolution | None = strawberry.field(default=None, description="What it is for; null for nothing said.")
    food: BigInt = strawberry.field(default=BigInt(0), description="Food, 0 to 2^63 - 1.")
    materials: BigInt = strawberry.field(default=BigInt(0), description="Materials, 0 to 2^63 - 1.")
    deliver_after: date | None = strawberry.field(
        default=None,
        description="Day before which it does not go in progress by itself, at the latest `dueOn`; null for none.",
    )


@strawberry.type(description="What became of one order of a bulk change: the order, or why it was refused.")
class OrderStatusChange:
    order_id: strawberry.ID = strawberry.field(description="The order's id as the caller sent it.")
    order: Order | None = strawberry.field(description="The order as it stands after all changes; null if refused.")
    error: OrderStatusError | None = strawberry.field(description="Why this order was refused; null if it was not.")


async def place_order(info: Info, membership: Membership, input: OrderInput) -> OrderView:  # noqa: A002 - for clients
    wish = OrderFields(input.evolution, input.food, input.materials, input.due_on, input.deliver_after)
    return await orders.place_order(info, membership, wish)


async def update_order(
    info: Info,
    order: OrderView,
    evolution: Evolution | None = strawberry.UNSET,
    food: BigInt | None = strawberry.UNSET,
    materials: BigInt | None = strawberry.UNSET,
    due_on: date | None = strawberry.UNSET,
    deliver_after: date | None = strawberry.UNSET,
) -> OrderView:
    changes = cast("OrderChanges", said(evolution=evolution, deliver_after=deliver_after))
    if (wanted := unless_null(food, "food")) is not None:
        changes["food"] = wanted
    if (wanted := unless_null(materials, "materials")) is not None:
        changes["materials"] = wanted
    if (day := unless_null(due_on, "dueOn")) is not None:
        changes["due_on"] = day
    return await orders.update_order(info, order, changes)


async def set_order_statuses(
    info: Info, given: list[Judged[OrderView]], status: OrderStatus
) -> list[orders.StatusChange]:
    changes = await orders.set_order_statuses(info, given, status)
    for change in changes:
        refusal = change.refusal
        if refusal is not None:
            text = localize(refusal.message, info.context.language, refusal.details)
            change.error = OrderStatusError(code=refusal.code, message=text)
    return changes


STATUS = "The state to set; CONFLICT where the present one does not lead to it."


@strawberry.type
class OrderMutation:
    place_order: Order = requires_membership(
        place_order,
        of=by_tag("input.alliance_tag"),
        arguments={"input": "What to ask for, and which alliance."},
        description="By the viewer; nothing under zero, and not all zero.",
    )
    update_order: Order = requires_ownership_of_order(
        update_order,
        of=by_order("id"),
        arguments={
            "evolution": "What it is for; null for nothing said.",
            "food": "Food that is asked for in all, 0 to 2^63 - 1.",
            "materials": "Materials that are asked for in all, 0 to 2^63 - 1.",
            "due_on": "Day by which it is wanted: today, in UTC, or later.",
            "deliver_after": "Day before which it does not go in progress by itself, `dueOn` at the latest; null for "
            "no such day.",
        },
        description="By its requester or an administrator, until it has ended. What is left out stays.",
    )
    set_order_status: Order = requires_ownership_to_set_status(
        orders.set_order_status,
        of=by_order("id"),
        arguments={"status": STATUS},
        description="By an administrator; its requester may cancel it, delete it or declare it done. Whenever none is "
        "in progress, the waiting one with the highest score goes, be it the one just set waiting; none before its "
        "deliverAfter.",
    )
    set_order_statuses: list[OrderStatusChange] = requires_ownership_to_set_status(
        set_order_statuses,
        of=by_order("ids", gives="given", most=orders.MOST_AT_ONCE),
        arguments={"status": STATUS},
        description="Up to 100 orders, each by itself: one that is refused leaves the others changed.",
        metadata=price(5000, items=20),
    )
