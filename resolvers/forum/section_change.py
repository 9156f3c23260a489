"""Sections' management: from ids and texts as clients write them to changes of the tree, and to the section after."""

from typing import TypedDict

from domain.core.refusal import not_found
from domain.forum.section import checked_description, checked_name, checked_position
from engine.operation.context import Context
from engine.operation.node import row_id
from engine.operation.selection import Selection
from models.forum.section import SectionView
from models.forum.section_change import (
    SectionChanges,
    create_section,
    delete_section,
    move_section,
    restore_section,
    update_section,
)
from resolvers.forum.forum import Forum, fill_restrictions, forum_of


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


async def create(
    context: Context, category_slug: str, parent: str | None, changes: SectionChanges, selection: Selection
) -> SectionView:
    parent_id = _optional_id(parent, "Section", "parentId")
    pk = await create_section(context.viewer, category_slug, parent_id, changes, context.now())
    return await _after(context, pk, selection)


async def update(context: Context, section: str, changes: SectionChanges, selection: Selection) -> SectionView:
    pk = row_id(section, "Section")
    await update_section(context.viewer, pk, changes)
    return await _after(context, pk, selection)


async def move(
    context: Context, section: str, category_slug: str, parent: str | None, selection: Selection
) -> SectionView:
    pk, parent_id = row_id(section, "Section"), _optional_id(parent, "Section", "parentId")
    await move_section(context.viewer, pk, category_slug, parent_id)
    return await _after(context, pk, selection)


async def delete(context: Context, section: str) -> bool:
    await delete_section(context.viewer, row_id(section, "Section"), context.now())
    context.memory.pop(Forum, None)
    return True


async def restore(context: Context, section: str, selection: Selection) -> SectionView:
    pk = row_id(section, "Section")
    await restore_section(context.viewer, pk)
    return await _after(context, pk, selection)


def _optional_id(text: str | None, typename: str, field: str) -> int | None:
    return None if text is None else row_id(text, typename, field)


async def _after(context: Context, pk: int, selection: Selection) -> SectionView:
    """The section in its tree as it now stands. What this operation read of the forum before is no longer true."""
    context.memory.pop(Forum, None)
    section = (await forum_of(context)).sections.get(pk)
    if section is None:
        raise not_found("id")
    await fill_restrictions(context, selection)
    return section
