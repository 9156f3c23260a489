"""Reading marks: how far each user has read each topic; what is unread is read off them.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.account.author import Joined
from models.core.batch import fetch_for_each
from models.core.count import capped
from models.core.database import execute
from models.forum.post import POSTS, PostView

if TYPE_CHECKING:
    from models.account.user import User
    from models.forum.topic import Topic


class ReadingMark(Model):
    """`last_post_id` is the newest post, by id, that the user has seen in the topic."""

    id = fields.IntField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="reading_marks", on_delete=fields.CASCADE
    )
    user_id: int
    topic: "fields.ForeignKeyRelation[Topic]" = fields.ForeignKeyField(
        "models.Topic", related_name="reading_marks", on_delete=fields.CASCADE
    )
    topic_id: int
    last_post_id = fields.IntField()

    class Meta:
        table = "reading_marks"
        unique_together = (("user_id", "topic_id"),)
        indexes = (("topic_id",),)


_UNREAD = """posts p WHERE p.topic_id = $1 AND p.deleted_at IS NULL
    AND (p.author_id IS NULL OR p.author_id <> $2) AND p.id > COALESCE(
        (SELECT m.last_post_id FROM reading_marks m WHERE m.topic_id = $1 AND m.user_id = $2), 0)"""


async def unread_counts(user_id: int, topic_ids: Sequence[int]) -> dict[int, int]:
    """How many living posts of others stand after the user's mark in each topic; 1,001 for more than 1,000."""
    return dict(await fetch_for_each(f"SELECT CAST($1 AS INTEGER), {capped(_UNREAD)} AS unread", topic_ids, user_id))


async def first_unread_posts(user_id: int, topic_ids: Sequence[int], joined: Joined) -> dict[int, PostView]:
    """By topic the first of those posts in the order in which they came; none where all is read."""
    rows = await fetch_for_each(
        f"""SELECT {POSTS.columns}{joined.columns} FROM posts p{joined.tables("p")}
        WHERE p.id = (SELECT p.id FROM {_UNREAD} ORDER BY p.id LIMIT 1)""",
        topic_ids,
        user_id,
    )
    views = POSTS.read(rows)
    joined.fill(views, rows, POSTS.width)
    return {view.topic_id: view for view in views}


async def mark_topic_read(user_id: int, topic_id: int) -> None:
    """Sets the user's mark to the newest post of the topic; a mark never goes back."""
    await execute(
        """INSERT INTO reading_marks (user_id, topic_id, last_post_id)
        SELECT CAST($1 AS INTEGER), CAST($2 AS INTEGER), COALESCE(max(id), 0) FROM posts
            WHERE topic_id = $2 AND deleted_at IS NULL
        ON CONFLICT (user_id, topic_id) DO UPDATE SET last_post_id = excluded.last_post_id
        WHERE excluded.last_post_id > reading_marks.last_post_id""",
        user_id,
        topic_id,
    )
