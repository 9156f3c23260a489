"""Alliances as clients see and found them."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from engine.operation.access import requires_account
from engine.operation.connection import load_rows
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from resolvers.alliance import alliance, member
from schema.alliance.member import Member
from schema.forum.section import Section

Gone = Annotated[bool | None, strawberry.argument("True adds the members who have left; `leftAt` tells them apart.")]


async def _members(root: Any, info: strawberry.Info, *, gone: Gone = False) -> list[Member]:
    async def load(alliances: Any, selection: Any) -> Any:
        return await member.members(info.context, alliances, selection, gone=bool(gone))

    return await load_rows(info.context, info, root, (bool(gone),), load)  # type: ignore[no-any-return]


async def _viewer_member(root: Any, info: strawberry.Info) -> Member | None:
    return await member.own_member(info.context, root, selection_of(info))  # type: ignore[return-value]


@strawberry.type(
    description="Any account knows its tag and name. Members, orders and convoys are for members who have a topic in "
    "the members section, and for staff; to others the lists are empty."
)
class Alliance(Node):
    id: strawberry.ID = id_of("Alliance")
    tag: str = strawberry.field(
        description="1 to 16 characters, unique whatever its case; what `alliance(tag:)` and `allianceTag` take."
    )
    name: str = strawberry.field(description="One line of 1 to 120 characters; two alliances may share it.")
    viewer_member: Member | None = strawberry.field(
        resolver=_viewer_member, description="The viewer's own place; null for who holds none in this alliance."
    )
    members: list[Member] = strawberry.field(
        resolver=_members, description="By rank, highest first, then by name. `gone` adds those who have left."
    )
    sections: list[Section] = strawberry.field(description="Those that the viewer may see.")
    next_harvest_at: datetime | None = strawberry.field(
        description="Minute of the next update of the rights; null until a member has reported one, and to those who "
        "may not look into the alliance."
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


@strawberry.type
class AllianceMutation:
    create_alliance: Alliance = requires_account(
        _create,
        description="Makes its founder the first member and administrator, and prepares its sections: one of "
        "discussion, and under it members, orders and the vault. For accounts without an alliance, and staff.",
    )
