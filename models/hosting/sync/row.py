"""Topics and posts as they lie in the database, on the mother's side and the host's: what is read to compare them.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from models.core.row import Rows, column


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic of either side as it lies there."""

    pk: int = field(metadata=column("id"))
    uuid: UUID
    section_id: int
    title: str
    author_name: str
    author_id: int | None
    character_id: int | None
    created_at: datetime
    is_gone: bool = field(metadata=column("t.deleted_at IS NOT NULL"))
    revision: int
    is_pinned: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of either side, as far as the host's is read."""

    pk: int = field(metadata=column("id"))
    uuid: UUID
    topic_id: int
    body: str
    revision: int
    created_at: datetime
    is_gone: bool = field(metadata=column("p.deleted_at IS NOT NULL"))


_EDIT = "(SELECT r.{} FROM post_revisions r WHERE r.post_id = p.id ORDER BY r.number DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class OwnPostRow(PostRow):
    """A post of the mother, with whoever edited it last."""

    author_name: str
    author_id: int | None
    character_id: int | None
    edited_at: datetime | None
    editor_name: str | None = field(metadata=column(_EDIT.format("editor_name")))
    editor_id: int | None = field(metadata=column(_EDIT.format("editor_id")))


TOPIC_ROWS = Rows(TopicRow, "topics t")
POST_ROWS = Rows(PostRow, "posts p")
OWN_POST_ROWS = Rows(OwnPostRow, "posts p")
