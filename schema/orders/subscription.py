"""Subscriptions to orders as clients see them: one row an event."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry

from engine.guard.row_filter import filtered
from engine.operation.context import Info
from models.alliance.alliance import AllianceView
from models.live.event import EventKind
from models.orders.order import OrderView
from permissions.row_filter import RowFilter
from resolvers.alliance.alliance_stream import alliance_events
from schema.alliance.access import by_tag, requires_membership
from schema.orders.order import Order


@filtered(RowFilter.ALLIANCE_INSIGHT)
async def order_updated(info: Info, alliance: AllianceView) -> AsyncGenerator[OrderView, None]:
    async with aclosing(alliance_events(info, alliance, EventKind.ORDER, "Order")) as rows:
        async for row in rows:
            yield row


@strawberry.type
class OrderSubscription:
    order_updated: Order = requires_membership(
        order_updated,
        of=by_tag("alliance_tag"),
        or_staff=True,
        description="Each order of the alliance that was placed, changed, served or called off.",
    )
