"""Sections' management: from ids and texts as clients write them to changes of the tree, and to the section after."""

from typing import TypedDict

import strawberry

from domain.core.refusal import not_found
from domain.forum.section import checked_description, checked_name, checked_position
from engine.guard.row_filter import filtered
from engine.operation.context import Info
from engine.operation.node import row_id
from engine.operation.selection import selection_of
from models.forum.section import SectionView
from models.forum.tree import section_change
from models.forum.tree.section_change import SectionChanges
from permissions.row_filter import RowFilter
from resolvers.forum.tree.forum import forget_forum, section_by_pk


class Given(TypedDict, total=False):
    """What a client gave; what it left out is absent. None takes a restriction away and else changes nothing."""

    name: str | None
    description: str | None
    position: int | None
    is_announcement: bool | None
    faction: str | None
    clan: str | None


def checked(given: Given) -> SectionChanges:
    """The changes that were given, each within its bounds; BAD_INPUT with the argument otherwise."""
    changes = SectionChanges()
    if (name := given.get("name")) is not None:
        changes["name"] = checked_name(name)
    if (description := given.get("description")) is not None:
        changes["description"] = checked_description(description)
    if (position := given.get("position")) is not None:
        changes["position"] = checked_position(position)
    if (is_announcement := given.get("is_announcement")) is not None:
        changes["is_announcement"] = is_announcement
    if "faction" in given:
        changes["faction_id"] = _optional_id(given["faction"], "Faction", "visibleByFactionId")
    if "clan" in given:
        changes["clan_id"] = _optional_id(given["clan"], "Clan", "visibleByClanId")
    return changes


async def create_section(info: Info, category_slug: str, parent: str | None, changes: SectionChanges) -> SectionView:
    context, parent_id = info.context, _optional_id(parent, "Section", "parentId")
    pk = await section_change.create_section(context.viewer, category_slug, parent_id, changes, context.now())
    return await _after(info, pk)


async def update_section(info: Info, section: str, changes: SectionChanges) -> SectionView:
    pk = row_id(section, "Section")
    await section_change.update_section(info.context.viewer, pk, changes)
    return await _after(info, pk)


@filtered(RowFilter.SECTION_VISIBILITY)
async def move_section(
    info: Info,
    id: strawberry.ID,  # noqa: A002 - the argument's name for clients
    category_slug: str,
    parent_id: strawberry.ID | None = None,
) -> SectionView:
    pk, parent = row_id(id, "Section"), _optional_id(parent_id, "Section", "parentId")
    await section_change.move_section(info.context.viewer, pk, category_slug, parent)
    return await _after(info, pk)


async def delete_section(info: Info, id: strawberry.ID) -> bool:  # noqa: A002
    context = info.context
    await section_change.delete_section(context.viewer, row_id(id, "Section"), context.now())
    forget_forum(context)
    return True


@filtered(RowFilter.SECTION_VISIBILITY)
async def restore_section(info: Info, id: strawberry.ID) -> SectionView:  # noqa: A002
    pk = row_id(id, "Section")
    await section_change.restore_section(info.context.viewer, pk)
    return await _after(info, pk)


def _optional_id(text: str | None, typename: str, field: str) -> int | None:
    return None if text is None else row_id(text, typename, field)


async def _after(info: Info, pk: int) -> SectionView:
    """The section as it now stands."""
    forget_forum(info.context)
    section = await section_by_pk(info.context, pk, selection_of(info))
    if section is None:
        raise not_found("id")
    return section
