"""Both sides of some topics of a mirror as they lie in the database, the host's side opened where it can be."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from domain.hosting.cipher import Kind, Place, open_token
from domain.hosting.envelope import SealFault
from domain.hosting.mirror import PostVersion, Presence, Step, Summary, Version
from domain.hosting.mirror_title import read_mirror_title
from domain.hosting.sealed_text import Edit, SealedText, read_sealed_text
from models.core.database import fetch
from models.hosting.alliance_key import Keys
from models.hosting.mirror import MirrorFault, MirrorView, marks_of, save_faults, set_marks
from models.hosting.sync_row import OWN_POST_ROWS, POST_ROWS, TOPIC_ROWS, OwnPostRow

Found = TypeVar("Found")
MOST_FAULTS = 100
"""Kept of one mirror: enough to see what happened."""


@dataclass(slots=True)
class OwnRow:
    """A topic or post of the mother. `section_id` and the flags are a topic's, `topic_pk` a post's."""

    pk: int
    uuid: UUID
    topic: UUID
    version: Version
    text: SealedText
    section_id: int = 0
    topic_pk: int = 0
    is_pinned: bool = False
    is_locked: bool = False


@dataclass(slots=True)
class HostRow:
    """A topic or post of the mirror. `version` and `text` are there if its token opened and it is no tombstone."""

    pk: int
    uuid: UUID
    topic: UUID
    revision: int
    created_at: datetime
    is_gone: bool
    version: Version | None = None
    text: SealedText | None = None
    topic_pk: int = 0
    is_pinned: bool = False
    is_locked: bool = False


@dataclass(slots=True)
class Sides:
    """What `load_sides` found, followed by `moved` as steps are taken."""

    mirror: MirrorView
    keys: Keys
    own_topics: dict[UUID, OwnRow] = field(default_factory=dict)
    own_posts: dict[UUID, OwnRow] = field(default_factory=dict)
    host_topics: dict[UUID, HostRow] = field(default_factory=dict)
    host_posts: dict[UUID, HostRow] = field(default_factory=dict)
    refused: dict[UUID, MirrorFault] = field(default_factory=dict)
    marks: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    seen: dict[UUID, int] = field(default_factory=dict)

    def place(self, kind: Kind, topic: UUID, post: UUID | None, revision: int, *, deleted: bool) -> Place:
        mirror = self.mirror
        return Place(kind, mirror.hosting, mirror.mother_tag, mirror.host_tag, topic, post, revision, deleted)

    def summaries(self, returns: Collection[UUID]) -> tuple[Summary, Summary]:
        """For the plan. What the mother brought back counts as withdrawn, not as deleted, at the host."""
        internal = Summary(
            {uuid: row.version for uuid, row in self.own_topics.items()},
            {uuid: PostVersion(row.topic, row.version) for uuid, row in self.own_posts.items()},
        )
        host = {
            uuid: _returned(row.version) if uuid in returns else row.version
            for rows in (self.host_topics, self.host_posts)
            for uuid, row in rows.items()
            if row.version is not None
        }
        mirror = Summary(
            {uuid: host[uuid] for uuid in self.host_topics if uuid in host},
            {uuid: PostVersion(row.topic, host[uuid]) for uuid, row in self.host_posts.items() if uuid in host},
            frozenset(self.refused),
        )
        return internal, mirror

    def moved(self, step: Step) -> None:
        """Notes the revision that the host's row has after a step."""
        name = step.post or step.topic
        version = step.result if step.target.value == "mirror" else step.there
        if version is not None:
            self.seen[name] = max(version.revision, self.seen.get(name, 0))


def known(value: Found | None) -> Found:
    """What the plan promises to be there; LookupError, which undoes the write, if it is not."""
    if value is None:
        raise LookupError("a step that was not planned from these sides")
    return value


def _returned(version: Version) -> Version:
    return replace(version, presence=Presence.WITHDRAWN) if version.presence is Presence.DELETED else version


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


# ---- reading ------------------------------------------------------------------------


async def load_sides(mirror: MirrorView, keys: Keys, topics: Mapping[UUID, Collection[UUID] | None]) -> Sides:
    """These topics on both sides, with the posts that are named, or all of them."""
    sides = Sides(mirror, keys)
    await _load_own_topics(sides, list(topics))
    await _load_host_topics(sides, list(topics))
    whole = [topic for topic, posts in topics.items() if posts is None]
    some = [post for posts in topics.values() for post in posts or ()]
    if whole:
        await _load_posts(sides, whole, None)
    if some:
        await _load_posts(sides, [topic for topic in topics if topic not in whole], some)
    names = [*sides.host_topics, *sides.host_posts, *sides.own_topics, *sides.own_posts]
    sides.marks = await marks_of(mirror.pk, names)
    for topic in sides.host_topics.values():
        _check(sides, topic)
    for post in sides.host_posts.values():
        _check(sides, post)
    return sides


async def _load_own_topics(sides: Sides, topics: Sequence[UUID]) -> None:
    sql = f"{TOPIC_ROWS.select} WHERE t.uuid = ANY($1) AND t.is_sealed = $2 ORDER BY t.created_at, t.id"
    for row in TOPIC_ROWS.read(await fetch(sql, topics, False)):
        presence = Presence.LIVE if row.section_id == sides.mirror.section_id else Presence.WITHDRAWN
        presence = Presence.DELETED if row.is_gone else presence
        text = SealedText(row.title, row.author_name, row.author_id, row.character_id, row.created_at)
        version = _version(row.revision, row.title, presence)
        own = OwnRow(row.pk, row.uuid, row.uuid, version, text, row.section_id)
        own.is_pinned, own.is_locked = row.is_pinned, row.is_locked
        sides.own_topics[row.uuid] = own


def _version(revision: int, text: str, presence: Presence) -> Version:
    # The text of a deleted row is nobody's concern: the same nothing on both sides.
    return Version(revision, b"" if presence is Presence.DELETED else digest(text), presence)


async def _load_host_topics(sides: Sides, topics: Sequence[UUID]) -> None:
    sql = f"{TOPIC_ROWS.select} WHERE t.section_id = $1 AND t.uuid = ANY($2) ORDER BY t.created_at, t.id"
    for row in TOPIC_ROWS.read(await fetch(sql, sides.mirror.mirror_section_id, topics)):
        found = HostRow(row.pk, row.uuid, row.uuid, row.revision, row.created_at, row.is_gone)
        found.is_pinned, found.is_locked = row.is_pinned, row.is_locked
        sides.host_topics[row.uuid] = found
        read = read_mirror_title(row.title)
        if read is None or read.tag != sides.mirror.mother_tag:
            fault = SealFault.NON_CANONICAL if read is None else SealFault.SWAPPED
            sides.refused[row.uuid] = MirrorFault(row.uuid, None, fault.value)
        else:
            _open(sides, found, Kind.TITLE, None, read.token)


async def _load_posts(sides: Sides, topics: Sequence[UUID], posts: Sequence[UUID] | None) -> None:
    named = "" if posts is None else " AND p.uuid = ANY($2)"
    values = () if posts is None else (list(posts),)
    own = {sides.own_topics[topic].pk: topic for topic in topics if topic in sides.own_topics}
    host = {sides.host_topics[topic].pk: topic for topic in topics if topic in sides.host_topics}
    where = f"WHERE p.topic_id = ANY($1){named} ORDER BY p.created_at, p.id"
    for text in OWN_POST_ROWS.read(await fetch(f"{OWN_POST_ROWS.select} {where}", list(own), *values)):
        _add_own_post(sides, own[text.topic_id], text)
    for row in POST_ROWS.read(await fetch(f"{POST_ROWS.select} {where}", list(host), *values)):
        topic = host[row.topic_id]
        found = HostRow(row.pk, row.uuid, topic, row.revision, row.created_at, row.is_gone, topic_pk=row.topic_id)
        sides.host_posts[row.uuid] = found
        _open(sides, found, Kind.BODY, row.uuid, row.body)


def _add_own_post(sides: Sides, topic: UUID, row: OwnPostRow) -> None:
    edit = None
    if row.edited_at is not None:
        edit = Edit(row.editor_name or row.author_name, row.editor_id, row.edited_at)
    presence = Presence.DELETED if row.is_gone else Presence.LIVE
    text = SealedText(row.body, row.author_name, row.author_id, row.character_id, row.created_at, edit)
    version = _version(row.revision, row.body, presence)
    sides.own_posts[row.uuid] = OwnRow(row.pk, row.uuid, topic, version, text, topic_pk=row.topic_id)


def _open(sides: Sides, row: HostRow, kind: Kind, post: UUID | None, token: str) -> None:
    place = sides.place(kind, row.topic, post, row.revision, deleted=row.is_gone)
    opened = open_token(token, sides.keys.ring, place)
    fault = opened if isinstance(opened, SealFault) else None
    if isinstance(opened, str) and row.is_gone:
        if opened in (Presence.WITHDRAWN.value, Presence.DELETED.value):
            row.version = Version(row.revision, b"", Presence(opened))
        else:
            fault = SealFault.NON_CANONICAL
    elif isinstance(opened, str):
        row.text = read_sealed_text(opened)
        if row.text is None:
            fault = SealFault.NON_CANONICAL
        else:
            row.version = Version(row.revision, digest(row.text.text))
    if fault is not None:
        sides.refused[row.uuid] = MirrorFault(row.topic, post, fault.value)


def _check(sides: Sides, row: HostRow) -> None:
    """An older revision than the mother has seen there already is a replay."""
    mark = sides.marks.get(row.uuid)
    if mark is not None and row.revision < mark[1] and row.uuid not in sides.refused:
        post = None if row.uuid == row.topic else row.uuid
        sides.refused[row.uuid] = MirrorFault(row.topic, post, SealFault.REPLAYED.value)
    if row.uuid not in sides.refused:
        sides.seen[row.uuid] = row.revision


# ---- writing ------------------------------------------------------------------------


async def remember(sides: Sides, unfinished: Collection[UUID]) -> None:
    """Keeps how far the host's rows have been seen, and what of them is refused."""
    await set_marks(sides.mirror.pk, sides.marks, sides.seen)
    looked_at = sides.host_topics.keys() | sides.host_posts.keys() | sides.own_topics.keys() | sides.own_posts.keys()
    kept = [one for one in sides.mirror.faults if (one.post or one.topic) not in looked_at or one.topic in unfinished]
    new = [one for one in sides.refused.values() if one not in kept]
    await save_faults(sides.mirror, [*kept, *new][:MOST_FAULTS])
