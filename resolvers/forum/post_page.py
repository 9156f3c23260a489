"""Pages of posts that are selected with their topic: read in its statement, kept until the page itself is asked for.

Nothing is decided here: what is kept is of a topic that its reader has judged, and of no other.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from datetime import datetime

from domain.core.refusal import Refusal
from domain.forum.post_order import PostOrder
from engine.operation.context import Context, Info
from engine.operation.page import USUAL_PAGE, Paging, window_from
from engine.operation.selection import Selection, arguments_below, below, selection_of
from models.core.keyset import Window
from models.forum.post import PostView
from models.forum.post_page import PostPart
from resolvers.forum.author import joined_in


def part_of(context: Context, window: Window, order: PostOrder, selection: Selection, *, deleted: bool) -> PostPart:
    """What is read of a topic's posts for one page; `selection` is what is selected of each."""
    reactions = "reactions" in selection
    return PostPart(
        window, order, joined_in(selection), reactions, context.viewer.user_id if reactions else None, deleted
    )


def part_below(info: Info) -> PostPart | None:
    """What the page of posts will read that is selected below a topic; None unless there is one such page."""
    selection = below(selection_of(info), "posts")
    given = arguments_below(info, "posts") if selection.keys() & {"edges", "pageInfo"} else None
    if given is None or given.get("deleted"):
        return None
    page = Paging(
        first=given.get("first", USUAL_PAGE),
        after=given.get("after"),
        last=given.get("last"),
        before=given.get("before"),
    )
    try:
        window = window_from(page, datetime, int, gives_first="first" in given)
    except Refusal:
        return None  # The page itself says so.
    order = PostOrder(given.get("order", PostOrder.OLDEST_FIRST))
    return part_of(info.context, window, order, below(selection, "edges", "node"), deleted=False)


def keep(context: Context, topic_id: int, part: PostPart, rows: list[PostView]) -> None:
    """Until `kept` takes them: they are filled by whoever shows them."""
    context.memory[part_below, topic_id, part] = rows


def kept(context: Context, topic_id: int, part: PostPart) -> list[PostView] | None:
    """Those rows, once; None where they were not read yet."""
    found: list[PostView] | None = context.memory.pop((part_below, topic_id, part), None)
    return found
