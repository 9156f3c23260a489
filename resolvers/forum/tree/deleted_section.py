"""The deleted sections, for those who manage sections and may bring them back: the site's, or those of an alliance."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import below, selection_of
from models.core.count import MOST_COUNTED
from models.forum.section import SectionView
from models.forum.tree import deleted_section
from models.forum.tree.deleted_section import deleted_key, deleted_places
from models.forum.tree.section_tree import Place, section_tree
from permissions.row_filter import RowFilter
from permissions.visibility import visible
from resolvers.forum.tree.forum import fill_restrictions, forum_of, restrict


@filtered(RowFilter.SECTION_VISIBILITY)
async def deleted_sections(
    info: Info, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[SectionView]:
    """A page of what was deleted, the last ones first. The field has asked whether the viewer manages sections."""
    seen = await _seen(info.context)
    return await _page(info, Paging(first=first, after=after, last=last, before=before), list(seen))


async def deleted_sections_of(info: Info, paging: Paging, alliance_id: int) -> Page[SectionView]:
    """A page of an alliance's own. The field has asked whether the viewer administers it."""
    seen = await _seen(info.context)
    return await _page(info, paging, [pk for pk, place in seen.items() if place.alliance_id == alliance_id])


async def _page(info: Info, paging: Paging, pks: Sequence[int]) -> Page[SectionView]:
    context, selection = info.context, selection_of(info)
    window = window_of(info, paging, datetime, int)
    wanted = below(selection, "edges", "node")
    found: list[SectionView] = []
    if selection.keys() & {"edges", "pageInfo"}:
        found = await deleted_section.deleted_sections(pks, window)
    page = page_of(found, window, deleted_key, min(len(pks), MOST_COUNTED))
    if wanted.keys() & {"category", "parent"}:
        await fill_restrictions(context, wanted)
        await _link(context, page.nodes)
    await restrict(context, page.nodes, wanted)
    return page


async def _seen(context: Context) -> Mapping[int, Place]:
    """What the viewer would see of it, were it there: each with all that went along with it."""

    async def read() -> Mapping[int, Place]:
        deleted, tops = await deleted_places()
        living = (await section_tree()).places
        chains = dict(deleted)
        for place in deleted.values():
            above = place.parent_id
            while above in living and above not in chains:
                chains[above] = living[above]
                above = living[above].parent_id
        return {pk: deleted[pk] for pk in visible(context.viewer, chains) & tops}

    return await context.once(deleted_places, read)


async def _link(context: Context, found: Sequence[SectionView]) -> None:
    """Sets where each hung in the tree: its parent where that is still there."""
    forum = await forum_of(context)
    categories = {one.pk: one for one in forum.categories}
    for section in found:
        section.category = categories[section.category_id]
        section.parent = forum.sections.get(section.parent_id or 0)
