"""What orders add to alliances as clients see them."""

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.orders import convoy, delivery_plan, order
from schema.alliance.access import Parent, requires_alliance_administration
from schema.alliance.alliance import Alliance
from schema.orders.convoy import Convoy
from schema.orders.delivery_plan import DeliveryPlan
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
    delivery_plan: DeliveryPlan | None = requires_alliance_administration(
        delivery_plan.delivery_plan,
        of=Parent("pk"),
        with_topic=True,
        description="Who should send what to whom now, so that what members owe serves the orders. It changes nothing.",
        metadata=price(600),
    )
