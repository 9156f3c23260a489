"""Posts: their rows, named queries and writes. Who may see or change them is asked of permissions by the caller.

Every text enters through `create_post` and `update_post` and leaves through `delete_post` and `restore_post`, inside
the caller's write, which then has it interpreted. Rows that nothing is read off are written by models/forum/copy.

Tested in tests/resolvers/forum/test_post.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models.account.author import Author, Joined
from models.account.character import CharacterView
from models.account.user import UserView
from models.core.batch import fetch_for_each
from models.core.bulk import insert_numbered
from models.core.count import capped
from models.core.database import Row, execute, fetch
from models.core.row import Rows, column
from models.core.transaction import topic_changed
from models.forum.counter import count_posts
from models.forum.interpretation import PostText, text_removed, text_restored, text_written, words_of
from models.forum.lock import LockedTopic
from models.forum.post_revision import PostRevisionView, keep_revision
from models.forum.reaction import ReactionCountView
from models.live.event import EventKind, publish
from models.live.notification import notify_participants
from models.live.participant import add_participants

if TYPE_CHECKING:
    from models.account.character import Character
    from models.account.user import User
    from models.forum.topic import Topic, TopicView


class Post(Model):
    """A post. `uuid` names it in every copy of it, one a topic; `revision` counts its edits from 0."""

    id = fields.IntField(primary_key=True)
    uuid = fields.UUIDField()
    topic: "fields.ForeignKeyRelation[Topic]" = fields.ForeignKeyField(
        "models.Topic", related_name="posts", on_delete=fields.CASCADE
    )
    topic_id: int
    body = fields.TextField()
    author: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="posts", on_delete=fields.SET_NULL, null=True
    )
    author_id: int | None
    author_name = fields.TextField()
    character: "fields.ForeignKeyNullableRelation[Character]" = fields.ForeignKeyField(
        "models.Character", related_name="posts", on_delete=fields.SET_NULL, null=True
    )
    character_id: int | None
    revision = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    edited_at = fields.DatetimeField(null=True)
    deleted_at = fields.DatetimeField(null=True)
    is_sealed = fields.BooleanField(default=False)

    class Meta:
        table = "posts"
        unique_together = (("uuid", "topic_id"),)
        indexes = (("topic_id", "created_at", "id"), ("author_id", "topic_id", "deleted_at"))


@dataclass(slots=True, eq=False)
class PostView:
    """A post as it is read. The last fields are there once whoever reads it has filled them."""

    typename: ClassVar[str] = "Post"
    pk: int = field(metadata=column("id"))
    topic_id: int
    body: str
    author_id: int | None
    author_name: str
    character_id: int | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    is_encrypted: bool = field(metadata=column("is_sealed"))
    cursor: str | None = field(init=False)
    # Of an event whose row is given to several viewers: what was made of it, by how it was asked for.
    shared: dict[Any, Any] | None = field(default=None, init=False)
    topic: "TopicView" = field(init=False)
    author: UserView | None = field(init=False)
    character: CharacterView | None = field(init=False)
    reactions: list[ReactionCountView] = field(init=False)
    revisions: list[PostRevisionView] = field(init=False)


@dataclass(frozen=True, slots=True)
class PostPlace:
    """Where a post stands, for the rules. Deleted ones too, in living topics."""

    pk: int = field(metadata=column("id"))
    topic_id: int
    section_id: int = field(metadata=column("t.section_id"))
    author_id: int | None
    is_deleted: bool = field(metadata=column("p.deleted_at IS NOT NULL"))
    kind: str = field(metadata=column("s.kind"))
    topic_title: str = field(metadata=column("t.title"))
    alliance_id: int | None = field(metadata=column("t.alliance_id"))


POSTS = Rows(PostView, "posts p")
PLACES = Rows(
    PostPlace,
    "posts p JOIN topics t ON t.id = p.topic_id AND t.deleted_at IS NULL JOIN sections s ON s.id = t.section_id",
)


def _views(rows: Sequence[Row], joined: Joined) -> list[PostView]:
    views = POSTS.read(rows)
    joined.fill(views, rows, POSTS.width)
    return views


# ---- reading ------------------------------------------------------------------------


def order_key(post: PostView) -> tuple[datetime, int]:
    """What orders the posts of a topic, oldest first."""
    return post.created_at, post.pk


ORDER = ("p.created_at", "p.id")


async def posts_by_ids(post_ids: Sequence[int], joined: Joined) -> dict[int, PostView]:
    """Living posts of living topics, by their numbers."""
    rows = await fetch(
        f"""SELECT {POSTS.columns}{joined.columns} FROM posts p
        JOIN topics t ON t.id = p.topic_id AND t.deleted_at IS NULL{joined.tables("p")}
        WHERE p.id = ANY($1) AND p.deleted_at IS NULL""",
        list(post_ids),
    )
    return {view.pk: view for view in _views(rows, joined)}


async def post_in_topic(post_id: int, joined: Joined) -> tuple[PostView, int, int | None, str] | None:
    """A living post of a living topic; the section and the alliance of that topic, and the stamp of the tree."""
    rows = await fetch(
        f"""SELECT {POSTS.columns}{joined.columns}, t.section_id, t.alliance_id AS mother_id, n.stamp FROM posts p
        JOIN topics t ON t.id = p.topic_id AND t.deleted_at IS NULL CROSS JOIN tree_stamps n{joined.tables("p")}
        WHERE p.id = $1 AND p.deleted_at IS NULL""",
        post_id,
    )
    for view, row in zip(_views(rows, joined), rows, strict=True):
        return view, row["section_id"], row["mother_id"], row["stamp"]
    return None


async def post_place(post_id: int) -> PostPlace | None:
    """Where a post of a living topic stands."""
    return PLACES.first(await fetch(f"{PLACES.select} WHERE p.id = $1", post_id))


async def count_deleted_posts(topic_ids: Sequence[int]) -> dict[int, int]:
    """How many posts of each topic are deleted; 1,001 for more than 1,000."""
    count = capped("posts WHERE topic_id = $1 AND deleted_at IS NOT NULL")
    return dict(await fetch_for_each(f"SELECT CAST($1 AS INTEGER), {count} AS deleted", topic_ids))


# ---- writing ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewPost:
    """A row to be. `uuid` is that of a copy that there is already elsewhere; a sealed one's `body` is a token."""

    topic_id: int
    body: str
    author: Author
    created_at: datetime
    uuid: UUID = field(default_factory=uuid4)
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    revision: int = 0
    is_sealed: bool = False

    @property
    def row(self) -> tuple[object, ...]:
        """Its values in the order of _NEW."""
        author = self.author.user_id, self.author.name, self.author.character_id
        times = self.created_at, self.edited_at, self.deleted_at
        return self.uuid, self.topic_id, self.body, *author, *times, self.revision, self.is_sealed


_NEW = (
    "uuid",
    "topic_id",
    "body",
    "author_id",
    "author_name",
    "character_id",
    "created_at",
    "edited_at",
    "deleted_at",
    "revision",
    "is_sealed",
)


async def insert_posts(new: Sequence[NewPost]) -> list[int]:
    """The rows alone; gives their numbers in order. The caller accounts for them and has them interpreted."""
    pks = await insert_numbered("posts", _NEW, [post.row for post in new])
    written = [pk for pk, post in zip(pks, new, strict=True) if post.author.user_id is not None]
    if written:
        await add_participants(written)
    return pks


async def insert_post(new: NewPost) -> int:
    (pk,) = await insert_posts([new])
    return pk


async def create_post(topic: LockedTopic, body: str, author: Author, now: datetime, *, uuid: UUID | None = None) -> int:
    """Writes a post into a living topic; gives its number. `uuid` is that of a copy that there is already elsewhere."""
    pk = await insert_post(NewPost(topic.pk, body, author, now, uuid or uuid4()))
    await count_posts(topic, +1)
    text_written(topic, PostText(pk, body, author.user_id, author.name, now), now)
    notify_participants(topic.pk, pk, author.user_id, author.name, partial(words_of, topic), now)
    publish(EventKind.POST, pk, topic.pk)
    _changed(topic, pk, now)
    return pk


async def update_post(topic: LockedTopic, post_id: int, body: str, editor: Author, now: datetime) -> bool:
    """Changes the text of a post of a locked topic and keeps the one before; the same text again changes nothing.

    Tells whether anything changed.
    """
    post = await Post.get(id=post_id)
    if post.body == body:
        return False
    await keep_revision(post_id, post.body, editor.user_id, editor.name, now)
    await execute(
        "UPDATE posts SET body = $2, revision = revision + 1, edited_at = $3 WHERE id = $1", post_id, body, now
    )
    text_written(topic, PostText(post_id, body, post.author_id, post.author_name, post.created_at), now)
    _changed(topic, post_id, now)
    return True


async def delete_post(topic: LockedTopic, post_id: int, now: datetime) -> None:
    """Takes a living post out of its living topic; its row stays."""
    await execute("UPDATE posts SET deleted_at = $2 WHERE id = $1", post_id, now)
    await count_posts(topic, -1)
    text_removed(topic, post_id, now)
    _changed(topic, post_id, now)


async def restore_post(topic: LockedTopic, post_id: int, now: datetime) -> None:
    """Brings a deleted post back to its living topic."""
    await execute("UPDATE posts SET deleted_at = NULL WHERE id = $1", post_id)
    await count_posts(topic, +1)
    text_restored(topic, post_id, now)
    _changed(topic, post_id, now, returned=True)


def _changed(topic: LockedTopic, post_id: int, now: datetime, *, returned: bool = False) -> None:
    # What is back in a topic that was moved out of a shared section too: a host's tombstone would take it again.
    if topic.is_shared or returned:
        topic_changed(topic.pk, now, post_id, returned=returned)
