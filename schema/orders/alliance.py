"""What orders add to alliances as clients see them."""

from typing import Annotated, Any

import strawberry

from domain.orders.order import OrderStatus
from engine.execution.field import resolved
from engine.operation.connection import load_rows
from engine.operation.type_extension import extends
from resolvers.orders import convoy, order
from schema.alliance.alliance import Alliance
from schema.orders.convoy import Convoy
from schema.orders.order import Order

Statuses = Annotated[list[OrderStatus] | None, strawberry.argument("Orders in these states alone; null for all.")]


async def _orders(root: Any, info: strawberry.Info, status: Statuses = None) -> list[Order]:
    async def load(alliances: Any, selection: Any) -> Any:
        return await order.orders(info.context, alliances, status, selection)

    wanted = None if status is None else tuple(status)
    return await load_rows(info.context, info, root, (wanted,), load)  # type: ignore[no-any-return]


@extends(Alliance)
class OrdersOfAlliance:
    orders: list[Order] = strawberry.field(resolver=_orders, description="By score, highest first.")
    convoys_under_way: list[Convoy] = resolved(
        convoy.convoys_under_way,
        description="Convoys that have not arrived, soonest first, cancelled pairs left out.",
    )
