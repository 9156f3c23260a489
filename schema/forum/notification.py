"""Notifications as clients see them: worded here, for the one who reads them.

Tested in tests/resolvers/forum/test_notification.py.
"""

from datetime import datetime
from typing import Any

import strawberry

from engine.execution.described_enum import described_enum
from engine.execution.price import price
from engine.guard.row_filter import seen_by
from engine.operation.message import localize
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Edge, PageInfo
from models.live.notification import NotificationKind, NotificationLevel
from permissions.row_filter import RowFilter
from resolvers.forum import notification
from schema.core.access import requires_account
from schema.forum.post import Post
from schema.forum.topic import Topic

described_enum(
    NotificationKind,
    "What a notification is about.",
    {
        NotificationKind.NEW_POST: "Somebody wrote in a topic that the reader follows, opened or wrote in; told once.",
        NotificationKind.NEW_TOPIC: "Somebody opened a topic in a section that the reader follows.",
        NotificationKind.HARVEST_BLOCKED: "Rights were not updated, for want of a census from the members named.",
        NotificationKind.HARVEST_FAILED: "Rights could not be updated; told once to those who administer.",
        NotificationKind.ALLIANCE_KEY: "An alliance's key is missing, wrong, back or abandoned, or was never exported.",
        NotificationKind.CENSUS: "A post of the reader in a member's topic could not be read as a census.",
        NotificationKind.ORDER: "An order was placed, in progress, done or cancelled; a convoy was sent or taken "
        "back; or a post of the reader could not be read as one.",
        NotificationKind.MODERATION: "What was done to the reader's topic or post.",
        NotificationKind.ACCOUNT: "The reader's role or account was changed.",
        NotificationKind.HOSTING: "An alliance asks to be housed, was answered, or a hosting ended with a lost key.",
        NotificationKind.MEMBERSHIP: "A claim was made, confirmed or declined, a place taken away, or a member left.",
    },
)
described_enum(
    NotificationLevel,
    "How urgent a notification is, from the least to the most.",
    {
        NotificationLevel.INFO: "Good to know; nothing to do.",
        NotificationLevel.SUCCESS: "Something that was in trouble is well again.",
        NotificationLevel.WARNING: "Something did not go as its author meant it.",
        NotificationLevel.ERROR: "Features are blocked until somebody acts.",
    },
)


def _message(root: Any, info: strawberry.Info) -> str:
    return localize(root.message_key, info.context.language, root.details)


@strawberry.type(description="Something that the viewer is to know. Those of topics that they may not see are nowhere.")
class Notification(Node):
    id: strawberry.ID = id_of("Notification")
    kind: NotificationKind = strawberry.field(description="What it is about.")
    level: NotificationLevel = strawberry.field(description="How urgent it is, such as for a toast's colour.")
    message: str = strawberry.field(
        resolver=_message, description="Plain text in the reader's language: French, or English by Accept-Language."
    )
    created_at: datetime = strawberry.field(description="When it happened.")
    read_at: datetime | None = strawberry.field(description="When the viewer marked it as read; null while unread.")
    topic: Topic | None = seen_by(
        RowFilter.SECTION_VISIBILITY, description="Where to look; null where it is about no topic."
    )
    post: Post | None = seen_by(
        RowFilter.SECTION_VISIBILITY,
        description="The new post, or a convoy's: the first that lives of those since its reader was told; null where "
        "it is about none.",
    )


@strawberry.type(description="A page of the viewer's notifications, newest first.")
class NotificationConnection:
    edges: list[Edge[Notification]] = strawberry.field(description="The rows of this page, at most `first`.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and the cursor to go on with.")
    unread_count: int = strawberry.field(
        description="Of all that the viewer has, not of the page alone; 1,001 for more than 1,000.", metadata=price(50)
    )


@strawberry.type
class NotificationQuery:
    notifications: NotificationConnection | None = requires_account(
        notification.notifications,
        arguments={"unread_only": "True leaves out those that were read."},
        description="Newest first. A topic's new posts make one unread notification, of the first of them that lives.",
        metadata=price(60),
    )


@strawberry.type
class NotificationMutation:
    mark_notifications_read: int = requires_account(
        notification.mark_notifications_read,
        arguments={"ids": "Notifications of the viewer's, at most 1,000; others are passed over. Null for all."},
        description="These, or all without `ids`; tells how many were unread until now.",
    )
