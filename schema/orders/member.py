"""What orders add to members as clients see them.

Tested in tests/resolvers/orders/test_member.py.
"""

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.page_type import Connection
from engine.operation.type_extension import extends
from resolvers.orders import delivery_plan, member
from schema.alliance.member import Member
from schema.orders.convoy import Convoy
from schema.orders.delivery_plan import PlannedConvoy
from schema.orders.order import Order

OrderConnection = Connection[Order]
ConvoyConnection = Connection[Convoy]


@extends(Member)
class OrdersOfMember:
    orders: OrderConnection | None = resolved(
        member.orders_of_member,
        arguments={"status": "Orders in these states alone; null for all."},
        description="What the member asked for, newest first. Empty to those who may not look into the alliance.",
        metadata=price(60),
    )
    convoys_sent: ConvoyConnection | None = resolved(
        member.convoys_sent,
        description="Every entry that the member sent, newest first, cancelled ones too. Empty to those who may not "
        "look into the alliance.",
        metadata=price(60),
    )
    convoys_received: ConvoyConnection | None = resolved(
        member.convoys_received,
        description="Every entry that was sent to the member, latest arrival first, cancelled ones too. Empty to those "
        "who may not look into the alliance.",
        metadata=price(60),
    )
    planned_convoys: list[PlannedConvoy] | None = resolved(
        delivery_plan.planned_convoys,
        description="What the member should send now, by the alliance's `deliveryPlan`, which says how it is made. "
        "Empty to others than the member and those who administer the alliance.",
        metadata=price(300, items=2),
    )
