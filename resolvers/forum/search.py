"""Search in the forum, within what the viewer may see."""

from datetime import datetime

import strawberry

from domain.core.refusal import bad_input, not_found
from domain.core.text import LONGEST_TITLE, checked_text
from domain.forum.search import LONGEST_QUERY, words
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import below, selection_of
from models.account.user import user_id_of
from models.forum.post import PostView, posts_by_ids
from models.forum.search import PostFilter, count_found_posts, search_post_ids
from permissions.row_filter import RowFilter
from resolvers.forum.author import joined_in
from resolvers.forum.post import fill_posts
from resolvers.forum.tree.sight import open_sections, sight_of


@filtered(RowFilter.SECTION_VISIBILITY)
async def search_posts(
    info: Info,
    query: str,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
    section_id: strawberry.ID | None = None,
    author: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
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
    sections = await _sections(context, section_id)
    wanted_posts = await _post_filter(author, since, until)
    found: list[PostView] = []
    if selection.keys() & {"edges", "pageInfo"}:
        ids = await search_post_ids(asked, sections, window, wanted_posts)
        posts = await posts_by_ids(ids, joined_in(wanted)) if ids else {}
        found = [posts[pk] for pk in ids if pk in posts]
    page = page_of(found, window, lambda post: (post.pk,))
    if "totalCount" in selection:
        page.total_count = await count_found_posts(asked, sections, wanted_posts)
    await fill_posts(context, page.nodes, wanted)
    return page


async def _sections(context: Context, section: str | None) -> list[int]:
    """The sections to search: all that are open to the viewer, or of those one with what lies under it."""
    opened = await open_sections(context)
    if section is None:
        return opened
    pk, sight = row_id(section, "Section", "sectionId"), await sight_of(context)
    if pk not in sight.places:
        raise not_found("sectionId")
    return sorted(set(opened).intersection(sight.below(pk)))


async def _post_filter(author: str | None, since: datetime | None, until: datetime | None) -> PostFilter:
    """A name that no account has is a name too: it is not told which there are."""
    if author is None:
        return PostFilter(since=since, until=until)
    name = checked_text(author, "author", LONGEST_TITLE).strip()
    return PostFilter(await user_id_of(name) or 0, name, since, until)
