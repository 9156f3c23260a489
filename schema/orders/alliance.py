"""What orders add to alliances as clients see them."""

from typing import Annotated, Any

import strawberry

from domain.orders.order import OrderStatus
from engine.operation.connection import load_rows
from engine.operation.selection import selection_of
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


async def _convoys(root: Any, info: strawberry.Info) -> list[Convoy]:
    return await convoy.under_way(info.context, root, selection_of(info))  # type: ignore[return-value]


@extends(Alliance)
class OrdersOfAlliance:
    orders: list[Order] = strawberry.field(resolver=_orders, description="By score, highest first.")
    convoys_under_way: list[Convoy] = strawberry.field(
        resolver=_convoys, description="Convoys that have not arrived, soonest first, cancelled pairs left out."
    )
