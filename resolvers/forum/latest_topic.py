"""The latest topics across the forum, within what the viewer may see.

Tested in tests/resolvers/forum/test_latest_topic.py.
"""

from datetime import datetime

from engine.guard.row_filter import filtered
from engine.operation.context import Info
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import below, selection_of
from models.forum import latest_topic
from models.forum.latest_topic import count_latest_topics, latest_key
from models.forum.topic import TopicView
from permissions.row_filter import RowFilter
from resolvers.forum.author import joined_in
from resolvers.forum.topic import fill_topics
from resolvers.forum.tree.sight import open_sections


@filtered(RowFilter.SECTION_VISIBILITY)
async def latest_topics(
    info: Info, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[TopicView]:
    """A page of the topics in all sections that the viewer sees whole, the last posted in first."""
    context = info.context
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), datetime, int)
    selection = selection_of(info)
    wanted = below(selection, "edges", "node")
    sections = await open_sections(context)
    found: list[TopicView] = []
    if selection.keys() & {"edges", "pageInfo"}:
        found = await latest_topic.latest_topics(sections, window, joined_in(wanted))
    page = page_of(found, window, latest_key)
    if "totalCount" in selection:
        page.total_count = await count_latest_topics(sections)
    await fill_topics(context, page.nodes, wanted)
    return page
