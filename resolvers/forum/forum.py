"""The forum as one viewer sees it: one flat read of categories and sections, pruned by the one predicate, linked."""

from dataclasses import dataclass

from domain.core.refusal import forbidden
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection, mentions, selection_of
from models.forum.category import CategoryView, all_categories
from models.forum.section import SectionView, all_sections, section_chain
from models.forum.topic import count_topics_of
from permissions.row_filter import RowFilter
from permissions.visibility import is_narrowed, may_enter_category, sees_section, sees_topic, visible
from resolvers.account.faction import world_of
from resolvers.forum.sealed import SHARED, alliances_without_key, ensure_synced, sharing_alliances


@dataclass(slots=True)
class Forum:
    """Categories and sections that the viewer may see, linked both ways. `closed_slugs` exist but are not for them."""

    categories: list[CategoryView]
    sections: dict[int, SectionView]
    closed_slugs: frozenset[str]
    narrowed: list[SectionView]

    @property
    def whole_sections(self) -> list[int]:
        """Those of which the viewer sees every topic: a guest is notified of nothing in a mirror, nor finds it."""
        narrowed = {section.pk for section in self.narrowed}
        return [pk for pk in self.sections if pk not in narrowed]


async def forum_of(context: Context) -> Forum:
    """The viewer's forum, read once an operation: two queries however many sections there are."""

    async def read() -> Forum:
        forum = prune(context, await all_categories(), await all_sections())
        sharing = sharing_alliances(forum.sections.values())
        if sharing and (await alliances_without_key(context, sharing))[0]:
            # What was pulled from a host is counted in sections that were read before.
            forum = prune(context, await all_categories(), await all_sections())
        await _count_own(context, forum.narrowed)
        return forum

    return await context.once(Forum, read)


async def _count_own(context: Context, narrowed: list[SectionView]) -> None:
    """Counts a guest's own mothers' topics alone; nothing is asked for anybody else."""
    for host_id in {section.alliance_id for section in narrowed}:
        here = [section for section in narrowed if section.alliance_id == host_id]
        counts = await count_topics_of([section.pk for section in here], context.viewer.mothers_at(host_id))
        for section in here:
            section.topic_count, section.post_count = counts.get(section.pk, (0, 0))


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
    closed = frozenset(section.slug for section in rows if section.pk not in seen)
    narrowed = [section for section in kept.values() if is_narrowed(context.viewer, section)]
    return Forum(open_categories, kept, closed, narrowed)


async def fill_restrictions(context: Context, selection: Selection) -> None:
    """Sets the faction and clan of every section, in one query, where a selection names them at any depth."""
    if not mentions(selection, "visibleByFaction", "visibleByClan"):
        return
    world = await world_of(context)
    for section in (await forum_of(context)).sections.values():
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
    forum = await forum_of(info.context)
    if slug in forum.closed_slugs:
        raise forbidden("closed_section")
    await fill_restrictions(info.context, selection_of(info))
    return next((one for one in forum.sections.values() if one.slug == slug), None)


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
    if is_narrowed(context.viewer, section):
        section.topic_count = section.post_count = 0  # The tree has those of a guest's own mothers.
    return section


async def may_see_topic(context: Context, section_id: int, alliance_id: int | None) -> bool:
    """Whether the viewer may read a topic: from the tree if it was read. Refused where a key is missing."""
    forum: Forum | None = context.memory.get(Forum)
    section = await seen_section(context, section_id) if forum is None else forum.sections.get(section_id)
    if section is not None and section.kind in SHARED and section.alliance_id is not None:
        await ensure_synced(context, [section.alliance_id])
    return section is not None and sees_topic(context.viewer, section, alliance_id)


async def open_sections(context: Context) -> list[int]:
    """The sections whose posts may be searched: those of an alliance that lacks its key are closed meanwhile."""
    forum = await forum_of(context)
    sections = [forum.sections[pk] for pk in forum.whole_sections]
    _, blind = await alliances_without_key(context, sharing_alliances(sections))
    return [one.pk for one in sections if one.kind not in SHARED or one.alliance_id not in blind]


@node_loader("Category")
@filtered(RowFilter.CATEGORY_ENTRY)
async def _category(context: Context, pk: int, selection: Selection) -> CategoryView | None:
    return next((one for one in await _categories(context, selection) if one.pk == pk), None)


@node_loader("Section")
@filtered(RowFilter.SECTION_VISIBILITY)
async def _section(context: Context, pk: int, selection: Selection) -> SectionView | None:
    await fill_restrictions(context, selection)
    return (await forum_of(context)).sections.get(pk)
