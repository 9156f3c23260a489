"""The counts of sections and topics: the only place that changes them, and the order in which rows are locked.

Order: one topic first, then sections by ascending id. Whoever changes the posts of a topic, or the topic, holds its
lock, so that two changes of one topic come one after the other and its latest post can be read off its posts.
"""

from dataclasses import dataclass

from domain.core.refusal import Code, Refusal, not_found
from models.core.database import execute, fetch, is_postgres


@dataclass(frozen=True, slots=True)
class LockedTopic:
    """A topic as it is until the end of the current transaction.

    `member_id` or `order_id` where it is the topic of a member or an order: its posts are read. `is_shared`: its
    section may have mirrors.
    """

    pk: int
    section_id: int
    title: str
    author_id: int | None
    is_locked: bool
    is_deleted: bool
    post_count: int
    member_id: int | None = None
    order_id: int | None = None
    is_shared: bool = False


# Changes of one alliance's orders follow one another, and the alliance is taken before the topic: an order that ends
# promotes another, whose topic is then taken too.
_HELD = """WITH held AS (
    SELECT a.id FROM orders o JOIN alliances a ON a.id = o.alliance_id WHERE o.topic_id = $1 FOR NO KEY UPDATE OF a)
"""


async def lock_topic(topic_id: int) -> LockedTopic | None:
    """Takes the topic for the rest of the current write; deleted ones too. None if there is no such row."""
    # SQLite's one writer holds the whole database already.
    held, lock = (_HELD, " AND (SELECT count(*) FROM held) >= 0 FOR NO KEY UPDATE") if is_postgres() else ("", "")
    rows = await fetch(
        f"""{held}SELECT id, section_id, title, author_id, is_locked, deleted_at IS NOT NULL, post_count,
            (SELECT m.id FROM members m WHERE m.topic_id = $1), (SELECT o.id FROM orders o WHERE o.topic_id = $1),
            (SELECT s.kind IN ('MEMBERS', 'ORDERS') FROM sections s WHERE s.id = topics.section_id)
        FROM topics WHERE id = $1{lock}""",
        topic_id,
    )
    if not rows:
        return None
    pk, section_id, title, author_id, is_locked, is_deleted, post_count, member_id, order_id, is_shared = rows[0]
    flags = bool(is_locked), bool(is_deleted)
    return LockedTopic(pk, section_id, title, author_id, *flags, post_count, member_id, order_id, bool(is_shared))


async def held_topic(topic_id: int) -> LockedTopic:
    """The same for a topic that must be there; NOT_FOUND, which undoes the write, if it is not."""
    topic = await lock_topic(topic_id)
    if topic is None:
        raise not_found()
    return topic


async def lock_open_topic(topic_id: int) -> LockedTopic:
    """The topic, where posts may be added: NOT_FOUND once it is deleted, LOCKED where it takes none."""
    topic = await lock_topic(topic_id)
    if topic is None or topic.is_deleted:
        raise not_found()
    if topic.is_locked:
        raise Refusal(Code.LOCKED, "locked_topic")
    return topic


async def count_posts(topic: LockedTopic, more: int) -> None:
    """Accounts for posts that came to a living topic, or left it, in this transaction."""
    await execute(
        """UPDATE topics SET post_count = post_count + $2, last_post_at = COALESCE(
            (SELECT created_at FROM posts WHERE topic_id = $1 AND deleted_at IS NULL
             ORDER BY created_at DESC, id DESC LIMIT 1), created_at)
        WHERE id = $1""",
        topic.pk,
        more,
    )
    await count_in_section(topic.section_id, topics=0, posts=more)


async def count_in_section(section_id: int, topics: int, posts: int) -> None:
    """Adds to a section's counts. NOT_FOUND, which undoes the write, if the section was deleted meanwhile."""
    touched = await execute(
        "UPDATE sections SET topic_count = topic_count + $2, post_count = post_count + $3"
        " WHERE id = $1 AND deleted_at IS NULL",
        section_id,
        topics,
        posts,
    )
    if not touched:
        raise not_found()
