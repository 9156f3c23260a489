"""Posts as clients see and change them.

Tested in tests/resolvers/forum/test_post.py.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.forum.post_order import PostOrder
from engine.execution.described_enum import described_enum
from engine.guard.row_filter import filtered, seen_by
from engine.operation.context import Info
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from models.forum.post import PostView
from permissions.row_filter import RowFilter
from resolvers.forum import moderation, post_change
from schema.account.character import Character
from schema.account.user import User
from schema.core.access import requires_account
from schema.forum.access import POST_PLACE, requires_moderation
from schema.forum.reaction import ReactionCount

if TYPE_CHECKING:
    from schema.forum.topic import Topic


described_enum(
    PostOrder,
    "The order in which the posts of a topic are read.",
    {
        PostOrder.OLDEST_FIRST: "As they were written.",
        PostOrder.NEWEST_FIRST: "The last ones first. A cursor says the same place in both orders.",
    },
)


@strawberry.type(description="What a post said before an edit, and who made that edit when.")
class PostRevision:
    body: str = strawberry.field(description="The whole text before the edit.")
    editor_name: str = strawberry.field(
        description="Name of the account that made the edit; stays when the account is gone."
    )
    edited_at: datetime = strawberry.field(description="When the edit took this text's place.")


@strawberry.type(
    description="A text in a topic. In topics of members and orders, censuses and convoys are read off it."
)
class Post(Node):
    id: strawberry.ID = id_of("Post")
    topic: Annotated["Topic", strawberry.lazy("schema.forum.topic")] = seen_by(
        RowFilter.SECTION_VISIBILITY, description="Where the post stands; it stays there for good."
    )
    body: str = strawberry.field(
        description="Plain text as it was written, 1 to 60,000 characters; ciphertext if encrypted."
    )
    is_encrypted: bool = strawberry.field(description="The body is ciphertext that the viewer holds no key for.")
    author: User | None = strawberry.field(description="Null for an imported post, and once the account is gone.")
    author_name: str = strawberry.field(
        description="The name it was signed with; stays when the account or the character is gone."
    )
    character: Character | None = strawberry.field(
        description="Whom the author signed as; null for the account itself, and once the character is gone."
    )
    cursor: str | None = strawberry.field(
        description="Its place in the order in which posts came to be readable: `postAdded(after:)` resumes there."
    )
    created_at: datetime = strawberry.field(description="When the post was written; edits leave it.")
    edited_at: datetime | None = strawberry.field(description="When it was edited last; null if it never was.")
    deleted_at: datetime | None = strawberry.field(description="Set in the listings of deleted posts alone.")
    revisions: list[PostRevision] = seen_by(
        RowFilter.REVISION_SIGHT,
        description="Oldest first; for staff and the author. Others get an empty list, edited or not.",
    )
    reactions: list[ReactionCount] = seen_by(RowFilter.SECTION_VISIBILITY, description="In the order of ReactionKind.")


PostConnection = Connection[Post]


@strawberry.input(description="A reply to write in a topic.")
class PostInput:
    topic_id: strawberry.ID = strawberry.field(description="The topic to reply in.")
    body: str = strawberry.field(description="Plain text of 1 to 60,000 characters, some of which show.")
    character_id: strawberry.ID | None = strawberry.field(
        default=None, description="One of the caller's own living characters, to sign as."
    )


@filtered(RowFilter.SECTION_VISIBILITY)
async def create_post(info: Info, input: PostInput) -> PostView:  # noqa: A002 - the argument's name for clients
    return await post_change.create_post(info, input.topic_id, input.body, input.character_id)


POST = "A post that the viewer may see; NOT_FOUND for any other."


@strawberry.type
class PostMutation:
    create_post: Post = requires_account(
        create_post,
        arguments={"input": "What to write, and where. FORBIDDEN in sections that take no posts by hand."},
        description="LOCKED in a locked topic, save for moderators.",
    )
    update_post: Post = requires_account(
        post_change.update_post,
        arguments={"id": POST, "body": "The whole new text: 1 to 60,000 characters, some of which show."},
        description="By its author or a moderator. Every earlier text is kept among the revisions.",
    )
    delete_post: bool = requires_account(
        post_change.delete_post,
        arguments={"id": POST},
        description="By its author or a moderator. Nothing is lost: moderators can restore it.",
    )
    restore_post: Post = requires_moderation(
        moderation.restore_post,
        POST_PLACE,
        arguments={"id": "A deleted post, as `posts(deleted: true)` lists them; one that is there stays as it is."},
        description="Brings back a deleted post. One whose topic was deleted comes back with its topic.",
    )
    react: Post = requires_account(
        post_change.react,
        arguments={"post_id": POST, "kind": "Which reaction to add."},
        description="Once a kind; again changes nothing.",
    )
    unreact: Post = requires_account(
        post_change.unreact,
        arguments={"post_id": POST, "kind": "Which reaction to take back."},
        description="Takes the viewer's reaction back; without one it changes nothing.",
    )
