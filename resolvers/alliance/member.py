"""Members: who sees them, claims and ranks; from ids and selections to rows."""

from collections.abc import Sequence
from typing import Any

import strawberry

from domain.alliance.member import is_rank
from domain.core.refusal import bad_input
from engine.guard.row_filter import filtered
from engine.operation.change import or_away, unless_null
from engine.operation.connection import load_rows
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.selection import Selection, below, merged, selection_of
from engine.operation.type_extension import fill_extensions
from models.account.user import users_by_id
from models.alliance import member_place
from models.alliance.alliance import AllianceView, alliances_by_ids
from models.alliance.census.census import current_censuses
from models.alliance.member import MemberView, members_by_ids, members_of
from models.alliance.member_claim import claims_of
from models.forum.topic import topics_by_ids
from permissions.alliance import sees_alliance
from permissions.row_filter import RowFilter
from resolvers.account.user import fill_users
from resolvers.alliance.alliance import fill_alliances, read_with_alliance, renew_viewer, tagged
from resolvers.alliance.insight import rows_of_alliance
from resolvers.alliance.travel_time import fill_travel_times
from resolvers.forum.author import joined_in
from resolvers.forum.sealed import ensure_synced, load_synced
from resolvers.forum.topic import fill_topics
from resolvers.forum.tree.sight import seen_places

# ---- reading ------------------------------------------------------------------------


@rows_of_alliance(RowFilter.ALLIANCE_INSIGHT)
async def members(root: AllianceView, info: Info, *, gone: bool | None = False) -> list[MemberView]:
    """The members of an alliance."""

    async def load(alliances: Sequence[AllianceView], selection: Selection) -> list[Any]:
        return await load_synced(
            info.context,
            alliances,
            lambda view: [view.pk],
            lambda opened: members_of_alliances(info.context, opened, selection, gone=bool(gone)),
        )

    found: list[MemberView] = await load_rows(info.context, info, root, (bool(gone),), load)
    return found


async def members_of_alliances(
    context: Context, alliances: Sequence[AllianceView], selection: Selection, *, gone: bool
) -> list[list[MemberView]]:
    """The members of each alliance. All must be seen already."""
    ids = [view.pk for view in alliances]
    await ensure_synced(context, ids)
    read = read_with_alliance(context, ids[0]) if len(ids) == 1 and not gone else None
    found = await members_of(ids, gone=gone) if read is None else {ids[0]: read}
    for view in alliances:
        for member in found.get(view.pk, []):
            member.alliance = view
        context.memory[members_read, view.pk] = found.get(view.pk, [])
    await fill_members(context, [member for rows in found.values() for member in rows], selection)
    return [found.get(view.pk, []) for view in alliances]


def members_read(context: Context, alliance_id: int) -> list[MemberView] | None:
    """The present members of an alliance whose list this operation has read already."""
    found: list[MemberView] | None = context.memory.get((members_read, alliance_id))
    return None if found is None else [member for member in found if member.left_at is None]


@filtered(RowFilter.OWN)
async def viewer_member(root: Any, info: Info) -> MemberView | None:
    """The viewer's own place in an alliance."""
    membership = info.context.viewer.membership_in(root.pk)
    return None if membership is None else await member_by_pk(info.context, membership.member_id, selection_of(info))


async def member_by_pk(context: Context, pk: int, selection: Selection) -> MemberView | None:
    """A member of an alliance that the viewer may look into, or the viewer's own; None for any other."""
    found = (await members_by_ids([pk])).get(pk)
    if found is None:
        return None
    own = any(membership.member_id == pk for membership in context.viewer.memberships)
    if not own and not sees_alliance(context.viewer, found.alliance_id):
        return None
    if await ensure_synced(context, [found.alliance_id]):
        return await member_by_pk(context, pk, selection)
    await fill_members(context, [found], selection)
    return found


@node_loader("Member")
@filtered(RowFilter.ALLIANCE_INSIGHT)
async def _member(context: Context, pk: int, selection: Selection) -> MemberView | None:
    return await member_by_pk(context, pk, selection)


async def fill_members(context: Context, found: Sequence[MemberView], selection: Selection) -> None:
    """Sets what is selected and no column of the member itself: one query a relation. All must be seen already."""
    if not found:
        return
    if "alliance" in selection or "hostedBy" in selection:
        await _fill_alliances(context, found, selection)
    if selection.keys() & {"user", "claimedBy", "claims"}:
        await _fill_users(context, found, selection)
    if "topic" in selection:
        await _fill_topics(context, found, below(selection, "topic"))
    if "census" in selection:
        # Whoever holds a place without a topic is shown it before they may look into the alliance.
        seen = [member.pk for member in found if sees_alliance(context.viewer, member.alliance_id)]
        censuses = await current_censuses(seen) if seen else {}
        for member in found:
            member.census = censuses.get(member.pk)
    if "travelTime" in selection:
        await fill_travel_times(context, found)
    await fill_extensions(context, "Member", found, selection)


async def _fill_alliances(context: Context, found: Sequence[MemberView], selection: Selection) -> None:
    ids = {member.alliance_id for member in found} | {member.hosted_by_id for member in found} - {None}
    views = await alliances_by_ids([pk for pk in ids if pk is not None])
    await fill_alliances(
        context, list(views.values()), merged(below(selection, "hostedBy"), below(selection, "alliance"))
    )
    for member in found:
        member.alliance = views[member.alliance_id]
        member.hosted_by = None if member.hosted_by_id is None else views.get(member.hosted_by_id)


async def _fill_users(context: Context, found: Sequence[MemberView], selection: Selection) -> None:
    """Claims are for those who administer; the fields themselves ask, and here nothing is read for others."""
    administered = [member.pk for member in found if context.viewer.administers(member.alliance_id)]
    claims = await claims_of(administered) if administered and selection.keys() & {"claimedBy", "claims"} else {}
    ids = {claim.user_id for each in claims.values() for claim in each} | {member.user_id for member in found}
    users = {user.pk: user for user in await users_by_id([pk for pk in ids if pk is not None])}
    wanted = below(selection, "claimedBy"), below(selection, "claims", "user"), below(selection, "user")
    await fill_users(context, list(users.values()), merged(*wanted))
    for member in found:
        member.user = users.get(member.user_id or 0)
        member.claims = [claim for claim in claims.get(member.pk, []) if claim.user_id in users]
        for claim in member.claims:
            claim.user = users[claim.user_id]
        member.claimed_by = member.claims[0].user if member.claims else None


async def _fill_topics(context: Context, found: Sequence[MemberView], selection: Selection) -> None:
    ids = [member.topic_id for member in found if member.topic_id is not None]
    topics = await topics_by_ids(ids, joined_in(selection)) if ids else {}
    places = await seen_places(context) if topics else {}
    seen = {pk: view for pk, view in topics.items() if view.section_id in places}
    await fill_topics(context, list(seen.values()), selection)
    for member in found:
        member.topic = seen.get(member.topic_id or 0)


# ---- writing ------------------------------------------------------------------------


@filtered(RowFilter.OWN)
async def claim_member(info: Info, alliance_tag: str, pseudo: str) -> MemberView:
    """The member that the viewer asks to be. The answer's type says no more than the viewer knew."""
    alliance, viewer = await tagged(alliance_tag, "allianceTag"), info.context.viewer
    found = await member_place.claim_member(alliance.pk, pseudo.strip(), viewer, info.context.now())
    await renew_viewer(info.context)
    return found


async def confirm_member(info: Info, member: MemberView, user_id: strawberry.ID) -> MemberView:
    await member_place.confirm_member(member, row_id(user_id, "User", "userId"), info.context.now())
    return await answer(info, member)


async def decline_claim(info: Info, member: MemberView, user_id: strawberry.ID) -> MemberView:
    await member_place.decline_claim(member, row_id(user_id, "User", "userId"), info.context.now())
    return await answer(info, member)


async def release_member(info: Info, member: MemberView) -> MemberView:
    await member_place.release_member(member, info.context.now())
    return await answer(info, member)


async def leave_alliance(info: Info, alliance_tag: str) -> bool:
    """The viewer is no member any more; whoever was none is told the same."""
    alliance = await tagged(alliance_tag, "allianceTag")
    await member_place.leave_alliance(alliance.pk, info.context.viewer.user_id or 0, info.context.now())
    await renew_viewer(info.context)
    return True


async def update_member_rank(
    info: Info,
    member: MemberView,
    *,
    rank: str | None = strawberry.UNSET,
    rank_order: int | None = strawberry.UNSET,
    can_administer: bool | None = strawberry.UNSET,
) -> MemberView:
    rank, rank_order = or_away(rank, ""), unless_null(rank_order, "rankOrder")
    can_administer = unless_null(can_administer, "canAdminister")
    if rank is not None and not is_rank(rank.strip()):
        raise bad_input("rank", "bad_rank")
    new_rank = None if rank is None else rank.strip()
    now = info.context.now()
    await member_place.update_member_rank(member, new_rank, rank_order, now, can_administer=can_administer)
    return await answer(info, member)


async def answer(info: Info, member: MemberView) -> MemberView:
    """The member as it stands after a write."""
    await renew_viewer(info.context)
    found = (await members_by_ids([member.pk]))[member.pk]
    await fill_members(info.context, [found], selection_of(info))
    return found
