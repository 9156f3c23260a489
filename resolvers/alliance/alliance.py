"""Alliances: from tags and selections to rows. Who may call, the schema has asked before."""

from collections.abc import Sequence
from typing import Any

from domain.alliance.alliance import checked_alliance_name, checked_tag
from domain.alliance.member import is_pseudo
from domain.alliance.rhythm import upcoming
from domain.core.name import name_key
from domain.core.refusal import Code, Refusal, bad_input, not_found
from engine.guard.row_filter import filtered
from engine.operation.connection import load_rows
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.page import USUAL_PAGE, Page, Paging
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, arguments_below, below, selection_of
from engine.throttle.throttle import Limit, admit
from models.account.author import Author
from models.alliance import alliance_founding
from models.alliance.alliance import AllianceView, all_alliances, alliance_by_key, alliances_by_ids
from models.alliance.member import MemberView, alliance_with_members
from models.forum.section import SectionView
from permissions.alliance import may_found, sees_alliance, sees_alliances
from permissions.permission import is_staff
from permissions.row_filter import RowFilter
from resolvers.forum.sealed import note_unhosted
from resolvers.forum.tree.deleted_section import deleted_sections_of
from resolvers.forum.tree.forum import forum_of

# Who leaves an alliance may found another, whose sections everybody's forum is read with.
FOUNDED = Limit("alliance-founded", 5, 86_400)

OF_TABLE = frozenset(("__typename", "id", "pseudo", "rank", "rankOrder", "tdc", "leftAt", "resourceRights"))
"""Fields of members that need no more of them than a table of rights reads."""

# ---- reading ------------------------------------------------------------------------


@filtered(RowFilter.SIGNED_IN)
async def alliances(info: Info) -> list[AllianceView]:
    found = await all_alliances()
    await fill_alliances(info.context, found, selection_of(info))
    return found


@filtered(RowFilter.SIGNED_IN)
async def alliance(info: Info, tag: str) -> AllianceView | None:
    found = await _named(info, name_key(tag.strip()))
    if found is not None:
        await fill_alliances(info.context, [found], selection_of(info))
    return found


async def _named(info: Info, key: str) -> AllianceView | None:
    """With its present members where these will be asked for, and maybe shown; who may see them is asked by then."""
    context = info.context
    given = arguments_below(info, "members")
    if given is None or given.get("gone") or not (context.viewer.memberships or is_staff(context.viewer)):
        return await alliance_by_key(key)
    of_table = below(selection_of(info), "members").keys() <= OF_TABLE
    read = await alliance_with_members(key, of_table=of_table)
    if read is None:
        return None
    found, members, is_hosted = read
    if not is_hosted:  # Otherwise what waits at the host comes first, and the members are read after it.
        note_unhosted(context, found.pk)
        context.memory[read_with_alliance, found.pk] = members
    return found


def read_with_alliance(context: Context, alliance_id: int) -> list[MemberView] | None:
    """The present members that were read with their alliance, once: they are filled by whoever shows them."""
    found: list[MemberView] | None = context.memory.pop((read_with_alliance, alliance_id), None)
    return found


async def fill_alliances(context: Context, found: Sequence[AllianceView], selection: Selection) -> None:
    """Sets what is selected and no list with arguments: those have resolvers of their own."""
    for view in found:
        kept = view.announced_harvest_at if sees_alliance(context.viewer, view.pk) else None
        view.next_harvest_at = None if kept is None else max(kept, upcoming(kept, context.now()))
    if "sections" in selection and found:
        sections = (await forum_of(context)).sections.values()
        for view in found:
            view.sections = [section for section in sections if section.alliance_id == view.pk]


@filtered(RowFilter.SECTION_VISIBILITY)
async def deleted_sections(
    root: Any, info: Info, *, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[SectionView]:
    """A page of the alliance's deleted sections. The field has asked whether the viewer administers it."""
    return await deleted_sections_of(info, Paging(first=first, after=after, last=last, before=before), root.pk)


@filtered(RowFilter.SECTION_VISIBILITY)
async def alliance_of_section(root: SectionView, info: Info) -> AllianceView | None:
    """The alliance that a section belongs to, if any: whoever sees the section knows it."""

    async def load(sections: Sequence[SectionView], selection: Selection) -> list[AllianceView | None]:
        found = await alliances_by_ids(list({section.alliance_id for section in sections} - {None}))
        await fill_alliances(info.context, list(found.values()), selection)
        return [found.get(section.alliance_id or 0) for section in sections]

    found: AllianceView | None = await load_rows(info.context, info, root, (), load)
    return found


@node_loader("Alliance")
@filtered(RowFilter.SIGNED_IN)
async def _alliance(context: Context, pk: int, selection: Selection) -> AllianceView | None:
    if not sees_alliances(context.viewer):
        return None
    found = await alliances_by_ids([pk])
    await fill_alliances(context, list(found.values()), selection)
    return found.get(pk)


async def tagged(tag: str, field: str) -> AllianceView:
    """The alliance that an argument names; NOT_FOUND if there is none."""
    found = await alliance_by_key(name_key(tag.strip()))
    if found is None:
        raise not_found(field)
    return found


# ---- writing ------------------------------------------------------------------------


@filtered(RowFilter.SIGNED_IN)
async def create_alliance(info: Info, tag: str, name: str, pseudo: str | None = None) -> AllianceView:
    """A new alliance, administered by its founder."""
    context = info.context
    if not may_found(context.viewer):
        raise Refusal(Code.CONFLICT, "already_in_alliance")
    shown, key = checked_tag(tag)
    player = (pseudo if pseudo is not None else context.viewer.username).strip()
    if not is_pseudo(player):
        raise bad_input("pseudo", "bad_pseudo")
    founder = Author(context.viewer.user_id, player)
    if not is_staff(context.viewer):
        await admit(context.runtime.throttle, (FOUNDED, str(context.viewer.user_id)))
    pk = await alliance_founding.create_alliance(
        shown, key, checked_alliance_name(name), player, founder, context.now()
    )
    await renew_viewer(context)
    found = (await alliances_by_ids([pk]))[pk]
    await fill_alliances(context, [found], selection_of(info))
    return found


async def renew_viewer(context: Context) -> None:
    """After a change of the viewer's own memberships: what the same operation answers already knows it."""
    context.memory.clear()
    await context.sign_in(context.authorization)
