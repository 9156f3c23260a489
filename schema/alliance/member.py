"""Members as clients see them, and the changes of who is one."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.execution.scalar import BigInt
from engine.operation.access import for_administrators, requires_account, requires_alliance_administration
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from resolvers.alliance import member
from schema.account.user import User
from schema.alliance.census import Census
from schema.forum.topic import Topic

if TYPE_CHECKING:
    from schema.alliance.alliance import Alliance


@strawberry.type(description="A player of an alliance, there or gone; the row and its history stay.")
class Member(Node):
    id: strawberry.ID = id_of("Member")
    pseudo: str
    alliance: Annotated["Alliance", strawberry.lazy("schema.alliance.alliance")]
    user: User | None = strawberry.field(description="The account that an administrator confirmed.")
    claimed_by: User | None = for_administrators(description="The account that asks for the place.")
    topic: Topic | None
    hosted_by: Annotated["Alliance", strawberry.lazy("schema.alliance.alliance")] | None = strawberry.field(
        description="The alliance that houses the member at present, if any."
    )
    rank: str = strawberry.field(description="Empty for none.")
    rank_order: int
    player_id: int | None
    x: int | None
    y: int | None
    can_administer: bool
    tdc: BigInt = strawberry.field(description="Hunting ground, cm² (seed: TdC actuel).")
    census: Census | None = strawberry.field(description="The newest one.")
    joined_at: datetime
    left_at: datetime | None


@strawberry.input
class MemberSyncInput:
    pseudo: str
    tdc: BigInt = strawberry.field(description="Hunting ground, cm².")
    player_id: int | None = None
    x: int | None = strawberry.field(default=None, description="-1 or null for a coordinate that is not known.")
    y: int | None = None


async def _sync(info: strawberry.Info, alliance_tag: str, members: list[MemberSyncInput]) -> list[Member]:
    table = [member.GivenRow(row.pseudo, row.tdc, row.player_id, row.x, row.y) for row in members]
    return await member.synchronise(info.context, alliance_tag, table, selection_of(info))  # type: ignore[return-value]


async def _claim(info: strawberry.Info, alliance_tag: str, pseudo: str) -> Member:
    return await member.claim(info.context, alliance_tag, pseudo, selection_of(info))  # type: ignore[return-value]


async def _confirm(info: strawberry.Info, member_id: strawberry.ID, user_id: strawberry.ID | None = None) -> Member:
    return await member.confirm(info.context, member_id, user_id, selection_of(info))  # type: ignore[return-value]


async def _release(info: strawberry.Info, member_id: strawberry.ID) -> Member:
    return await member.release(info.context, member_id, selection_of(info))  # type: ignore[return-value]


async def _set_rank(
    info: strawberry.Info,
    member_id: strawberry.ID,
    *,
    rank: str | None = None,
    rank_order: int | None = None,
    can_administer: bool | None = None,
) -> Member:
    return await member.set_rank(  # type: ignore[return-value]
        info.context, member_id, rank, rank_order, selection_of(info), can_administer=can_administer
    )


@strawberry.type
class MemberMutation:
    sync_members: list[Member] = requires_alliance_administration(
        _sync,
        description="The game's member table as the caller sees it: creates, updates and marks as departed. The last "
        "administrator stays, in the table or not. Answers with the present members.",
    )
    claim_member: Member = requires_account(
        _claim,
        description="Asks for a member's place; an administrator confirms it. An administrator's own holds at once.",
    )
    confirm_member: Member = requires_alliance_administration(
        _confirm, description="Gives the place to the account that claimed it, or to the one that is named."
    )
    release_member: Member = requires_alliance_administration(
        _release, description="Takes the place from whoever holds or claims it; they lose access at their next request."
    )
    update_member_rank: Member = requires_alliance_administration(
        _set_rank,
        description="Null leaves as it is, an empty rank takes it away. An alliance always has an administrator.",
    )
