"""Alliances as clients see and found them."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.orders.order import OrderStatus
from engine.operation.access import requires_account, requires_membership
from engine.operation.connection import load_rows
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from resolvers.alliance import alliance, member
from resolvers.orders import convoy, order
from resolvers.rights import harvest
from schema.alliance.member import Member
from schema.forum.section import Section
from schema.hosting.hosting import Hosting, KeyUse, hostings, key_trail
from schema.orders.convoy import Convoy
from schema.orders.order import Order
from schema.rights.harvest import HarvestConnection


async def _members(root: Any, info: strawberry.Info, *, gone: bool | None = False) -> list[Member]:
    async def load(alliances: Any, selection: Any) -> Any:
        return await member.members(info.context, alliances, selection, gone=bool(gone))

    return await load_rows(info.context, info, root, (bool(gone),), load)  # type: ignore[no-any-return]


async def _orders(root: Any, info: strawberry.Info, status: list[OrderStatus] | None = None) -> list[Order]:
    async def load(alliances: Any, selection: Any) -> Any:
        return await order.orders(info.context, alliances, status, selection)

    wanted = None if status is None else tuple(status)
    return await load_rows(info.context, info, root, (wanted,), load)  # type: ignore[no-any-return]


async def _convoys(root: Any, info: strawberry.Info) -> list[Convoy]:
    return await convoy.under_way(info.context, root, selection_of(info))  # type: ignore[return-value]


async def _viewer_member(root: Any, info: strawberry.Info) -> Member | None:
    return await member.own_member(info.context, root, selection_of(info))  # type: ignore[return-value]


async def _harvests(
    root: Any, info: strawberry.Info, *, first: int | None = 20, after: str | None = None
) -> HarvestConnection:
    return await harvest.harvests(info.context, info, root, first, after)  # type: ignore[return-value]


@strawberry.type(
    description="Any account knows its tag and name. Members, orders and convoys are for members who have a topic in "
    "the members section, and for staff; to others the lists are empty."
)
class Alliance(Node):
    id: strawberry.ID = id_of("Alliance")
    tag: str
    name: str
    viewer_member: Member | None = strawberry.field(resolver=_viewer_member, description="The viewer's own place.")
    members: list[Member] = strawberry.field(
        resolver=_members, description="By rank, highest first, then by name. `gone` adds those who have left."
    )
    orders: list[Order] = strawberry.field(resolver=_orders, description="By score, highest first.")
    convoys_under_way: list[Convoy] = strawberry.field(
        resolver=_convoys, description="Convoys that have not arrived, soonest first, cancelled pairs left out."
    )
    sections: list[Section] = strawberry.field(description="Those that the viewer may see.")
    next_harvest_at: datetime | None
    harvests: HarvestConnection = strawberry.field(
        resolver=_harvests, description="Newest first; empty for those who may not look into the alliance."
    )
    hostings: list[Hosting] = strawberry.field(
        resolver=hostings,
        description="As mother and as host, open ones first; empty for those who may not look into the alliance.",
    )
    key_trail: list[KeyUse] = strawberry.field(
        resolver=key_trail, description="Newest first; empty for all but those who administer the alliance."
    )


async def _alliances(info: strawberry.Info) -> list[Alliance]:
    return await alliance.alliances(info.context, selection_of(info))  # type: ignore[return-value]


async def _alliance(info: strawberry.Info, tag: str) -> Alliance | None:
    return await alliance.alliance(info.context, tag, selection_of(info))  # type: ignore[return-value]


async def _create(
    info: strawberry.Info,
    tag: Annotated[str, strawberry.argument(description="1 to 16 characters; unique whatever its case.")],
    name: Annotated[str, strawberry.argument(description="One line of 1 to 120 characters.")],
    pseudo: Annotated[
        str | None, strawberry.argument(description="The founder's name in the game; the account's own by default.")
    ] = None,
) -> Alliance:
    return await alliance.found_alliance(  # type: ignore[return-value]
        info.context, tag, name, pseudo, selection_of(info)
    )


@strawberry.type
class AllianceQuery:
    alliances: list[Alliance] = requires_account(_alliances, description="Every alliance, by tag.")
    alliance: Alliance | None = requires_account(_alliance, description="By its tag, whatever the case.")


async def _record(info: strawberry.Info, alliance_tag: str, at: datetime) -> Alliance:
    return await harvest.record_next(info.context, alliance_tag, at, selection_of(info))  # type: ignore[return-value]


@strawberry.type
class AllianceMutation:
    record_next_harvest: Alliance = requires_membership(
        _record, description="What the game's resource page announces; harvests follow every half hour from there."
    )
    create_alliance: Alliance = requires_account(
        _create,
        description="Makes its founder the first member and administrator, and prepares its sections: one of "
        "discussion, and under it members, orders and the vault. For accounts without an alliance, and staff.",
    )
