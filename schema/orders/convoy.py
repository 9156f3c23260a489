"""Convoys as clients see, send and cancel them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.execution.scalar import BigInt
from engine.operation.access import requires_membership
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from resolvers.orders import convoy
from schema.alliance.member import Member

if TYPE_CHECKING:
    from schema.orders.order import Order


@strawberry.type(description="Negative quantities are a cancelled convoy's counter-entry.")
class Convoy(Node):
    id: strawberry.ID = id_of("Convoy")
    order: Annotated["Order", strawberry.lazy("schema.orders.order")]
    sender: Member
    recipient: Member
    food: BigInt
    materials: BigInt
    sent_at: datetime
    arrives_at: datetime = strawberry.field(description="A whole minute.")
    is_cancelled: bool = strawberry.field(description="True of both halves of a cancelled pair.")


@strawberry.input
class ConvoyInput:
    order_id: strawberry.ID
    food: BigInt = strawberry.field(default=BigInt(0))
    materials: BigInt = strawberry.field(default=BigInt(0))
    arrives_at: datetime = strawberry.field(description="Rounded up to the next whole minute.")


async def _send(info: strawberry.Info, input: ConvoyInput) -> Convoy:  # noqa: A002 - the argument's name for clients
    return await convoy.send(  # type: ignore[return-value]
        info.context, input.order_id, input.food, input.materials, input.arrives_at, selection_of(info)
    )


async def _cancel(info: strawberry.Info, id: strawberry.ID) -> Convoy:  # noqa: A002
    return await convoy.cancel(info.context, id, selection_of(info))  # type: ignore[return-value]


@strawberry.type
class ConvoyMutation:
    send_convoy: Convoy = requires_membership(
        _send, description="Towards an order, from the viewer to whoever asked. More than was asked may be sent."
    )
    cancel_convoy: Convoy = requires_membership(
        _cancel,
        description="By its sender, or an administrator for them: posts the counter-entry. An order that is no longer "
        "complete is in progress again.",
    )
