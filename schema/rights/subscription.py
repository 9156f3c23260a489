"""Subscriptions to harvests as clients see them: one row an event."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry

from engine.guard.row_filter import filtered
from engine.operation.context import Info
from models.alliance.alliance import AllianceView
from models.live.event import EventKind
from models.rights.harvest import HarvestView
from permissions.row_filter import RowFilter
from resolvers.alliance.alliance_stream import alliance_events
from schema.alliance.access import by_tag, requires_membership
from schema.rights.harvest import Harvest


@filtered(RowFilter.ALLIANCE_INSIGHT)
async def rights_updated(info: Info, alliance: AllianceView) -> AsyncGenerator[HarvestView, None]:
    async with aclosing(alliance_events(info, alliance, EventKind.RIGHTS, "Harvest")) as rows:
        async for row in rows:
            yield row


@strawberry.type
class RightsSubscription:
    rights_updated: Harvest = requires_membership(
        rights_updated,
        of=by_tag("alliance_tag"),
        or_staff=True,
        description="Each harvest of the alliance, applied or blocked; the last one again when rights are changed by "
        "hand. For those who may look into it.",
    )
