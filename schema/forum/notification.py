"""Notifications as clients see them: worded here, for the one who reads them."""

from datetime import datetime
from typing import Any

import strawberry

from engine.operation.access import requires_account
from engine.operation.message import worded
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import PageInfo
from models.live.notification import NotificationKind, NotificationLevel
from resolvers.forum import notification
from schema.forum.topic import Topic

strawberry.enum(NotificationKind, description="What a notification is about.")
strawberry.enum(NotificationLevel, description="How urgent it is.")


def _message(root: Any, info: strawberry.Info) -> str:
    return worded(root.message_key, info.context.language, root.details)


@strawberry.type(description="Something that the viewer is to know. Those of topics that they may not see are nowhere.")
class Notification(Node):
    id: strawberry.ID = id_of("Notification")
    kind: NotificationKind
    level: NotificationLevel
    message: str = strawberry.field(resolver=_message, description="In the reader's language.")
    created_at: datetime
    read_at: datetime | None
    topic: Topic | None


@strawberry.type
class NotificationEdge:
    node: Notification
    cursor: str


@strawberry.type
class NotificationConnection:
    edges: list[NotificationEdge]
    page_info: PageInfo
    unread_count: int = strawberry.field(description="Of all that the viewer has, not of the page alone.")


async def _notifications(
    info: strawberry.Info, *, first: int | None = 20, after: str | None = None, unread_only: bool | None = False
) -> NotificationConnection:
    return await notification.notifications(  # type: ignore[return-value]
        info.context, info, first, after, unread_only=bool(unread_only)
    )


async def _mark_read(info: strawberry.Info, ids: list[strawberry.ID] | None = None) -> int:
    return await notification.mark_read(info.context, None if ids is None else [str(one) for one in ids])


@strawberry.type
class NotificationQuery:
    notifications: NotificationConnection = requires_account(
        _notifications,
        description="Newest first. A topic's new posts make one unread notification, of the newest of them.",
    )


@strawberry.type
class NotificationMutation:
    mark_notifications_read: int = requires_account(
        _mark_read, description="These, or all without `ids`; tells how many were unread until now."
    )
