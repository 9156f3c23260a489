"""Search in the forum, within what the viewer may see."""

from domain.core.refusal import bad_input
from domain.core.text import checked_text
from domain.forum.search import LONGEST_QUERY, words
from engine.guard.row_filter import filtered
from engine.operation.context import Info
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import below, selection_of
from models.forum.post import PostView, posts_by_ids
from models.forum.search import count_found_posts, search_post_ids
from permissions.row_filter import RowFilter
from resolvers.forum.author import joined_in
from resolvers.forum.forum import open_sections
from resolvers.forum.post import fill_posts


@filtered(RowFilter.SECTION_VISIBILITY)
async def search_posts(
    info: Info, query: str, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[PostView]:
    """A page of the posts that hold all words of the query, newest first."""
    context = info.context
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), int)
    asked = words(checked_text(query, "query", LONGEST_QUERY))
    if not asked:
        raise bad_input("query", "no_words")
    selection = selection_of(info)
    wanted = below(selection, "edges", "node")
    # Whatever lies elsewhere is neither found nor counted, nor does it take a place in a page.
    sections = await open_sections(context)
    found: list[PostView] = []
    if selection.keys() & {"edges", "pageInfo"}:
        ids = await search_post_ids(asked, sections, window)
        posts = await posts_by_ids(ids, joined_in(wanted)) if ids else {}
        found = [posts[pk] for pk in ids if pk in posts]
    page = page_of(found, window, lambda post: (post.pk,))
    if "totalCount" in selection:
        page.total_count = await count_found_posts(asked, sections)
    await fill_posts(context, page.nodes, wanted)
    return page
