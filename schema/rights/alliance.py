"""What harvests add to alliances as clients see and announce them."""

from datetime import datetime
from typing import Any

import strawberry

from engine.operation.access import requires_membership
from engine.operation.page_type import After, First
from engine.operation.selection import selection_of
from engine.operation.type_extension import extends
from resolvers.rights import harvest
from schema.alliance.alliance import Alliance
from schema.rights.harvest import HarvestConnection


async def _harvests(root: Any, info: strawberry.Info, *, first: First = 20, after: After = None) -> HarvestConnection:
    return await harvest.harvests(info.context, info, root, first, after)  # type: ignore[return-value]


@extends(Alliance)
class HarvestsOfAlliance:
    harvests: HarvestConnection = strawberry.field(
        resolver=_harvests, description="Newest first; empty for those who may not look into the alliance."
    )


async def _record(info: strawberry.Info, alliance_tag: str, at: datetime) -> Alliance:
    return await harvest.record_next(info.context, alliance_tag, at, selection_of(info))  # type: ignore[return-value]


@strawberry.type
class HarvestMutation:
    record_next_harvest: Alliance = requires_membership(
        _record, description="What the game's resource page announces; harvests follow every half hour from there."
    )
