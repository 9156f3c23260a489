"""Notifications: kept as a kind, a message key and its details, worded for the reader only at the edge."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.database import execute, fetch, is_postgres

if TYPE_CHECKING:
    from models.post import Post
    from models.topic import Topic
    from models.user import User


class NotificationKind(StrEnum):
    """What a notification is about."""

    NEW_POST = "NEW_POST"
    HARVEST_BLOCKED = "HARVEST_BLOCKED"
    ALLIANCE_KEY = "ALLIANCE_KEY"
    ORDER = "ORDER"
    MODERATION = "MODERATION"
    ACCOUNT = "ACCOUNT"


class NotificationLevel(StrEnum):
    """How urgent it is."""

    INFO = "INFO"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Notification(Model):
    """`message` is a key of the message catalogue, `details` a JSON object of plain values that fills it."""

    id = fields.IntField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="notifications", on_delete=fields.CASCADE
    )
    user_id: int
    kind = fields.CharField(max_length=24)
    level = fields.CharField(max_length=8)
    message = fields.CharField(max_length=64)
    details = fields.TextField(default="{}")
    topic: "fields.ForeignKeyNullableRelation[Topic]" = fields.ForeignKeyField(
        "models.Topic", related_name="notifications", on_delete=fields.CASCADE, null=True
    )
    topic_id: int | None
    post: "fields.ForeignKeyNullableRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="notifications", on_delete=fields.CASCADE, null=True
    )
    post_id: int | None
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        indexes = (("user_id", "id"), ("user_id", "topic_id", "read_at"))


# Set-based, whoever takes part. The unread notification of an earlier post gives way to the one of the newest: one for
# each reader and topic, always at the top of the list.
_FORGET_EARLIER = """DELETE FROM notifications
    WHERE topic_id = $1 AND kind = 'NEW_POST' AND read_at IS NULL AND user_id <> $2"""
_NOTIFY_PARTICIPANTS = """INSERT INTO notifications
    (user_id, kind, level, message, details, topic_id, post_id, created_at)
    SELECT u.id, 'NEW_POST', 'INFO', 'new_post', $3, $1, $4, $5
    FROM users u WHERE u.is_active = $6 AND u.id <> $2 AND u.id IN (
        SELECT p.author_id FROM posts p WHERE p.topic_id = $1 AND p.deleted_at IS NULL
        UNION SELECT t.author_id FROM topics t WHERE t.id = $1)"""
_NOTIFY = """INSERT INTO notifications (user_id, kind, level, message, details, topic_id, created_at)
    SELECT u.id, $2, $3, $4, $5, $6, $7 FROM users u WHERE u.id = ANY($1)"""
NOBODY = 0


async def notify_participants(topic_id: int, post_id: int, author_id: int | None, now: datetime) -> None:
    """Tells all who opened the topic or wrote in it of a new post, except its author. For use inside write()."""
    if is_postgres():
        # Two posts at once would each miss the other's notifications and leave two; SQLite has one writer anyway.
        # A full FOR UPDATE would wait for the share of the topic that each post's foreign key holds: a deadlock.
        await fetch("SELECT id FROM topics WHERE id = $1 FOR NO KEY UPDATE", topic_id)
    rows = await fetch(
        "SELECT p.author_name, t.title FROM posts p JOIN topics t ON t.id = p.topic_id WHERE p.id = $1", post_id
    )
    author = NOBODY if author_id is None else author_id
    details = json.dumps({"author": rows[0]["author_name"], "title": rows[0]["title"]})
    await execute(_FORGET_EARLIER, topic_id, author)
    await execute(_NOTIFY_PARTICIPANTS, topic_id, author, details, post_id, now, True)


async def notify(
    user_ids: Iterable[int],
    kind: NotificationKind,
    level: NotificationLevel,
    message: str,
    details: Mapping[str, object],
    topic_id: int | None,
    now: datetime,
) -> None:
    """Leaves one notification to each account; `message` is a key of the catalogue and `details` fill it.

    With a topic, it is shown only as long as its reader may see the topic. For use inside write().
    """
    await execute(_NOTIFY, list(user_ids), kind, level, message, json.dumps(details), topic_id, now)
