"""What orders add to alliances as clients see them."""

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.orders import convoy, order
from schema.alliance.alliance import Alliance
from schema.orders.convoy import Convoy
from schema.orders.order import Order


@extends(Alliance)
class OrdersOfAlliance:
    orders: list[Order] | None = resolved(
        order.orders,
        arguments={"status": "Orders in these states alone; null for all."},
        description="By score, highest first.",
        metadata=price(150, items=5),
    )
    convoys_under_way: list[Convoy] | None = resolved(
        convoy.convoys_under_way,
        description="Convoys that have not arrived, soonest first, cancelled pairs left out.",
        metadata=price(40, items=3),
    )
