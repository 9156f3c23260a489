"""Who takes part in which topic or follows it, and whether they have an unread notification of its posts: what a new
post goes by.

A post costs as much as there are of them who were not told yet, those who muted its section among them, never as much
as there are posts, participants or followers.

Tested in tests/models/live/test_attention.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch, insert
from models.live.attention import Attention


class Participant(Model):
    """Somebody who opened a topic, wrote in it once, or said how they attend to it, which makes nobody take part.

    `is_told`: they have an unread notification of its posts.
    """

    id = fields.IntField(primary_key=True)
    topic: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Topic", related_name="participants", on_delete=fields.CASCADE
    )
    topic_id: int
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="participants", on_delete=fields.CASCADE
    )
    user_id: int
    is_told = fields.BooleanField(default=False)
    attention = fields.CharField(max_length=8, default=Attention.NORMAL.value)

    class Meta:
        table = "participants"
        unique_together = (("user_id", "topic_id"),)
        indexes = (("topic_id", "is_told", "attention"),)


def _insert(rows: str, otherwise: str) -> str:
    return f"""INSERT INTO participants (topic_id, user_id, is_told, attention) {rows}
        ON CONFLICT (user_id, topic_id) DO {otherwise}"""


_WRITERS = _insert(
    """SELECT topic_id, author_id, FALSE, 'NORMAL' FROM (
        SELECT topic_id, author_id FROM posts WHERE id = ANY($1)
        UNION SELECT t.id, t.author_id FROM posts p JOIN topics t ON t.id = p.topic_id WHERE p.id = ANY($1)
    ) AS found WHERE author_id IS NOT NULL""",
    "NOTHING",
)


async def add_participants(post_ids: Sequence[int]) -> None:
    """Those who wrote these posts and those who opened their topics. For use inside write()."""
    await execute(_WRITERS, list(post_ids))


# Who follows the topic is told whatever else holds. Of those who have deleted all that they wrote, only who opened the
# topic still takes part. A LIMIT has each looked up by the index: PostgreSQL would read all posts of the topic, or all
# who muted its section, to ask them once.
_TELL = """UPDATE participants SET is_told = TRUE
    WHERE topic_id = $1 AND is_told = FALSE AND attention IN ('FOLLOW', 'NORMAL') AND NOT (user_id = ANY($2))
        AND EXISTS (SELECT 1 FROM users u WHERE u.id = participants.user_id AND u.is_active = TRUE)
        AND (attention = 'FOLLOW' OR (
            (EXISTS (SELECT 1 FROM topics t WHERE t.id = $1 AND t.author_id = participants.user_id)
                OR (SELECT p.id FROM posts p WHERE p.topic_id = $1 AND p.author_id = participants.user_id
                    AND p.deleted_at IS NULL LIMIT 1) IS NOT NULL)
            AND (SELECT a.id FROM section_attentions a JOIN topics t ON t.section_id = a.section_id
                WHERE t.id = $1 AND a.user_id = participants.user_id AND a.attention = 'MUTE' LIMIT 1) IS NULL))
    RETURNING user_id"""


async def tell_participants(topic_id: int, but: Iterable[int]) -> list[int]:
    """Marks as told all whom a post tells and who were not, some left out; gives their numbers. Inside write()."""
    return sorted(row["user_id"] for row in await insert(_TELL, topic_id, list(but)))


async def untell(user_id: int, topic_ids: Sequence[int]) -> None:
    """They have read what they were told of these topics: the next post is told again. For use inside write()."""
    await execute(
        "UPDATE participants SET is_told = FALSE WHERE user_id = $1 AND topic_id = ANY($2) AND is_told = TRUE",
        user_id,
        list(topic_ids),
    )


async def topic_attentions(user_id: int, topic_ids: Sequence[int]) -> dict[int, Attention]:
    """By topic, how the account attends to it; none where it has neither said so nor written there."""
    rows = await fetch(
        "SELECT topic_id, attention FROM participants WHERE user_id = $1 AND topic_id = ANY($2)",
        user_id,
        list(topic_ids),
    )
    return {topic_id: Attention(attention) for topic_id, attention in rows}


async def set_topic_attention(user_id: int, topic_id: int, attention: Attention) -> None:
    """Whether they were told stays as it is. For use inside write()."""
    if attention is Attention.NORMAL:
        sql = "UPDATE participants SET attention = $3 WHERE user_id = $1 AND topic_id = $2"
    else:
        sql = _insert("VALUES ($2, $1, FALSE, $3)", "UPDATE SET attention = excluded.attention")
    await execute(sql, user_id, topic_id, attention.value)
