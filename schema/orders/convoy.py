"""Convoys as clients see, send and cancel them.

Tested in tests/resolvers/orders/test_convoy.py.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.execution.scalar import BigInt
from engine.guard.row_filter import seen_by
from engine.operation.context import Info
from engine.operation.node_type import Node, id_of
from models.orders.convoy import ConvoyView
from models.orders.order import OrderView
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.orders import convoy
from schema.alliance.access import requires_membership
from schema.alliance.member import Member
from schema.orders.access import by_convoy, by_order, requires_ownership_of_convoy

if TYPE_CHECKING:
    from schema.orders.order import Order


@strawberry.type(
    description="What a member sent towards an order, read off a post of its topic. Negative quantities are a "
    "cancelled convoy's counter-entry."
)
class Convoy(Node):
    id: strawberry.ID = id_of("Convoy")
    order: Annotated["Order", strawberry.lazy("schema.orders.order")] = seen_by(
        RowFilter.ALLIANCE_INSIGHT, description="The order that it was sent towards."
    )
    sender: Member = seen_by(RowFilter.ALLIANCE_INSIGHT, description="The author of its post.")
    recipient: Member = seen_by(
        RowFilter.ALLIANCE_INSIGHT, description="The member whom its post names; the order's requester if sent here."
    )
    food: BigInt = strawberry.field(description="Food on the way; negative in a counter-entry.")
    materials: BigInt = strawberry.field(
        description="Materials on the way; negative in a counter-entry. They alone count for the rights."
    )
    sent_at: datetime = strawberry.field(description="When its post was written.")
    arrives_at: datetime = strawberry.field(description="Arrival, a whole minute.")
    is_cancelled: bool = strawberry.field(description="True of both halves of a cancelled pair.")


@strawberry.input(description="A convoy to send: some food or some materials at least.")
class ConvoyInput:
    order_id: strawberry.ID = strawberry.field(description="The order to serve; CONFLICT if it was called off.")
    food: BigInt = strawberry.field(default=BigInt(0), description="Food, 0 to 10^12.")
    materials: BigInt = strawberry.field(default=BigInt(0), description="Materials, 0 to 10^12.")
    arrives_at: datetime = strawberry.field(
        description="Arrival in the years 2000 to 2999; rounded up to the next whole minute."
    )


async def send_convoy(
    info: Info,
    order: OrderView,
    membership: Membership,
    input: ConvoyInput,  # noqa: A002 - the argument's name for clients
) -> ConvoyView:
    return await convoy.send_convoy(info, order, membership, input.food, input.materials, input.arrives_at)


@strawberry.type
class ConvoyMutation:
    send_convoy: Convoy = requires_membership(
        send_convoy,
        of=by_order("input.order_id"),
        arguments={"input": "What to send, and towards which order."},
        description="Towards an order, from the viewer to whoever asked. More than was asked may be sent.",
    )
    cancel_convoy: Convoy = requires_ownership_of_convoy(
        convoy.cancel_convoy,
        of=by_convoy("id"),
        description="By its sender, or an administrator for them: posts the counter-entry. An order that is no longer "
        "complete is in progress again.",
    )
