"""What hostings add to alliances as clients see them."""

from typing import Any

import strawberry

from engine.operation.selection import selection_of
from engine.operation.type_extension import extends
from resolvers.hosting import hosting
from schema.alliance.alliance import Alliance
from schema.hosting.alliance_key import KeyUse
from schema.hosting.hosting import Hosting


async def _hostings(root: Any, info: strawberry.Info) -> list[Hosting]:
    (found,) = await hosting.hostings(info.context, [root], selection_of(info))
    return found  # type: ignore[return-value]


async def _key_trail(root: Any, info: strawberry.Info) -> list[KeyUse]:
    (found,) = await hosting.trail(info.context, [root])
    return found  # type: ignore[return-value]


@extends(Alliance)
class HostingsOfAlliance:
    hostings: list[Hosting] = strawberry.field(
        resolver=_hostings,
        description="As mother and as host, open ones first; empty for those who may not look into the alliance.",
    )
    key_trail: list[KeyUse] = strawberry.field(
        resolver=_key_trail, description="Newest first; empty for all but those who administer the alliance."
    )
