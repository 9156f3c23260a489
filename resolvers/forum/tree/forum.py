"""The forum as one viewer sees it: the sections of their sight with what they count now, linked to a tree."""

from collections.abc import Collection
from dataclasses import dataclass

from domain.core.refusal import forbidden
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection, mentions, selection_of
from models.account.faction import World
from models.forum.section import SectionView, section_and_stamp
from models.forum.topic import count_topics_of
from models.forum.tree.category import CategoryView
from models.forum.tree.section_tree import Sight, counted_tree, section_tree
from permissions.row_filter import RowFilter
from permissions.visibility import is_narrowed, may_enter_category
from resolvers.account.faction import world_of
from resolvers.forum.sealed import alliances_without_key, sharing_alliances


@dataclass(slots=True)
class Forum:
    """Categories and sections that the viewer may see, linked both ways."""

    categories: list[CategoryView]
    sections: dict[int, SectionView]

    def unlink(self) -> None:
        """Rows let go of those above them and so of each other: nobody reads the tree again."""
        for section in self.sections.values():
            section.parent = section.category = None


OF_THE_TREE = frozenset({"category", "parent", "subsections", "alliance"})
"""What a section alone cannot tell: it is answered from the viewer's pruned tree."""


async def forum_of(context: Context) -> Forum:
    """The viewer's forum, read once an operation: one statement however many sections there are."""
    return await context.once(Forum, lambda: _read(context))


async def _read(context: Context) -> Forum:
    tree, counts = await counted_tree()
    sight = tree.sight(context.viewer)
    if sight.sharing and (await alliances_without_key(context, sight.sharing))[0]:
        return await _read(context)  # What was pulled from a host is counted in sections that were read before.
    context.memory[Sight] = sight
    forum = link(context, tree.categories(), sight.sections(counts))
    if len(sight.whole) < len(sight.places):
        await count_own(context, forum.sections.values())
    return forum


async def count_own(context: Context, sections: Collection[SectionView]) -> None:
    """Counts a guest's own mothers' topics alone in mirrors; nothing is asked for anybody else."""
    narrowed = [section for section in sections if is_narrowed(context.viewer, section)]
    for host_id in {section.alliance_id for section in narrowed}:
        here = [section for section in narrowed if section.alliance_id == host_id]
        counts = await count_topics_of([section.pk for section in here], context.viewer.mothers_at(host_id))
        for section in here:
            section.topic_count, section.post_count = counts.get(section.pk, (0, 0))


def forget_forum(context: Context) -> None:
    """After a change of sections: what this operation read of them before is no longer true."""
    context.memory.pop(Forum, None)
    context.memory.pop(Sight, None)


def link(context: Context, categories: list[CategoryView], sections: dict[int, SectionView]) -> Forum:
    """Hangs what the viewer sees onto each other; each with all that is above it."""
    by_id = {category.pk: category for category in categories}
    for section in sections.values():
        section.category = category = by_id[section.category_id]
        if section.parent_id is None:
            category.sections.append(section)
        else:
            section.parent = parent = sections[section.parent_id]
            parent.subsections.append(section)
    open_categories = [
        category for category in categories if category.sections or may_enter_category(context.viewer, category.access)
    ]
    return Forum(open_categories, sections)


async def fill_restrictions(context: Context, selection: Selection) -> None:
    """Sets the faction and clan of every section, in one query, where a selection names them at any depth."""
    if not mentions(selection, "visibleByFaction", "visibleByClan"):
        return
    world = await world_of(context)
    for section in (await forum_of(context)).sections.values():
        _restrict(section, world)


async def restrict(context: Context, sections: Collection[SectionView], selection: Selection) -> None:
    """Sets the faction and clan of sections that are not linked to the tree, where they are selected."""
    if sections and {"visibleByFaction", "visibleByClan"} & selection.keys():
        world = await world_of(context)
        for section in sections:
            _restrict(section, world)


def _restrict(section: SectionView, world: World) -> None:
    section.visible_by_faction = world.factions.get(section.faction_id or 0)
    section.visible_by_clan = world.clans.get(section.clan_id or 0)


@filtered(RowFilter.CATEGORY_ENTRY)
async def categories(info: Info) -> list[CategoryView]:
    return await _categories(info.context, selection_of(info))


@filtered(RowFilter.CATEGORY_ENTRY)
async def category(info: Info, slug: str) -> CategoryView | None:
    return next((one for one in await categories(info) if one.slug == slug), None)


@filtered(RowFilter.SECTION_VISIBILITY)
async def section(info: Info, slug: str) -> SectionView | None:
    """A section by slug: FORBIDDEN if it exists but is closed to the viewer, None if there is none."""
    read = await section_and_stamp(slug)
    if read is None:
        return None
    found = await _section(info.context, read, selection_of(info))
    if found is None:
        raise forbidden("closed_section")
    return found


@node_loader("Section")
@filtered(RowFilter.SECTION_VISIBILITY)
async def section_by_pk(context: Context, pk: int, selection: Selection) -> SectionView | None:
    """A section that the viewer may see, filled as selected."""
    return await _section(context, await section_and_stamp(pk), selection)


async def _section(context: Context, read: tuple[SectionView, str] | None, selection: Selection) -> SectionView | None:
    """By its row alone, unless what is selected lies in the tree."""
    found = await _seen(context, read)
    if found is None:
        return None
    if selection.keys() & OF_THE_TREE:
        await fill_restrictions(context, selection)
        return (await forum_of(context)).sections.get(found.pk)
    sharing = sharing_alliances([found])
    if sharing and (await alliances_without_key(context, sharing))[0]:
        found = await _seen(context, await section_and_stamp(found.pk))  # What was pulled from a host is counted in it.
    if found is not None:
        await count_own(context, [found])
        await restrict(context, [found], selection)
    return found


async def _seen(context: Context, read: tuple[SectionView, str] | None) -> SectionView | None:
    if read is None:
        return None
    found, stamp = read
    return found if found.pk in (await section_tree(stamp)).sight(context.viewer).places else None


async def _categories(context: Context, selection: Selection) -> list[CategoryView]:
    await fill_restrictions(context, selection)
    return (await forum_of(context)).categories


@node_loader("Category")
@filtered(RowFilter.CATEGORY_ENTRY)
async def _category(context: Context, pk: int, selection: Selection) -> CategoryView | None:
    return next((one for one in await _categories(context, selection) if one.pk == pk), None)
