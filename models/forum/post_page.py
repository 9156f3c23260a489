"""A topic's posts as its pages show them: a window, their writers, how they were reacted to. Nothing is written.

Who may see them is asked by the caller, of the topic that they are of.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.forum.post_order import PostOrder
from models.account.author import Joined
from models.core.batch import fetch_for_each
from models.core.database import Row, fetch
from models.core.keyset import Keyset, Window
from models.forum.post import ORDER, POSTS, PostView, order_key
from models.forum.reaction import counted_in, read_counted
from models.forum.section import SECTIONS
from models.forum.topic import TOPICS, InSection, in_section, numbered, read_in_section


@dataclass(frozen=True, slots=True)
class PostPart:
    """A window on the posts of a topic, and what is read along with them: their writers, and how the account
    `reader`, or nobody, finds them reacted to."""

    window: Window
    order: PostOrder
    joined: Joined
    reactions: bool
    reader: int | None
    deleted: bool

    @property
    def newest_first(self) -> bool:
        return self.order is PostOrder.NEWEST_FIRST

    def sql(self, topic: str) -> tuple[str, tuple[object, ...]]:
        """A SELECT of what `views` reads, where `topic` is SQL for its number; and the values of $2 and on."""
        part = Keyset(ORDER, self.newest_first).part(self.window, 4 if self.reactions else 3)
        counted = f", {counted_in('p.id', '$3')} AS counted" if self.reactions else ""
        sql = f"""SELECT {POSTS.columns}{self.joined.columns}{counted} FROM posts p{self.joined.tables("p")}
            WHERE p.topic_id = {topic} AND p.deleted_at IS {"NOT NULL" if self.deleted else "NULL"}{part.where}
            ORDER BY {part.order} LIMIT $2"""
        return sql, (self.window.limit, *((self.reader,) if self.reactions else ()), *part.values)

    @property
    def width(self) -> int:
        return POSTS.width + self.joined.width + self.reactions

    def views(self, rows: Sequence[Row], at: int = 0) -> list[PostView]:
        """In the order of the list, whichever way it was read."""
        found = POSTS.read(rows, at)
        self.joined.fill(found, rows, at + POSTS.width)
        if self.reactions:
            last = at + self.width - 1
            for view, row in zip(found, rows, strict=True):
                view.reactions = read_counted(view.pk, row[last])
        return sorted(found, key=order_key, reverse=self.newest_first)


async def posts_of_topics(topic_ids: Sequence[int], part: PostPart) -> dict[int, list[PostView]]:
    """The window on the posts of each topic."""
    sql, values = part.sql("$1")
    found: dict[int, list[PostView]] = {topic_id: [] for topic_id in topic_ids}
    for view in part.views(await fetch_for_each(sql, topic_ids, *values)):
        found[view.topic_id].append(view)
    return found


async def topic_with_posts(name: int | str, joined: Joined, part: PostPart) -> tuple[InSection | None, list[PostView]]:
    """As `topic_in_section`, and a part of the topic's posts in the same statement."""
    head, (posts, values) = in_section(name, joined), part.sql(numbered(name))
    width = TOPICS.width + SECTIONS.width + joined.width + 1
    empty = [", ".join(["NULL"] * many) for many in (width, part.width)]
    rows = await fetch(
        f"""SELECT head.*, {empty[1]} FROM ({head}) AS head
        UNION ALL SELECT {empty[0]}, rest.* FROM ({posts}) AS rest""",
        name,
        *values,
    )
    found = read_in_section([row for row in rows if row[0] is not None], joined)
    return found, part.views([row for row in rows if row[0] is None], width) if found else []
