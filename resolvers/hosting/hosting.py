"""Hostings: who sees and manages them, and the alliances' keys; from tags and selections to rows."""

import time
from collections.abc import Sequence

from domain.core.name import name_key
from domain.core.refusal import not_found
from engine.operation.context import Context
from engine.operation.node import loads, row_id
from engine.operation.selection import Selection, below, merged
from models.alliance.alliance import AllianceView, alliance_by_key, alliances_by_ids
from models.alliance.member import MemberView, members_by_ids
from models.forum.section import SectionView, sections_by_ids
from models.hosting.alliance_key import Handler, KeyState, KeyUseView, key_uses, keys_of
from models.hosting.hosting import (
    HostingView,
    close_hosting,
    hosted_members,
    hosting_by_pk,
    hostings_of,
    open_hosting,
    set_host,
)
from models.hosting.key_change import begin_rotation, export_key, restore_key
from models.hosting.mirror import MirrorView, mirror_by_pk, mirrors_of_hostings, note_all, pending_counts
from models.hosting.pending_work import work_some
from permissions.alliance import knows_alliance, sees_alliance
from resolvers.alliance.alliance import administered, check_administers, fill_alliances, renew_viewer
from resolvers.alliance.member import fill_members, member_by_pk
from resolvers.forum.forum import fill_restrictions, forum_of
from resolvers.hosting.mirror import ensure_synced

AT_ONCE_SECONDS = 2.0
"""How long a call works on what it began; the rest is done in the background."""

# ---- reading ------------------------------------------------------------------------


async def hostings(
    context: Context, alliances: Sequence[AllianceView], selection: Selection
) -> list[list[HostingView]]:
    """The hostings in which each alliance takes part; none for those who may not look into it."""
    seen = [view.pk for view in alliances if sees_alliance(context.viewer, view.pk)]
    found = await hostings_of(seen) if seen else []
    await fill_hostings(context, found, selection)
    return [[one for one in found if view.pk in seen and view.pk in (one.mother_id, one.host_id)] for view in alliances]


@loads("Hosting")
async def _hosting(context: Context, pk: int, selection: Selection) -> HostingView | None:
    found = await hosting_by_pk(pk)
    viewer = context.viewer
    if found is None or not (sees_alliance(viewer, found.mother_id) or sees_alliance(viewer, found.host_id)):
        return None
    await fill_hostings(context, [found], selection)
    return found


@loads("Mirror")
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
    known: dict[int, KeyState] = {}
    for one in found:
        if one.mother_id not in known:
            keys = await keys_of(one.mother_id)
            known[one.mother_id] = KeyState.MISSING if keys is None else keys.state
        one.key_state = known[one.mother_id]
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
        if "members" in selection and one in inside:
            await ensure_synced(context, [one.mother_id])
            members = await members_by_ids(await hosted_members(one))
            one.members = list(members.values())
            await fill_members(context, list(members.values()), below(selection, "members"))


async def _fill_mirrors(context: Context, mirrors: Sequence[MirrorView], selection: Selection) -> None:
    pending = await pending_counts([mirror.pk for mirror in mirrors]) if "pending" in selection else {}
    for mirror in mirrors:
        mirror.pending = pending.get(mirror.pk, 0)
    if {"section", "mirrorSection"} & selection.keys():
        await fill_restrictions(context, selection)
        forum = await forum_of(context)
        ids = {pk for mirror in mirrors for pk in (mirror.section_id, mirror.mirror_section_id)}
        rest = await sections_by_ids([pk for pk in ids if pk not in forum.sections])
        for mirror in mirrors:
            mirror.section = forum.sections.get(mirror.section_id) or _unseen(rest[mirror.section_id])
            place = forum.sections.get(mirror.mirror_section_id)
            mirror.mirror_section = place or _unseen(rest[mirror.mirror_section_id])


def _unseen(section: SectionView) -> SectionView:
    """A section that the viewer does not see in the forum: its name, and nothing of what is in it."""
    section.topic_count = section.post_count = 0
    return section


async def trail(context: Context, alliances: Sequence[AllianceView]) -> list[list[KeyUseView]]:
    """What was done with each alliance's key, for those who administer it."""
    seen = [view.pk for view in alliances if context.viewer.administers(view.pk)]
    found = await key_uses(seen) if seen else {}
    return [found.get(view.pk, []) for view in alliances]


# ---- hostings -----------------------------------------------------------------------


def _handler(context: Context) -> Handler:
    return Handler(context.viewer.user_id, context.viewer.username)


async def _named_host(tag: str) -> AllianceView:
    found = await alliance_by_key(name_key(tag.strip()))
    if found is None:
        raise not_found("hostTag")
    return found


async def open_(context: Context, mother_tag: str, host_tag: str, selection: Selection) -> HostingView:
    """By those who administer the mother. What a call's time does not suffice for is copied in the background."""
    mother = await administered(context, mother_tag)
    host = await _named_host(host_tag)
    pk = await open_hosting(mother.pk, host.pk, _handler(context), context.now())
    await _work(context, mother.pk)
    return await _after(context, pk, selection)


async def close(context: Context, hosting_id: str, selection: Selection) -> HostingView:
    """By those who administer the mother, or the host that has had enough."""
    pk = row_id(hosting_id, "Hosting")
    found = await hosting_by_pk(pk)
    viewer = context.viewer
    if found is None or not (knows_alliance(viewer, found.mother_id) or knows_alliance(viewer, found.host_id)):
        raise not_found("id")
    if not viewer.administers(found.host_id):
        check_administers(context, found.mother_id, "id")
        await ensure_synced(context, [found.mother_id])  # What was written there comes home as long as the way is open.
    await close_hosting(found, context.now())
    return await _after(context, pk, selection)


async def host_member(context: Context, member_id: str, host_tag: str | None, selection: Selection) -> MemberView:
    """A member plays from a host, or from home again; by those who administer the mother."""
    pk = row_id(member_id, "Member", "memberId")
    found = (await members_by_ids([pk])).get(pk)
    if found is None:
        raise not_found("memberId")
    check_administers(context, found.alliance_id, "memberId")
    host = None if host_tag is None else await _named_host(host_tag)
    await ensure_synced(context, [found.alliance_id])
    await set_host(pk, None if host is None else host.pk)
    await renew_viewer(context)
    member = await member_by_pk(context, pk, selection)
    if member is None:
        raise not_found("memberId")
    return member


async def synchronise(context: Context, tag: str, selection: Selection) -> list[MirrorView]:
    """Compares every topic of both sides; what a call's time does not suffice for is done in the background."""
    mother = await administered(context, tag)
    await ensure_synced(context, [mother.pk])
    await note_all(mother.pk)
    await _work(context, mother.pk)
    context.memory.clear()
    found = [one.pk for one in await hostings_of([mother.pk]) if one.mother_id == mother.pk and one.closed_at is None]
    mirrors = await mirrors_of_hostings(found)
    await _fill_mirrors(context, mirrors, selection)
    return mirrors


async def _work(context: Context, alliance_id: int) -> None:
    end = time.monotonic() + AT_ONCE_SECONDS
    while time.monotonic() < end and await work_some(alliance_id, context.now()):
        pass


async def _after(context: Context, pk: int, selection: Selection) -> HostingView:
    await renew_viewer(context)
    found = await hosting_by_pk(pk)
    if found is None:
        raise not_found("id")
    await fill_hostings(context, [found], selection)
    return found


# ---- keys ---------------------------------------------------------------------------


async def take_key_out(context: Context, tag: str) -> str:
    mother = await administered(context, tag)
    return await export_key(mother.pk, _handler(context), context.now())


async def put_key_back(context: Context, tag: str, key: str, selection: Selection) -> list[HostingView]:
    """Everything resumes: what waited at the hosts comes home."""
    mother = await administered(context, tag)
    await restore_key(mother.pk, key, _handler(context), context.now())
    context.memory.clear()
    await ensure_synced(context, [mother.pk])
    return await _hostings_after(context, mother, selection)


async def exchange_key(context: Context, tag: str, selection: Selection) -> list[HostingView]:
    mother = await administered(context, tag)
    await begin_rotation(mother.pk, _handler(context), context.now())
    await _work(context, mother.pk)
    return await _hostings_after(context, mother, selection)


async def _hostings_after(context: Context, mother: AllianceView, selection: Selection) -> list[HostingView]:
    context.memory.clear()
    found = [one for one in await hostings_of([mother.pk]) if one.mother_id == mother.pk]
    await fill_hostings(context, found, selection)
    return found
