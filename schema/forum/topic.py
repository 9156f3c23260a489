"""Topics as clients see and change them.

Tested in tests/resolvers/forum/test_topic.py.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.execution.described_enum import described_enum
from engine.execution.field import resolved
from engine.execution.price import price
from engine.guard.row_filter import filtered, seen_by
from engine.kept.field import kept
from engine.operation.context import Info
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection, Edge
from models.forum.topic import TopicView
from models.live.attention import Attention
from permissions.row_filter import RowFilter
from resolvers.forum import first_unread, latest_topic, moderation, topic, topic_change
from resolvers.forum import post as posts
from schema.account.character import Character
from schema.account.user import User
from schema.core.access import public, requires_account
from schema.forum.access import TOPIC_PLACE, requires_moderation
from schema.forum.kept import TOPIC as KEPT_TOPIC
from schema.forum.post import Post, PostConnection

if TYPE_CHECKING:
    from schema.forum.section import Section

described_enum(
    Attention,
    "How the viewer attends to a topic or to a section.",
    {
        Attention.FOLLOW: "Told of a topic's new posts; of a section's new topics.",
        Attention.NORMAL: "Told of new posts in topics that the viewer opened or wrote in.",
        Attention.MUTE: "Told of no new posts: in the topic, or in those topics of the section that are not followed.",
    },
)


@strawberry.type(
    description="A title and the posts under it. Members and orders are topics too, whose titles the service writes."
)
class Topic(Node):
    id: strawberry.ID = id_of("Topic")
    slug: str = strawberry.field(description="Changes with the title, and is given up when the topic is deleted.")
    title: str = strawberry.field(
        description="One line, by hand 1 to 200 characters; in sections of members and orders the service writes it. "
        "Ciphertext if encrypted."
    )
    section: Annotated["Section", strawberry.lazy("schema.forum.section")] = seen_by(
        RowFilter.SECTION_VISIBILITY, description="Where the topic stands now; moderators move topics."
    )
    author: User | None = strawberry.field(description="Null for an imported topic, and once the account is gone.")
    author_name: str = strawberry.field(
        description="The name it was signed with; stays when the account or the character is gone."
    )
    character: Character | None = strawberry.field(
        description="Whom the author signed as; null for the account itself, and once the character is gone."
    )
    is_pinned: bool = strawberry.field(description="Pinned topics come first in their section; set by moderators.")
    is_locked: bool = strawberry.field(description="Only moderators write in a locked topic; others get LOCKED.")
    is_encrypted: bool = strawberry.field(description="The content is ciphertext that the viewer holds no key for.")
    created_at: datetime = strawberry.field(description="When the topic was opened.")
    last_post_at: datetime = strawberry.field(
        description="When the newest post was written that is not deleted; without one, when the topic was opened."
    )
    deleted_at: datetime | None = strawberry.field(description="Set in the listings of deleted topics alone.")
    post_count: int = strawberry.field(description="Posts that are not deleted, the opening one included.")
    unread_count: int = strawberry.field(
        description="Posts of others after the viewer's reading mark, 1,001 for more than 1,000; 0 without an account.",
        metadata=price(8),
    )
    first_unread: Edge[Post] | None = resolved(
        first_unread.first_unread,
        description="The first of the posts that `unreadCount` counts, by which they came; `posts(after:)` and "
        "`posts(before:)` take its cursor. Null where all is read, and without an account.",
        metadata=price(10),
    )
    viewer_attention: Attention = strawberry.field(
        description="What the viewer set by `setTopicAttention`; NORMAL without an account.", metadata=price(1)
    )
    posts: PostConnection = resolved(
        posts.posts,
        arguments={"order": "Which end of the topic comes first."},
        description="Oldest first, or newest first. `deleted` lists the deleted posts instead, for those who "
        "moderate the forum.",
        metadata=price(10),
    )


TopicConnection = Connection[Topic]


@strawberry.input(description="A topic to open, with its first post.")
class TopicInput:
    section_id: strawberry.ID = strawberry.field(description="A section of kind DISCUSSION that the caller may see.")
    title: str = strawberry.field(description="One line of 1 to 200 characters.")
    body: str = strawberry.field(description="The first post: 1 to 60,000 characters.")
    character_id: strawberry.ID | None = strawberry.field(
        default=None, description="One of the caller's own living characters, to sign as."
    )


@filtered(RowFilter.SECTION_VISIBILITY)
async def create_topic(info: Info, input: TopicInput) -> TopicView:  # noqa: A002 - the argument's name for clients
    return await topic_change.create_topic(info, input.section_id, input.title, input.body, input.character_id)


TOPIC = "A topic that the viewer may see; NOT_FOUND for any other."


@strawberry.type
class TopicQuery:
    topic: Topic | None = public(
        topic.topic,
        metadata=kept(KEPT_TOPIC),
        arguments={
            "id": "The topic's `id`; BAD_INPUT for what is none.",
            "slug": "The topic's `slug` as it is now, instead of its `id`.",
        },
        description="By id or by slug, one of the two. Null for a topic that the viewer may not see, as for none.",
    )

    latest_topics: TopicConnection = public(
        latest_topic.latest_topics,
        description="The topics of all sections that the viewer may see, the last posted in first, pinned or not. "
        "What a guest sees in a host's mirrors is left out.",
        metadata=price(60),
    )


@strawberry.type
class TopicMutation:
    create_topic: Topic = requires_account(
        create_topic,
        arguments={"input": "What to open, and where."},
        description="FORBIDDEN in a section that is closed to the viewer or whose topics are not opened by hand.",
        metadata=price(500),
    )
    update_topic: Topic = requires_account(
        topic_change.update_topic,
        arguments={
            "id": TOPIC,
            "title": "One line of 1 to 200 characters, where people open the topics.",
            "is_pinned": "Whether it comes first in its section; for moderators of the section.",
            "is_locked": "Whether moderators alone write in it; for moderators of the section.",
        },
        description="The title by its author or a moderator; pin and lock by moderators. What is left out stays.",
    )
    move_topic: Topic = requires_moderation(
        moderation.move_topic,
        TOPIC_PLACE,
        arguments={
            "id": TOPIC,
            "section_id": "A section of kind DISCUSSION that the caller may see, or the one that a member's or order's "
            "topic was moved away from; FORBIDDEN for others.",
        },
        description="Moves a topic with its posts, and tells its author.",
    )
    delete_topic: bool = requires_moderation(
        moderation.delete_topic,
        TOPIC_PLACE,
        arguments={"id": TOPIC},
        description="Takes a topic away with its posts, and tells its author. Nothing is lost: `restoreTopic` brings "
        "it back.",
    )
    restore_topic: Topic = requires_moderation(
        moderation.restore_topic,
        TOPIC_PLACE,
        arguments={"id": "A deleted topic, as `topics(deleted: true)` lists them; one that is there stays as it is."},
        description="Brings back a deleted topic with its posts.",
    )
    mark_topic_read: Topic = requires_account(
        topic_change.mark_topic_read,
        arguments={"topic_id": TOPIC},
        description="Sets the viewer's mark after the newest post, and marks the notifications of its posts as read.",
    )
