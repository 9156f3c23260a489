"""The forum as one viewer sees it: one flat read of categories and sections, pruned by the one predicate, linked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.core.refusal import forbidden
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection, mentions, selection_of
from models.account.faction import World
from models.forum.section import SectionView, all_sections, section_chain, section_id_of
from models.forum.topic import TopicView, count_topics_of
from models.forum.tree.category import CategoryView, all_categories
from models.forum.tree.section_tree import Place, Sight, section_tree
from permissions.row_filter import RowFilter
from permissions.visibility import is_narrowed, may_enter_category, sees_section, sees_topic, visible
from resolvers.account.faction import world_of
from resolvers.forum.sealed import SHARED, alliances_without_key, ensure_synced, sharing_alliances


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
    """The viewer's forum, read once an operation: two queries however many sections there are."""

    async def read() -> Forum:
        forum = prune(context, await all_categories(), await all_sections())
        sharing = sharing_alliances(forum.sections.values())
        if sharing and (await alliances_without_key(context, sharing))[0]:
            # What was pulled from a host is counted in sections that were read before.
            forum = prune(context, await all_categories(), await all_sections())
        await count_own(context, forum.sections.values())
        return forum

    return await context.once(Forum, read)


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


async def sight_of(context: Context) -> Sight:
    """The sections that the viewer may see, for what needs no more of them: one statement, however many there are."""

    async def look() -> Sight:
        sight = (await section_tree()).sight(context.viewer)
        if sight.sharing:
            await alliances_without_key(context, sight.sharing)
        return sight

    return await context.once(Sight, look)


async def seen_places(context: Context) -> Mapping[int, Place | SectionView]:
    """What the viewer sees, by number: from the tree where this operation has read it already."""
    forum: Forum | None = context.memory.get(Forum)
    return (await sight_of(context)).places if forum is None else forum.sections


def prune(context: Context, categories: list[CategoryView], rows: list[SectionView]) -> Forum:
    """Keeps what the viewer may see and links it."""
    restrictions = {section.pk: section for section in rows}
    seen = visible(context.viewer, restrictions)
    by_id = {category.pk: category for category in categories}
    kept: dict[int, SectionView] = {}
    for section in rows:
        if section.pk not in seen:
            continue
        kept[section.pk] = section
        section.category = category = by_id[section.category_id]
        if section.parent_id is None:
            category.sections.append(section)
        else:
            section.parent = parent = restrictions[section.parent_id]
            parent.subsections.append(section)
    open_categories = [
        category for category in categories if category.sections or may_enter_category(context.viewer, category.access)
    ]
    return Forum(open_categories, kept)


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
    pk = await section_id_of(slug)
    if pk is None:
        return None
    found = await section_by_pk(info.context, pk, selection_of(info))
    if found is None:
        raise forbidden("closed_section")
    return found


@node_loader("Section")
@filtered(RowFilter.SECTION_VISIBILITY)
async def section_by_pk(context: Context, pk: int, selection: Selection) -> SectionView | None:
    """A section that the viewer may see: by its chain, unless what is selected lies in the tree."""
    if selection.keys() & OF_THE_TREE:
        await fill_restrictions(context, selection)
        return (await forum_of(context)).sections.get(pk)
    found = await seen_section(context, pk)
    sharing = set() if found is None else sharing_alliances([found])
    if sharing and (await alliances_without_key(context, sharing))[0]:
        found = await seen_section(context, pk)  # What was pulled from a host is counted in it.
    if found is not None:
        await count_own(context, [found])
    await restrict(context, [] if found is None else [found], selection)
    return found


async def _categories(context: Context, selection: Selection) -> list[CategoryView]:
    await fill_restrictions(context, selection)
    return (await forum_of(context)).categories


async def seen_section(context: Context, section_id: int) -> SectionView | None:
    """The section if the viewer may see it now, judged by its chain of ancestors: one small query, no tree.

    Writes ask this one, since what was read earlier in the operation may have changed.
    """
    return seen_in_chain(context, await section_chain(section_id), section_id)


def seen_in_chain(context: Context, chain: list[SectionView], section_id: int) -> SectionView | None:
    """A section of a chain that was read already, if the viewer may see it. It is not linked to the tree."""
    if not sees_section(context.viewer, chain):
        return None
    section = next(section for section in chain if section.pk == section_id)
    _narrow(context, section)
    return section


def _narrow(context: Context, section: SectionView) -> None:
    if is_narrowed(context.viewer, section):
        section.topic_count = section.post_count = 0  # The tree has those of a guest's own mothers.


async def may_see_topic(context: Context, section_id: int, alliance_id: int | None) -> bool:
    """Whether the viewer may read a topic: from the tree if it was read. Refused where a key is missing."""
    forum: Forum | None = context.memory.get(Forum)
    section = await seen_section(context, section_id) if forum is None else forum.sections.get(section_id)
    if section is not None and section.kind in SHARED and section.alliance_id is not None:
        await ensure_synced(context, [section.alliance_id])
    return section is not None and sees_topic(context.viewer, section, alliance_id)


async def is_seen_in(context: Context, found: TopicView, section: SectionView, stamp: str) -> bool:
    """Whether the viewer sees a topic in its section, both read under this stamp of the tree."""
    tree = await section_tree(stamp)
    _narrow(context, section)
    is_open = section.pk in tree.sight(context.viewer).places
    return is_open and sees_topic(context.viewer, section, found.alliance_id)


async def open_sections(context: Context) -> list[int]:
    """The sections whose posts may be searched: those of an alliance that lacks its key are closed meanwhile."""
    sight = await sight_of(context)
    blind = (await alliances_without_key(context, sight.sharing))[1] if sight.sharing else set()
    if not blind:
        return sight.whole
    places = [sight.places[pk] for pk in sight.whole]
    return [one.pk for one in places if one.kind not in SHARED or one.alliance_id not in blind]


@node_loader("Category")
@filtered(RowFilter.CATEGORY_ENTRY)
async def _category(context: Context, pk: int, selection: Selection) -> CategoryView | None:
    return next((one for one in await _categories(context, selection) if one.pk == pk), None)
