"""Subscriptions to orders as clients see them: one row an event."""

from collections.abc import AsyncIterator

import strawberry

from engine.live import stream
from engine.operation.access import requires_account_stream
from models.live.event import EventKind
from resolvers.alliance import alliance_stream
from schema.orders.order import Order


async def _order_updated(info: strawberry.Info, alliance_tag: str) -> AsyncIterator[Order]:
    found = alliance_stream.happenings(info.context, info, alliance_tag, EventKind.ORDER, "Order")
    async for order in stream.until_over(info.context, found):
        yield order


@strawberry.type
class OrderSubscription:
    order_updated: Order = requires_account_stream(
        _order_updated, description="Each order of the alliance that was placed, changed, served or called off."
    )
