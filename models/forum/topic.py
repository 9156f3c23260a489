"""Topics: their rows, the insert of rows, and named queries. Who may see them is asked of permissions by the caller.

Tested in tests/resolvers/forum/test_topic.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from domain.core.slug import slug
from models.account.author import Author, Joined
from models.account.character import CharacterView
from models.account.user import UserView
from models.core.batch import fetch_for_each
from models.core.bulk import insert_numbered, update_rows
from models.core.count import capped
from models.core.database import Row, fetch
from models.core.keyset import Keyset, Window
from models.core.lock import Lock, note_own_row
from models.core.row import Rows, column
from models.forum.section import SECTIONS, SectionView
from models.live.attention import Attention

if TYPE_CHECKING:
    from models.account.character import Character
    from models.account.user import User
    from models.forum.section import Section


LONGEST_SLUG = 160


class Topic(Model):
    """A topic. `uuid` names it in every copy of it, one a section; `last_post_at` orders its section.

    `author_name` stays when the account or the character goes. A deleted topic keeps its row and posts. `revision`
    counts the changes of the title from 0; a sealed title is a token.

    `alliance` is that of a member's topic, and the mother of a sealed copy. Where there is a `shown_title`, the title
    itself is for those alone who administer the alliance.
    """

    id = fields.IntField(primary_key=True)
    uuid = fields.UUIDField()
    section: "fields.ForeignKeyRelation[Section]" = fields.ForeignKeyField(
        "models.Section", related_name="topics", on_delete=fields.RESTRICT
    )
    section_id: int
    slug = fields.CharField(max_length=LONGEST_SLUG, unique=True, null=True)
    title = fields.TextField()
    shown_title = fields.TextField(null=True)
    alliance: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Alliance", related_name="topics", on_delete=fields.SET_NULL, null=True
    )
    alliance_id: int | None
    author: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="topics", on_delete=fields.SET_NULL, null=True
    )
    author_id: int | None
    author_name = fields.TextField()
    character: "fields.ForeignKeyNullableRelation[Character]" = fields.ForeignKeyField(
        "models.Character", related_name="topics", on_delete=fields.SET_NULL, null=True
    )
    character_id: int | None
    is_pinned = fields.BooleanField(default=False)
    is_locked = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()
    last_post_at = fields.DatetimeField()
    post_count = fields.IntField(default=0)
    deleted_at = fields.DatetimeField(null=True)
    revision = fields.IntField(default=0)
    is_sealed = fields.BooleanField(default=False)

    class Meta:
        table = "topics"
        unique_together = (("uuid", "section_id"),)
        indexes = (("section_id", "is_pinned", "last_post_at", "id"), ("alliance_id", "section_id"))


@dataclass(slots=True, eq=False)
class TopicView:
    """A topic as it is read. The last fields are there once whoever reads it has filled them.

    `title` is what everybody may read, until whoever reads it gives those who administer the `full_title`.
    """

    typename: ClassVar[str] = "Topic"
    pk: int = field(metadata=column("id"))
    section_id: int
    slug: str = field(metadata=column("COALESCE(t.slug, '')"))  # A deleted topic has freed its own.
    title: str = field(metadata=column("COALESCE(t.shown_title, t.title)"))
    full_title: str = field(metadata=column("title"))
    alliance_id: int | None
    author_id: int | None
    author_name: str
    character_id: int | None
    is_pinned: bool
    is_locked: bool
    created_at: datetime
    last_post_at: datetime
    post_count: int
    deleted_at: datetime | None
    is_encrypted: bool = field(metadata=column("is_sealed"))
    section: SectionView = field(init=False)
    author: UserView | None = field(init=False)
    character: CharacterView | None = field(init=False)
    unread_count: int = field(init=False)
    viewer_attention: Attention = field(init=False)


TOPICS = Rows(TopicView, "topics t")


def topic_slug(title: str, pk: int) -> str:
    """Title and number: no two topics share one, however many are called the same at the same time."""
    return f"{slug(title)}-{pk}"


def _views(rows: Sequence[Row]) -> list[TopicView]:
    views = TOPICS.read(rows)
    for view in views:
        view.slug = view.slug or topic_slug(view.title, view.pk)
    return views


def _joined_views(rows: Sequence[Row], joined: Joined) -> list[TopicView]:
    views = _views(rows)
    joined.fill(views, rows, TOPICS.width)
    return views


# ---- reading ------------------------------------------------------------------------


def numbered(name: int | str) -> str:
    """SQL for the number of the topic that $1 names: by its number, or by the slug that no deleted one has."""
    return "$1" if isinstance(name, int) else "(SELECT id FROM topics WHERE slug = $1)"


def in_section(name: int | str, joined: Joined) -> str:
    """What `read_in_section` reads, of the topic that $1 names."""
    return f"""SELECT {TOPICS.columns}, {SECTIONS.columns}{joined.columns}, n.stamp FROM topics t
            JOIN sections s ON s.id = t.section_id JOIN categories c ON c.id = s.category_id
            CROSS JOIN tree_stamps n{joined.tables("t")}
        WHERE t.id = {numbered(name)} AND t.deleted_at IS NULL AND s.deleted_at IS NULL"""


InSection = tuple[TopicView, SectionView, str]
"""A living topic, its living section, and the stamp of the tree that they stand in."""


async def topic_in_section(name: int | str, joined: Joined) -> InSection | None:
    """The topic of a number or a slug; None for one that does not live."""
    return read_in_section(await fetch(in_section(name, joined), name), joined)


def read_in_section(rows: Sequence[Row], joined: Joined) -> InSection | None:
    """Of the first row, if there is one."""
    if not rows:
        return None
    (topic,) = topics = _views(rows[:1])
    joined.fill(topics, rows[:1], TOPICS.width + SECTIONS.width)
    (section,) = SECTIONS.read(rows[:1], TOPICS.width)
    return topic, section, rows[0]["stamp"]


async def topics_and_chains(topic_ids: Sequence[int], joined: Joined) -> dict[int, tuple[TopicView, list[SectionView]]]:
    """Living topics, each with the sections from its own up to the root in no order, in one statement.

    A deleted ancestor is left out, with all that is above it.
    """
    rows = await fetch(
        f"""WITH RECURSIVE chain (topic_id, id) AS (
            SELECT t.id, s.id FROM topics t JOIN sections s ON s.id = t.section_id
                WHERE t.id = ANY($1) AND t.deleted_at IS NULL AND s.deleted_at IS NULL
            UNION SELECT chain.topic_id, p.id FROM chain JOIN sections s ON s.id = chain.id
                JOIN sections p ON p.id = s.parent_id AND p.deleted_at IS NULL)
        SELECT {TOPICS.columns}, {SECTIONS.columns}{joined.columns} FROM {SECTIONS.tables}
            JOIN chain ON chain.id = s.id JOIN topics t ON t.id = chain.topic_id{joined.tables("t")}""",
        list(topic_ids),
    )
    topics = _views(rows)
    joined.fill(topics, rows, TOPICS.width + SECTIONS.width)
    found: dict[int, tuple[TopicView, list[SectionView]]] = {}
    for topic, section in zip(topics, SECTIONS.read(rows, TOPICS.width), strict=True):
        found.setdefault(topic.pk, (topic, []))[1].append(section)
    return found


async def topics_by_ids(topic_ids: Sequence[int], joined: Joined) -> dict[int, TopicView]:
    """Living topics by their numbers."""
    sql = f"SELECT {TOPICS.columns}{joined.columns} FROM topics t{joined.tables('t')}"
    rows = await fetch(f"{sql} WHERE t.id = ANY($1) AND t.deleted_at IS NULL", list(topic_ids))
    return {view.pk: view for view in _joined_views(rows, joined)}


def order_key(topic: TopicView) -> tuple[bool, datetime, int]:
    """What orders the topics of a section, from the highest down."""
    return topic.is_pinned, topic.last_post_at, topic.pk


ORDER = Keyset(("t.is_pinned", "t.last_post_at", "t.id"), is_descending=True)


async def topics_of_sections(
    section_ids: Sequence[int],
    window: Window,
    joined: Joined,
    *,
    deleted: bool = False,
    alliance_ids: Sequence[int] | None = None,
) -> dict[int, list[TopicView]]:
    """A window on the topics of each section: pinned ones, then those last posted in.

    With `alliance_ids`, those of these alliances alone.
    """
    part = ORDER.part(window, 3)
    own = "" if alliance_ids is None else f" AND t.alliance_id = ANY(${3 + len(part.values)})"
    rows = await fetch_for_each(
        f"""SELECT {TOPICS.columns}{joined.columns} FROM topics t{joined.tables("t")}
        WHERE t.section_id = $1 AND t.deleted_at IS {"NOT NULL" if deleted else "NULL"}{part.where}{own}
        ORDER BY {part.order} LIMIT $2""",
        section_ids,
        window.limit,
        *part.values,
        *(() if alliance_ids is None else (list(alliance_ids),)),
    )
    found: dict[int, list[TopicView]] = {section_id: [] for section_id in section_ids}
    for view in sorted(_joined_views(rows, joined), key=order_key, reverse=True):
        found[view.section_id].append(view)
    return found


async def count_deleted_topics(section_ids: Sequence[int]) -> dict[int, int]:
    """How many topics of each section are deleted; 1,001 for more than 1,000."""
    count = capped("topics WHERE section_id = $1 AND deleted_at IS NOT NULL")
    return dict(await fetch_for_each(f"SELECT CAST($1 AS INTEGER), {count} AS deleted", section_ids))


async def count_topics_of(section_ids: Sequence[int], alliance_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By section, how many living topics of these alliances lie there, and their posts; none where there are none."""
    rows = await fetch(
        """SELECT section_id, count(*), sum(post_count) FROM topics
        WHERE section_id = ANY($1) AND alliance_id = ANY($2) AND deleted_at IS NULL GROUP BY section_id""",
        list(section_ids),
        list(alliance_ids),
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


# ---- inserting ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A row to be, without posts. `address` begins its slug, which a deleted one has not; a sealed title is a token.

    `shown_title` is what of the title everybody reads and finds by its words; None for all of it.
    """

    section_id: int
    title: str
    author: Author
    created_at: datetime
    address: str
    uuid: UUID = field(default_factory=uuid4)
    last_post_at: datetime | None = None
    post_count: int = 0
    deleted_at: datetime | None = None
    revision: int = 0
    is_sealed: bool = False
    shown_title: str | None = None
    alliance_id: int | None = None

    @property
    def row(self) -> tuple[object, ...]:
        """Its values in the order of _NEW."""
        author = self.author.user_id, self.author.name, self.author.character_id
        times = self.created_at, self.last_post_at or self.created_at, self.deleted_at
        counts = self.post_count, self.revision
        titles = self.title, self.shown_title, self.alliance_id
        return self.uuid, self.section_id, *titles, *author, *times, *counts, self.is_sealed, False, False


_NEW = (
    "uuid",
    "section_id",
    "title",
    "shown_title",
    "alliance_id",
    "author_id",
    "author_name",
    "character_id",
    "created_at",
    "last_post_at",
    "deleted_at",
    "post_count",
    "revision",
    "is_sealed",
    "is_pinned",
    "is_locked",
)


async def insert_topics(new: Sequence[NewTopic]) -> list[int]:
    """Rows with their slugs; gives their numbers in order. The caller accounts for them and tells mirrors of them."""
    pks = await insert_numbered("topics", _NEW, [topic.row for topic in new])
    for pk in pks:
        note_own_row(Lock.TOPIC, pk)
    living = [(pk, topic) for pk, topic in zip(pks, new, strict=True) if topic.deleted_at is None]
    await update_rows("topics", ("id", "slug"), [(pk, topic_slug(topic.address, pk)) for pk, topic in living])
    return pks


async def insert_topic(new: NewTopic) -> int:
    (pk,) = await insert_topics([new])
    return pk
