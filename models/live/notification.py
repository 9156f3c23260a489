"""Notifications: kept as a kind, a message key and its details, worded for the reader only at the edge.

They stand below accounts and the forum, which both leave some: rows of those are known by number alone.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.core.number import LARGEST_INT
from models.core.count import capped
from models.core.database import AMONG, Row, execute, fetch, insert
from models.core.keyset import Keyset, Window
from models.core.prune import BATCH
from models.core.row import Rows, column
from models.core.transaction import write
from models.live.notice import NewPost, NewTopic, Notice, Words, leave, take_back
from models.live.participant import untell


class NotificationKind(StrEnum):
    """What a notification is about."""

    NEW_POST = "NEW_POST"
    NEW_TOPIC = "NEW_TOPIC"
    HARVEST_BLOCKED = "HARVEST_BLOCKED"
    HARVEST_FAILED = "HARVEST_FAILED"
    ALLIANCE_KEY = "ALLIANCE_KEY"
    CENSUS = "CENSUS"
    ORDER = "ORDER"
    MODERATION = "MODERATION"
    ACCOUNT = "ACCOUNT"
    MEMBERSHIP = "MEMBERSHIP"
    HOSTING = "HOSTING"


class NotificationLevel(StrEnum):
    """How urgent it is."""

    INFO = "INFO"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Notification(Model):
    """`message` is a key of the message catalogue, `details` a JSON object of plain values that fills it."""

    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="notifications", on_delete=fields.CASCADE
    )
    user_id: int
    kind = fields.CharField(max_length=24)
    level = fields.CharField(max_length=8)
    message = fields.CharField(max_length=64)
    details = fields.TextField(default="{}")
    topic: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Topic", related_name="notifications", on_delete=fields.CASCADE, null=True
    )
    topic_id: int | None
    post: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Post", related_name="notifications", on_delete=fields.CASCADE, null=True
    )
    post_id: int | None
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        indexes = (("user_id", "id"), ("topic_id", "user_id"), ("post_id",))


def _read_details(text: str) -> dict[str, object]:
    details: dict[str, object] = json.loads(text)
    return details


# What a notification of new posts is of: the first that lives of those that others wrote since its reader was told. It
# is looked up for each row: what is deleted gives way to the next, and nobody can tell that there was any.
FIRST_POST = """FROM posts q WHERE q.topic_id = n.topic_id AND q.id >= n.post_id AND q.deleted_at IS NULL
    AND (q.author_id IS NULL OR q.author_id <> n.user_id) ORDER BY q.id LIMIT 1"""
HAPPENED_AT = f"COALESCE((SELECT q.created_at {FIRST_POST}), n.created_at)"
# What a new topic is called now, and where it is: what both were before, its reader may never have seen.
NEW_TITLE = "CASE WHEN n.kind = 'NEW_TOPIC' THEN COALESCE(t.shown_title, t.title) END"
NEW_PLACE = "CASE WHEN n.kind = 'NEW_TOPIC' THEN (SELECT s.name FROM sections s WHERE s.id = t.section_id) END"


@dataclass(slots=True, eq=False)
class NotificationView:
    """A notification as it is read, not worded yet: `message_key` and `details` are. `topic` and `post` are set where
    they are selected."""

    typename: ClassVar[str] = "Notification"
    pk: int = field(metadata=column("id"))
    kind: str
    level: str
    message_key: str = field(metadata=column("message"))
    details: dict[str, object] = field(metadata=column(read=_read_details))
    created_at: datetime = field(metadata=column(HAPPENED_AT))
    read_at: datetime | None
    topic_id: int | None
    new_title: str | None = field(metadata=column(NEW_TITLE))
    new_place: str | None = field(metadata=column(NEW_PLACE))
    author_name: str | None = field(metadata=column(f"(SELECT q.author_name {FIRST_POST})"))
    post_id: int | None = field(metadata=column(f"(SELECT q.id {FIRST_POST})"))
    topic: Any = field(default=None, init=False)
    post: Any = field(default=None, init=False)


NOTIFICATIONS_OF = "notifications n LEFT JOIN topics t ON t.id = n.topic_id"
NOTIFICATIONS = Rows(NotificationView, NOTIFICATIONS_OF)


# ---- reading ------------------------------------------------------------------------

# One's own, and of topics and posts only what lives and lies in the sections $2 that the reader may see now.
SHOWN = f"""n.user_id = $1 AND (n.topic_id IS NULL OR (t.deleted_at IS NULL AND {AMONG.format("t.section_id", 2)}))
    AND (n.post_id IS NULL OR (SELECT q.id {FIRST_POST}) IS NOT NULL)"""
_SHOWN_ROWS = f"{NOTIFICATIONS_OF} WHERE {SHOWN}"


def _views(rows: Sequence[Row]) -> list[NotificationView]:
    views = NOTIFICATIONS.read(rows)
    for view in views:
        if view.author_name is not None:
            view.details["author"] = view.author_name
        if view.new_title is not None:
            view.details |= {"title": view.new_title, "section": view.new_place}
    return views


ORDER = Keyset(("n.id",), is_descending=True)


async def notifications_of(
    user_id: int, section_ids: Iterable[int], window: Window, *, unread_only: bool = False
) -> list[NotificationView]:
    """A window on the account's notifications, newest first."""
    part = ORDER.part(window, 4)
    unread = " AND n.read_at IS NULL" if unread_only else ""
    rows = await fetch(
        f"SELECT {NOTIFICATIONS.columns} FROM {_SHOWN_ROWS}{part.where}{unread} ORDER BY {part.order} LIMIT $3",
        user_id,
        list(section_ids),
        window.limit,
        *part.values,
    )
    return sorted(_views(rows), key=lambda one: one.pk, reverse=True)


async def notification_by_id(user_id: int, section_ids: Iterable[int], pk: int) -> NotificationView | None:
    sql = f"SELECT {NOTIFICATIONS.columns} FROM {_SHOWN_ROWS} AND n.id = $3"
    return next(iter(_views(await fetch(sql, user_id, list(section_ids), pk))), None)


async def count_unread(user_id: int, section_ids: Iterable[int]) -> int:
    """How many are shown and unread; 1,001 for more than 1,000."""
    # From the newest on, as they are listed: PostgreSQL would go through the topics by their numbers instead.
    unread = f"{_SHOWN_ROWS} AND n.read_at IS NULL ORDER BY n.id DESC"
    rows = await fetch(f"SELECT {capped(unread)}", user_id, list(section_ids))
    return int(rows[0][0])


# ---- writing ------------------------------------------------------------------------


def notify_participants(
    topic_id: int,
    post_id: int,
    author_id: int | None,
    author_name: str,
    words_of_topic: Callable[[], Awaitable[Words]],
    now: datetime,
) -> None:
    """Tells all who follow the topic, opened it or wrote in it of a new post, except its author, those who muted the
    topic or, not following it, its section, and who was told of an earlier one and has not read it yet: one for each
    reader and topic. What the topic is to them is asked if anybody is told.

    For use inside write(), with the topic locked, at whose end they are told.
    """
    leave([NewPost(topic_id, post_id, author_id, author_name, words_of_topic, now)])


def notify_followers(topic_id: int, section_id: int, author_id: int | None, now: datetime) -> None:
    """Tells all who follow a section, except its author, of a topic that opened in it. For use inside write()."""
    leave([NewTopic(topic_id, section_id, author_id, now)])


def notify(
    user_ids: Iterable[int],
    kind: NotificationKind,
    level: NotificationLevel,
    message: str,
    details: Mapping[str, object],
    topic_id: int | None,
    now: datetime,
    post_id: int | None = None,
) -> None:
    """Leaves one notification to each account; `message` is a key of the catalogue and `details` fill it.

    With a topic, it is shown only as long as its reader may see the topic; with a post, which somebody else writes in
    this write, in place of what they were told of that post, and as long as it lives or others after it. For use inside
    write(), which leaves all that it has to tell at its end, in one statement.
    """
    words = kind.value, level.value, message, json.dumps(details)
    leave(Notice(user_id, *words, topic_id, post_id, now) for user_id in user_ids)


async def withdraw(user_ids: Iterable[int], kind: NotificationKind, details: Mapping[str, object]) -> None:
    """Takes back what was told in these very details and that nobody has read yet. For use inside write()."""
    readers, told = list(user_ids), json.dumps(details)
    take_back(readers, kind.value, told)
    await execute(
        "DELETE FROM notifications WHERE user_id = ANY($1) AND kind = $2 AND read_at IS NULL AND details = $3",
        readers,
        kind.value,
        told,
    )


def notify_moderated(
    message: str, title: str | None, author_id: int | None, by: int | None, topic_id: int | None, now: datetime
) -> None:
    """Tells an author what staff did to their text; nothing where they did it themselves. For use inside write().

    Without a topic, it is shown for ever: then `title` is None unless the author may see the topic.
    """
    if author_id is not None and author_id != by:
        level = NotificationLevel.INFO if message.endswith("edited") else NotificationLevel.WARNING
        details = {} if title is None else {"title": title}
        notify([author_id], NotificationKind.MODERATION, level, message, details, topic_id, now)


async def mark_notifications_read(
    user_id: int, section_ids: Iterable[int], ids: Sequence[int] | None, now: datetime
) -> int:
    """Marks these, or all, of the account's shown notifications as read; tells how many were not.

    From the newest down, some at a time, each time in a write of its own: whoever has many waits, and nobody else does.
    """
    sections, marked, before = list(section_ids), 0, LARGEST_INT
    while before:
        many, before = await write(partial(_mark_some, user_id, sections, ids, before, now))
        marked += many
    return marked


async def _mark_some(
    user_id: int, section_ids: Sequence[int], ids: Sequence[int] | None, before: int, now: datetime
) -> tuple[int, int]:
    """How many of the next ones were unread, and the last one's number, 0 if there are no more. Inside write()."""
    some, values = ("", []) if ids is None else (" AND n.id = ANY($5)", [list(ids)])
    unread = f"{_SHOWN_ROWS} AND n.read_at IS NULL AND n.id < CAST($3 AS BIGINT){some} ORDER BY n.id DESC LIMIT $4"
    found = await fetch(f"SELECT n.id FROM {unread}", user_id, section_ids, before, BATCH, *values)
    # By number: which of an account's rows are unread changes faster than what PostgreSQL knows of it.
    sql = "UPDATE notifications SET read_at = $1 WHERE id = ANY($2) AND read_at IS NULL RETURNING topic_id, kind"
    rows = await insert(sql, now, [row[0] for row in found])
    await untell(user_id, [row["topic_id"] for row in rows if row["kind"] == NotificationKind.NEW_POST])
    return len(rows), found[-1][0] if len(found) == BATCH else 0


async def forget_read_notifications(before: datetime) -> int:
    """Removes a batch of notifications that were read before an instant; tells how many. What is unread stays."""
    sql = "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE read_at <= $1 LIMIT $2)"
    return await write(lambda: execute(sql, before, BATCH))


async def mark_topic_notifications_read(user_id: int, topic_id: int, now: datetime) -> None:
    """Who has read a topic needs no notification of it or its posts. For use inside write()."""
    await execute(
        "UPDATE notifications SET read_at = $3 WHERE user_id = $1 AND topic_id = $2 AND read_at IS NULL"
        " AND kind IN ('NEW_POST', 'NEW_TOPIC')",
        user_id,
        topic_id,
        now,
    )
    await untell(user_id, [topic_id])
