"""The deleted sections, for those who manage sections and may bring them back."""

from collections.abc import Sequence
from datetime import datetime

from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import below, selection_of
from models.forum.section import SectionView
from models.forum.tree import deleted_section
from models.forum.tree.deleted_section import count_deleted_sections, deleted_key
from permissions.row_filter import RowFilter
from permissions.visibility import opens
from resolvers.forum.forum import fill_restrictions, forum_of, restrict


@filtered(RowFilter.SECTION_VISIBILITY)
async def deleted_sections(
    info: Info, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[SectionView]:
    """A page of what was deleted, the last ones first. The field has asked whether the viewer manages sections."""
    context = info.context
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), datetime, int)
    selection = selection_of(info)
    wanted = below(selection, "edges", "node")
    found: list[SectionView] = []
    if selection.keys() & {"edges", "pageInfo"}:
        found = await deleted_section.deleted_sections(window)
    page = page_of([one for one in found if opens(context.viewer, one)], window, deleted_key)
    if "totalCount" in selection:
        page.total_count = await count_deleted_sections()
    if wanted.keys() & {"category", "parent"}:
        await fill_restrictions(context, wanted)
        await _link(context, page.nodes)
    await restrict(context, page.nodes, wanted)
    return page


async def _link(context: Context, found: Sequence[SectionView]) -> None:
    """Sets where each hung in the tree: its parent where that is still there."""
    forum = await forum_of(context)
    categories = {one.pk: one for one in forum.categories}
    for section in found:
        section.category = categories[section.category_id]
        section.parent = forum.sections.get(section.parent_id or 0)
