"""Hostings: who sees them, what is done with them and with alliances' keys; from selections to rows.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

import time
from collections.abc import Sequence

from domain.core.refusal import bad_input, not_found
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection, below, merged, selection_of
from models.alliance.alliance import AllianceView, alliances_by_ids
from models.alliance.member import MemberView, members_by_ids
from models.core.driver.outage import outage
from models.core.driver.patience import one_deadline
from models.forum.section import SectionView, sections_by_ids, set_categories
from models.hosting import hosting as hosting_changes
from models.hosting import hosting_proposal as proposal_changes
from models.hosting.hosting import (
    HostingView,
    hosted_members,
    hosting_by_pk,
    hostings_of,
)
from models.hosting.hosting_proposal import HostingProposalView, hosting_proposal_of, hosting_proposals_of
from models.hosting.key import abandonment, key_change
from models.hosting.key.alliance_key import key_states_of
from models.hosting.key.trail import Actor, KeyUseView, key_uses
from models.hosting.mirror import mirror_change
from models.hosting.mirror.mirror import MirrorView, mirror_by_pk, mirrors_of_hostings
from models.hosting.mirror.mirror_change import pending_counts
from models.hosting.pending_work import run_step
from permissions.alliance import sees_alliance
from permissions.row_filter import RowFilter
from resolvers.alliance.alliance import fill_alliances, renew_viewer, tagged
from resolvers.alliance.insight import rows_of_alliance
from resolvers.alliance.member import fill_members, member_by_pk
from resolvers.forum.sealed import load_synced
from resolvers.forum.tree.forum import fill_restrictions, forum_of
from resolvers.hosting.mirror import ensure_synced

AT_ONCE_SECONDS = 2.0
"""How long a call works on what it began; the rest is done in the background."""

# ---- reading ------------------------------------------------------------------------


@rows_of_alliance(RowFilter.ALLIANCE_INSIGHT)
async def hostings(root: AllianceView, info: Info) -> list[HostingView]:
    """The hostings in which an alliance takes part."""
    found = await hostings_of([root.pk])
    await fill_hostings(info.context, found, selection_of(info))
    return found


@node_loader("Hosting")
@filtered(RowFilter.ALLIANCE_INSIGHT)
async def _hosting(context: Context, pk: int, selection: Selection) -> HostingView | None:
    found = await hosting_by_pk(pk)
    viewer = context.viewer
    if found is None or not (sees_alliance(viewer, found.mother_id) or sees_alliance(viewer, found.host_id)):
        return None
    await fill_hostings(context, [found], selection)
    return found


@node_loader("Mirror")
@filtered(RowFilter.ALLIANCE_INSIGHT)
async def _mirror(context: Context, pk: int, selection: Selection) -> MirrorView | None:
    found = await mirror_by_pk(pk)
    if found is None or not sees_alliance(context.viewer, found.mother_id):
        return None
    await _fill_mirrors(context, [found], selection)
    return found


async def fill_hostings(context: Context, found: Sequence[HostingView], selection: Selection) -> None:
    """Sets what is selected. Who plays from where, and what is mirrored, is for those who look into the mother."""
    if not found:
        return
    if {"mother", "host"} & selection.keys():
        views = await alliances_by_ids(list({pk for one in found for pk in (one.mother_id, one.host_id)}))
        wanted = merged(below(selection, "mother"), below(selection, "host"))
        await fill_alliances(context, list(views.values()), wanted)
        for one in found:
            one.mother, one.host = views[one.mother_id], views[one.host_id]
    if "keyState" in selection:
        states = await key_states_of({one.mother_id for one in found})
        for one in found:
            one.key_state = states[one.mother_id]
    await _fill_insides(context, found, selection)


async def _fill_insides(context: Context, found: Sequence[HostingView], selection: Selection) -> None:
    inside = [one for one in found if sees_alliance(context.viewer, one.mother_id)]
    mirrors: list[MirrorView] = []
    if "mirrors" in selection and inside:
        mirrors = await mirrors_of_hostings([one.pk for one in inside])
        await _fill_mirrors(context, mirrors, below(selection, "mirrors"))
    for one in found:
        one.mirrors = [mirror for mirror in mirrors if mirror.hosting_id == one.pk]
        one.members = []
    if "members" in selection and inside:
        wanted = below(selection, "members")
        rows = await load_synced(
            context, inside, lambda one: [one.mother_id], lambda opened: _guests(context, opened, wanted)
        )
        for one, guests in zip(inside, rows, strict=True):
            one.members = guests  # Or why they are refused, which GraphQL tells in their place.


async def _guests(context: Context, hostings: Sequence[HostingView], selection: Selection) -> list[list[MemberView]]:
    """Who plays from the host, for each of these hostings."""
    numbers = await hosted_members([one.pk for one in hostings])
    members = await members_by_ids([pk for guests in numbers.values() for pk in guests])
    await fill_members(context, list(members.values()), selection)
    return [[members[pk] for pk in numbers[one.pk]] for one in hostings]


async def _fill_mirrors(context: Context, mirrors: Sequence[MirrorView], selection: Selection) -> None:
    pending = await pending_counts([mirror.pk for mirror in mirrors]) if "pending" in selection else {}
    for mirror in mirrors:
        mirror.pending = pending.get(mirror.pk, 0)
    if {"section", "mirrorSection"} & selection.keys():
        await fill_restrictions(context, selection)
        forum = await forum_of(context)
        ids = {pk for mirror in mirrors for pk in (mirror.section_id, mirror.mirror_section_id)}
        rest = await sections_by_ids([pk for pk in ids if pk not in forum.sections])
        await set_categories(rest.values())
        for mirror in mirrors:
            mirror.section = forum.sections.get(mirror.section_id) or _unseen(rest[mirror.section_id])
            place = forum.sections.get(mirror.mirror_section_id)
            mirror.mirror_section = place or _unseen(rest[mirror.mirror_section_id])


def _unseen(section: SectionView) -> SectionView:
    """A section that the viewer does not see in the forum: its name, and nothing of what is in it."""
    section.topic_count = section.post_count = 0
    return section


@rows_of_alliance(RowFilter.ALLIANCE_ADMINISTRATION)
async def key_trail(root: AllianceView, info: Info) -> list[KeyUseView]:  # noqa: ARG001 - every resolver gets it
    """What was done with an alliance's key."""
    return (await key_uses([root.pk])).get(root.pk, [])


# ---- hostings -----------------------------------------------------------------------


def _handler(context: Context) -> Actor:
    return Actor(context.viewer.user_id, context.viewer.username)


@rows_of_alliance(RowFilter.ALLIANCE_ADMINISTRATION)
async def hosting_proposals(root: AllianceView, info: Info) -> list[HostingProposalView]:
    """What an alliance asked of others and was asked."""
    found = await hosting_proposals_of(root.pk)
    await _fill_proposals(info.context, found, selection_of(info))
    return found


async def _fill_proposals(context: Context, found: Sequence[HostingProposalView], selection: Selection) -> None:
    views = await alliances_by_ids(list({pk for one in found for pk in (one.mother_id, one.host_id)}))
    await fill_alliances(context, list(views.values()), merged(below(selection, "mother"), below(selection, "host")))
    for one in found:
        one.mother, one.host = views[one.mother_id], views[one.host_id]


async def open_hosting(info: Info, mother: AllianceView, host_tag: str) -> HostingProposalView:
    host = await tagged(host_tag, "hostTag")
    await proposal_changes.open_hosting(mother.pk, host.pk, _handler(info.context), info.context.now())
    return await _proposal_after(info, mother.pk, host.pk)


async def withdraw_hosting(info: Info, mother: AllianceView, host_tag: str) -> HostingProposalView:
    host = await tagged(host_tag, "hostTag")
    await proposal_changes.withdraw_hosting(mother.pk, host.pk, info.context.now())
    return await _proposal_after(info, mother.pk, host.pk)


async def decline_hosting(info: Info, host: AllianceView, mother_tag: str) -> HostingProposalView:
    mother = await tagged(mother_tag, "motherTag")
    await proposal_changes.decline_hosting(mother.pk, host.pk, info.context.now())
    return await _proposal_after(info, mother.pk, host.pk)


async def _proposal_after(info: Info, mother_id: int, host_id: int) -> HostingProposalView:
    found = await hosting_proposal_of(mother_id, host_id)
    if found is None:
        raise not_found("hostTag")
    await _fill_proposals(info.context, [found], selection_of(info))
    return found


async def accept_hosting(info: Info, host: AllianceView, mother_tag: str) -> HostingView:
    """What a call's time does not suffice for is copied in the background."""
    context, mother = info.context, await tagged(mother_tag, "motherTag")
    pk = await hosting_changes.accept_hosting(mother.pk, host.pk, context.now())
    await _work(context, mother.pk)
    return await _after(info, pk)


async def close_hosting(info: Info, hosting: HostingView) -> HostingView:
    """By the mother, or by the host that has had enough."""
    context = info.context
    if not context.viewer.administers(hosting.host_id):
        await ensure_synced(
            context, [hosting.mother_id]
        )  # What was written there is pulled as long as the way is open.
    await hosting_changes.close_hosting(hosting, context.now())
    return await _after(info, hosting.pk)


async def host_member(info: Info, member: MemberView, host_tag: str) -> MemberView:
    host = await tagged(host_tag, "hostTag")
    await hosting_changes.host_member(member, host.pk, info.context.now())
    return await _moved(info, member)


async def recall_member(info: Info, member: MemberView) -> MemberView:
    await hosting_changes.recall_member(member, info.context.now())
    return await _moved(info, member)


async def _moved(info: Info, member: MemberView) -> MemberView:
    """The member, who may see more or less from where they play now."""
    context = info.context
    await renew_viewer(context)
    found = await member_by_pk(context, member.pk, selection_of(info))
    if found is None:
        raise not_found("memberId")
    return found


async def sync_mirrors(info: Info, alliance: AllianceView) -> list[MirrorView]:
    """Compares every topic of both sides; what a call's time does not suffice for is done in the background."""
    context, mother_id = info.context, alliance.pk
    await ensure_synced(context, [mother_id])
    await mirror_change.sync_mirrors(mother_id)
    await _work(context, mother_id)
    context.memory.clear()
    found = [one.pk for one in await hostings_of([mother_id]) if one.mother_id == mother_id and one.closed_at is None]
    mirrors = await mirrors_of_hostings(found)
    await _fill_mirrors(context, mirrors, selection_of(info))
    return mirrors


async def _work(context: Context, alliance_id: int) -> None:
    """For a while; a step that waits for others is given up after as long again. The job goes on with what is left."""
    end = time.monotonic() + AT_ONCE_SECONDS
    try:
        with one_deadline(2 * AT_ONCE_SECONDS):
            while time.monotonic() < end and await run_step(alliance_id, context.now()):
                pass
    except Exception as error:
        if outage(error) is None:
            raise


async def _after(info: Info, pk: int) -> HostingView:
    await renew_viewer(info.context)
    found = await hosting_by_pk(pk)
    if found is None:
        raise not_found("id")
    await fill_hostings(info.context, [found], selection_of(info))
    return found


# ---- keys ---------------------------------------------------------------------------


async def export_alliance_key(info: Info, alliance: AllianceView) -> str:
    context = info.context
    return await key_change.export_alliance_key(alliance.pk, _handler(context), context.now())


async def restore_alliance_key(info: Info, alliance: AllianceView, key: str) -> list[HostingView]:
    """Everything resumes: what waited at the hosts is pulled."""
    context = info.context
    await key_change.restore_alliance_key(alliance.pk, key, _handler(context), context.now())
    context.memory.clear()
    await ensure_synced(context, [alliance.pk])
    return await _hostings_after(info, alliance)


async def rotate_alliance_key(info: Info, alliance: AllianceView) -> list[HostingView]:
    context = info.context
    await key_change.rotate_alliance_key(alliance.pk, _handler(context), context.now())
    await _work(context, alliance.pk)
    return await _hostings_after(info, alliance)


async def abandon_alliance_key(info: Info, alliance: AllianceView, confirmation: str) -> list[HostingView]:
    """Not by a slip: the alliance is named once more."""
    context = info.context
    if confirmation != alliance.tag:
        raise bad_input("confirmation", "tag_to_confirm")
    await abandonment.abandon_alliance_key(alliance.pk, _handler(context), context.now())
    await renew_viewer(context)
    return await _hostings_after(info, alliance)


async def _hostings_after(info: Info, mother: AllianceView) -> list[HostingView]:
    info.context.memory.clear()
    found = [one for one in await hostings_of([mother.pk]) if one.mother_id == mother.pk]
    await fill_hostings(info.context, found, selection_of(info))
    return found
