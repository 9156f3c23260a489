"""Subscriptions to the forum as clients see them: one row an event."""

from collections.abc import AsyncIterator

import strawberry

from engine.live import stream
from models.live.event import EventKind
from resolvers.forum import post_stream
from schema.core.access import public, requires_account
from schema.forum.notification import Notification
from schema.forum.post import Post


async def _post_added(
    info: strawberry.Info,
    topic_id: strawberry.ID | None = None,
    section_id: strawberry.ID | None = None,
    after: str | None = None,
) -> AsyncIterator[Post]:
    found = post_stream.post_added(info.context, info, topic_id, section_id, after)
    async for post in stream.until_over(info.context, found):
        yield post  # type: ignore[misc]


async def _notification_added(info: strawberry.Info) -> AsyncIterator[Notification]:
    context = info.context
    found = stream.rows_added(context, info, EventKind.NOTIFICATION, context.viewer.user_id, "Notification")
    async for notification in stream.until_over(context, found):
        yield notification


@strawberry.type
class ForumSubscription:
    post_added: Post = public(
        _post_added,
        arguments={
            "topic_id": "Posts of this topic alone; NOT_FOUND for one that the viewer may not see.",
            "section_id": "Posts of this section and its subsections alone; BAD_INPUT together with `topicId`.",
            "after": "A post's `cursor`, or the cursor of its edge in a page: gives first what was added since.",
        },
        description="New posts of a topic, of a section and its subsections, or of all that the viewer may see. With"
        " `after` (a post's `cursor`, or the cursor of its edge in a page) those that were added since come first: none"
        " left out, none twice. A client that is too slow gets EVENTS_MISSED with `after` to subscribe again with.",
    )
    notification_added: Notification = requires_account(
        _notification_added, description="The viewer's own. After EVENTS_MISSED, read `notifications` again."
    )
