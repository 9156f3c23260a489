"""Subscriptions to harvests as clients see them: one row an event."""

from collections.abc import AsyncIterator

import strawberry

from engine.live import stream
from engine.operation.access import requires_account_stream
from models.live.event import EventKind
from resolvers.alliance import alliance_stream
from schema.rights.harvest import Harvest


async def _rights_updated(info: strawberry.Info, alliance_tag: str) -> AsyncIterator[Harvest]:
    found = alliance_stream.happenings(info.context, info, alliance_tag, EventKind.RIGHTS, "Harvest")
    async for harvest in stream.until_over(info.context, found):
        yield harvest


@strawberry.type
class RightsSubscription:
    rights_updated: Harvest = requires_account_stream(
        _rights_updated,
        description="Each harvest of the alliance, applied or blocked; the last one again when rights are changed by "
        "hand. For those who may look into it.",
    )
