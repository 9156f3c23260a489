"""The counts of sections and topics: the only place that changes them."""

from datetime import datetime

from domain.core.refusal import not_found
from models.core.database import execute
from models.core.lock import Lock, note_lock
from models.forum.lock import LockedTopic


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
    await count_in_section(topic.section_id, topics=0, posts=more, deleted=topic.is_section_deleted)


async def count_old_post(topic: LockedTopic, at: datetime) -> None:
    """Accounts for a post that came to a living topic from a dump, perhaps between others."""
    await execute(
        """UPDATE topics SET post_count = post_count + 1,
            last_post_at = CASE WHEN last_post_at < $2 THEN $2 ELSE last_post_at END WHERE id = $1""",
        topic.pk,
        at,
    )
    await count_in_section(topic.section_id, topics=0, posts=1)


async def count_in_section(section_id: int, topics: int, posts: int, *, deleted: bool = False) -> None:
    """Adds to a section's counts. NOT_FOUND, which undoes the write, if the section was deleted meanwhile.

    `deleted`: it was already as the topic was locked. Only what comes home from hosts comes that far.
    """
    note_lock(Lock.SECTION, section_id)
    touched = await execute(
        "UPDATE sections SET topic_count = topic_count + $2, post_count = post_count + $3"
        " WHERE id = $1 AND (deleted_at IS NULL OR $4)",
        section_id,
        topics,
        posts,
        deleted,
    )
    if not touched:
        raise not_found()
