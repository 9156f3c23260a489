"""Subscriptions to the forum as clients see them: one row an event."""

import strawberry

from resolvers.forum import notification
from resolvers.forum.stream import post_added
from schema.core.access import public, requires_account
from schema.forum.notification import Notification
from schema.forum.post import Post


@strawberry.type
class ForumSubscription:
    post_added: Post = public(
        post_added.post_added,
        arguments={
            "topic_id": "Posts of this topic alone; NOT_FOUND for one that the viewer may not see.",
            "section_id": "Posts of this section and its subsections alone; BAD_INPUT together with `topicId`.",
            "after": "A post's `cursor`, or the cursor of its edge in a page: gives first what was added since.",
        },
        description="New posts of a topic, of a section and its subsections, or of all that the viewer may see. With"
        " `after` (a post's `cursor`, or the cursor of its edge in a page) those that were added since come first: none"
        " left out, none twice. A client that is too slow, or comes with an `after` that the log has forgotten, gets"
        " EVENTS_MISSED with `after` to subscribe again with. Each"
        " event is charged to the viewer's budget; when that is out, events wait for the next minute.",
    )
    notification_added: Notification = requires_account(
        notification.notification_added,
        description="The viewer's own. After EVENTS_MISSED, read `notifications` again.",
    )
