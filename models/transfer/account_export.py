"""Everything that is an account's own, read page by page for its owner: a page in memory, however much there is.

Titles and notifications of what the owner may not see now are left out; what they wrote themselves is theirs wherever
it lies.

Tested in tests/pages/test_account_export.py.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from models.core.database import fetch
from models.core.row import Rows, column
from models.live.notification import FIRST_POST, HAPPENED_AT, NEW_PLACE, NEW_TITLE, NOTIFICATIONS_OF, SHOWN

PAGE = 500


@dataclass(frozen=True, slots=True)
class OwnProfile:
    number: int = field(metadata=column("id"))
    username: str
    email: str
    role: str = field(metadata=column("r.name"))
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnCharacter:
    number: int = field(metadata=column("id"))
    name: str
    is_alive: bool
    state: str
    faction: str | None = field(metadata=column("f.name"))
    clan: str | None = field(metadata=column("cl.name"))
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnTopic:
    number: int = field(metadata=column("id"))
    title: str = field(metadata=column("COALESCE(t.shown_title, t.title)"))
    author_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnPost:
    number: int = field(metadata=column("id"))
    topic_number: int = field(metadata=column("topic_id"))
    author_name: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnReaction:
    number: int = field(metadata=column("id"))
    post_number: int = field(metadata=column("post_id"))
    kind: str


@dataclass(frozen=True, slots=True)
class OwnSession:
    number: UUID = field(metadata=column("id"))
    created_at: datetime
    revoked_at: datetime | None
    place: str
    device: str


def _without_author(details: str) -> str:
    """Whoever wrote the first of the posts that a notification is of may have deleted it."""
    kept: dict[str, object] = json.loads(details)
    return json.dumps({name: value for name, value in kept.items() if name != "author"})


@dataclass(frozen=True, slots=True)
class OwnNotification:
    number: int = field(metadata=column("id"))
    kind: str
    message: str
    details: str = field(metadata=column(read=_without_author))
    author: str | None = field(metadata=column(f"(SELECT q.author_name {FIRST_POST})"))
    new_topic: str | None = field(metadata=column(NEW_TITLE))
    section: str | None = field(metadata=column(NEW_PLACE))
    created_at: datetime = field(metadata=column(HAPPENED_AT))
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnTopicAttention:
    number: int = field(metadata=column("id"))
    topic_number: int = field(metadata=column("topic_id"))
    title: str = field(metadata=column("COALESCE(t.shown_title, t.title)"))
    attention: str


@dataclass(frozen=True, slots=True)
class OwnSectionAttention:
    number: int = field(metadata=column("id"))
    section: str = field(metadata=column("s.name"))
    attention: str


@dataclass(frozen=True, slots=True)
class OwnMembership:
    number: int = field(metadata=column("id"))
    alliance: str = field(metadata=column("a.tag"))
    pseudo: str
    rank: str | None
    tdc: int
    can_administer: bool
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnClaim:
    number: int = field(metadata=column("id"))
    alliance: str = field(metadata=column("a.tag"))
    pseudo: str = field(metadata=column("m.pseudo"))
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A list of the export: how a row is read, and which are the account's ($1), of sections that it sees ($2)."""

    name: str
    rows: Rows[Any]
    own: str


PARTS = (
    Part("profile", Rows(OwnProfile, "users u JOIN roles r ON r.id = u.role_id"), "u.id = $1"),
    Part(
        "characters",
        Rows(
            OwnCharacter,
            "characters c LEFT JOIN factions f ON f.id = c.faction_id LEFT JOIN clans cl ON cl.id = c.clan_id",
        ),
        "c.user_id = $1",
    ),
    Part("topics", Rows(OwnTopic, "topics t"), "t.author_id = $1 AND t.deleted_at IS NULL AND t.section_id = ANY($2)"),
    Part("posts", Rows(OwnPost, "posts p"), "p.author_id = $1"),
    Part("reactions", Rows(OwnReaction, "reactions r"), "r.user_id = $1"),
    Part("sessions", Rows(OwnSession, "sessions s"), "s.user_id = $1"),
    Part(
        "notifications",
        Rows(OwnNotification, NOTIFICATIONS_OF),
        SHOWN,
    ),
    Part(
        "topic_attentions",
        Rows(OwnTopicAttention, "participants p JOIN topics t ON t.id = p.topic_id"),
        "p.user_id = $1 AND p.attention <> 'NORMAL' AND t.deleted_at IS NULL AND t.section_id = ANY($2)",
    ),
    Part(
        "section_attentions",
        Rows(OwnSectionAttention, "section_attentions a JOIN sections s ON s.id = a.section_id"),
        "a.user_id = $1 AND s.deleted_at IS NULL AND s.id = ANY($2)",
    ),
    Part("memberships", Rows(OwnMembership, "members m JOIN alliances a ON a.id = m.alliance_id"), "m.user_id = $1"),
    Part(
        "claims",
        Rows(
            OwnClaim,
            "member_claims k JOIN members m ON m.id = k.member_id JOIN alliances a ON a.id = m.alliance_id",
        ),
        "k.user_id = $1",
    ),
)


async def own_rows(part: Part, user_id: int, section_ids: Sequence[int]) -> AsyncIterator[Sequence[Any]]:
    """The rows of one part, a page at a time; no connection is held in between."""
    key = part.rows.declared[0].sql
    after: Any = UUID(int=0) if part.name == "sessions" else 0
    values: list[Any] = [user_id, list(section_ids)] if "$2" in part.own else [user_id]
    sql = f"{part.rows.select} WHERE {part.own} AND {key} > ${len(values) + 1} ORDER BY {key} LIMIT {PAGE}"
    while page := part.rows.read(await fetch(sql, *values, after)):
        yield page
        after = page[-1].number
