"""Where to go on reading a topic: its first unread post, with its place in the page of posts.

Tested in tests/resolvers/forum/test_first_unread.py.
"""

from collections.abc import Sequence
from typing import Any

from engine.guard.row_filter import filtered
from engine.operation.connection import load_rows
from engine.operation.context import Info
from engine.operation.page import Edge
from engine.operation.selection import Selection, below
from models.forum.post import PostView, order_key
from models.forum.reading_mark import first_unread_posts
from models.forum.topic import TopicView
from permissions.row_filter import RowFilter
from resolvers.forum.author import joined_in
from resolvers.forum.post import fill_posts


@filtered(RowFilter.SECTION_VISIBILITY)
async def first_unread(root: TopicView, info: Info) -> Edge[PostView] | None:
    """The edge that `posts` has of it; None where all is read, and for nobody."""
    context, user_id = info.context, info.context.viewer.user_id
    if user_id is None:
        return None

    async def load(topics: Sequence[TopicView], selection: Selection) -> list[Edge[PostView] | None]:
        wanted = below(selection, "node")
        found = await first_unread_posts(user_id, [place.pk for place in topics], joined_in(wanted))
        for place in topics:
            if place.pk in found:
                found[place.pk].topic = place
        await fill_posts(context, list(found.values()), wanted)
        return [Edge(found[place.pk], order_key) if place.pk in found else None for place in topics]

    edge: Any = await load_rows(context, info, root, (), load)
    return edge  # type: ignore[no-any-return]
