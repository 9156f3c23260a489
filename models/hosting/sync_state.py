"""Both state of some topics of a mirror as they lie in the database, the host's side opened where it can be.

Tested in tests/models/hosting/test_hosting_machine.py.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from domain.hosting.cipher import AssociatedData, Kind, open_token
from domain.hosting.envelope import SealFault
from domain.hosting.mirror import PostVersion, Presence, Side, Step, Summary, Version, plan_synchronisation
from domain.hosting.mirror_title import read_mirror_title
from domain.hosting.sealed_text import Edit, SealedText, read_sealed_text
from models.core.database import fetch
from models.hosting.key.alliance_key import Keys
from models.hosting.mirror import MirrorFault, MirrorView, marks_of, save_faults, set_marks
from models.hosting.sync_row import OWN_POST_ROWS, POST_ROWS, TOPIC_ROWS, OwnPostRow

Found = TypeVar("Found")
MOST_FAULTS = 100
"""Kept of one mirror: enough to see what happened."""


@dataclass(slots=True)
class LocalRow:
    """A topic or post of the mother. `section_id` and the flags are a topic's, `topic_pk` a post's.

    `version` follows the steps that are taken; `revision` is what it was before.
    """

    pk: int
    uuid: UUID
    topic: UUID
    version: Version
    text: SealedText
    section_id: int = 0
    revision: int = 0
    topic_pk: int = 0
    is_pinned: bool = False
    is_locked: bool = False


@dataclass(slots=True)
class RemoteRow:
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
class SyncState:
    """What `load_state` found of the topics and posts that were wanted, followed by `moved` as steps are taken.

    `refused` are the rows that stand where they belong and did not open.
    """

    mirror: MirrorView
    keys: Keys
    wanted: Mapping[UUID, Collection[UUID] | None] = field(default_factory=dict)
    local_topics: dict[UUID, LocalRow] = field(default_factory=dict)
    local_posts: dict[UUID, LocalRow] = field(default_factory=dict)
    remote_topics: dict[UUID, RemoteRow] = field(default_factory=dict)
    remote_posts: dict[UUID, RemoteRow] = field(default_factory=dict)
    refused: set[UUID] = field(default_factory=set)
    faults: list[MirrorFault] = field(default_factory=list)
    marks: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    seen: dict[UUID, int] = field(default_factory=dict)

    def place(self, kind: Kind, topic: UUID, post: UUID | None, revision: int, *, deleted: bool) -> AssociatedData:
        mirror = self.mirror
        return AssociatedData(kind, mirror.hosting, mirror.mother_tag, mirror.host_tag, topic, post, revision, deleted)

    def refuse(self, row: "RemoteRow", fault: SealFault) -> None:
        self.refused.add(row.uuid)
        self.faults.append(MirrorFault(row.topic, None if row.uuid == row.topic else row.uuid, fault.value))

    def plan(self, returns: Collection[UUID]) -> list[Step]:
        """What is to be done, by what the mother brought back."""
        return [*self._withdrawals(returns), *plan_synchronisation(*self._summaries(returns))]

    def _withdrawals(self, returns: Collection[UUID]) -> Iterator[Step]:
        """Of a topic that is back outside of the shared sections the tombstone is to say so, or it deletes it again."""
        for topic in returns:
            own, theirs = self.local_topics.get(topic), self.remote_topics.get(topic)
            if own is None or theirs is None or theirs.version is None or topic in self.refused:
                continue
            if (own.version.presence, theirs.version.presence) == (Presence.WITHDRAWN, Presence.DELETED):
                withdrawn = Version(theirs.version.revision + 1, presence=Presence.WITHDRAWN)
                yield Step(Side.MIRROR, topic, None, theirs.version, own.version, withdrawn)

    def _summaries(self, returns: Collection[UUID]) -> tuple[Summary, Summary]:
        """What the mother brought back counts as withdrawn, not as deleted, at the host."""
        internal = Summary(
            {uuid: row.version for uuid, row in self.local_topics.items()},
            {uuid: PostVersion(row.topic, row.version) for uuid, row in self.local_posts.items()},
        )
        host = {
            uuid: _returned(row.version) if uuid in returns else row.version
            for rows in (self.remote_topics, self.remote_posts)
            for uuid, row in rows.items()
            if row.version is not None
        }
        mirror = Summary(
            {uuid: host[uuid] for uuid in self.remote_topics if uuid in host},
            {uuid: PostVersion(row.topic, host[uuid]) for uuid, row in self.remote_posts.items() if uuid in host},
            frozenset(self.refused),
        )
        return internal, mirror

    def moved(self, step: Step) -> None:
        """Notes the revision that the host's row has after a step."""
        name = step.post or step.topic
        version = step.result if step.target.value == "mirror" else step.there
        if version is not None:
            self.seen[name] = max(version.revision, self.seen.get(name, 0))


def require(value: Found | None) -> Found:
    """What the plan promises to be there; LookupError, which undoes the write, if it is not."""
    if value is None:
        raise LookupError("a step that was not planned from these state")
    return value


def _returned(version: Version) -> Version:
    return replace(version, presence=Presence.WITHDRAWN) if version.presence is Presence.DELETED else version


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


# ---- reading ------------------------------------------------------------------------


async def load_state(mirror: MirrorView, keys: Keys, topics: Mapping[UUID, Collection[UUID] | None]) -> SyncState:
    """These topics on both state, with the posts that are named, or all of them."""
    state = SyncState(mirror, keys, topics)
    await _load_own_topics(state, list(topics))
    await _load_host_topics(state, list(topics))
    whole = [topic for topic, posts in topics.items() if posts is None]
    some = [post for posts in topics.values() for post in posts or ()]
    parts = [topic for topic in topics if topic not in whole]
    for load in (_load_own_posts, _load_host_posts):  # Where a post belongs is known before the host's are read.
        if whole:
            await load(state, whole, None)
        if some:
            await load(state, parts, some)
    names = [*state.remote_topics, *state.remote_posts, *state.local_topics, *state.local_posts]
    state.marks = await marks_of(mirror.pk, names)
    for topic in state.remote_topics.values():
        _check(state, topic)
    for post in state.remote_posts.values():
        _check(state, post)
    return state


async def _load_own_topics(state: SyncState, topics: Sequence[UUID]) -> None:
    sql = f"{TOPIC_ROWS.select} WHERE t.uuid = ANY($1) AND t.is_sealed = $2 ORDER BY t.created_at, t.id"
    for row in TOPIC_ROWS.read(await fetch(sql, topics, False)):
        presence = Presence.LIVE if row.section_id == state.mirror.section_id else Presence.WITHDRAWN
        presence = Presence.DELETED if row.is_gone else presence
        text = SealedText(row.title, row.author_name, row.author_id, row.character_id, row.created_at)
        version = _version(row.revision, row.title, presence)
        own = LocalRow(row.pk, row.uuid, row.uuid, version, text, row.section_id, row.revision)
        own.is_pinned, own.is_locked = row.is_pinned, row.is_locked
        state.local_topics[row.uuid] = own


def _version(revision: int, text: str, presence: Presence) -> Version:
    # The text of a deleted row is nobody's concern: the same nothing on both state.
    return Version(revision, b"" if presence is Presence.DELETED else digest(text), presence)


async def _load_host_topics(state: SyncState, topics: Sequence[UUID]) -> None:
    sql = f"{TOPIC_ROWS.select} WHERE t.section_id = $1 AND t.uuid = ANY($2) ORDER BY t.created_at, t.id"
    for row in TOPIC_ROWS.read(await fetch(sql, state.mirror.mirror_section_id, topics)):
        found = RemoteRow(row.pk, row.uuid, row.uuid, row.revision, row.created_at, row.is_gone)
        found.is_pinned, found.is_locked = row.is_pinned, row.is_locked
        state.remote_topics[row.uuid] = found
        read = read_mirror_title(row.title)
        if read is None or read.tag != state.mirror.mother_tag:
            state.refuse(found, SealFault.NON_CANONICAL if read is None else SealFault.SWAPPED)
        else:
            _open(state, found, Kind.TITLE, None, read.token)


def _of_posts(topics: Collection[int], posts: Sequence[UUID] | None) -> tuple[str, tuple[object, ...]]:
    named = "" if posts is None else " AND p.uuid = ANY($2)"
    values = (list(topics),) if posts is None else (list(topics), list(posts))
    return f"WHERE p.topic_id = ANY($1){named} ORDER BY p.created_at, p.id", values


async def _load_own_posts(state: SyncState, topics: Sequence[UUID], posts: Sequence[UUID] | None) -> None:
    own = {state.local_topics[topic].pk: topic for topic in topics if topic in state.local_topics}
    where, values = _of_posts(own, posts)
    for row in OWN_POST_ROWS.read(await fetch(f"{OWN_POST_ROWS.select} {where}", *values)):
        _add_own_post(state, own[row.topic_id], row)


async def _load_host_posts(state: SyncState, topics: Sequence[UUID], posts: Sequence[UUID] | None) -> None:
    host = {state.remote_topics[topic].pk: topic for topic in topics if topic in state.remote_topics}
    where, values = _of_posts(host, posts)
    for row in POST_ROWS.read(await fetch(f"{POST_ROWS.select} {where}", *values)):
        topic = host[row.topic_id]
        found = RemoteRow(row.pk, row.uuid, topic, row.revision, row.created_at, row.is_gone, topic_pk=row.topic_id)
        own = state.local_posts.get(row.uuid)
        if own is not None and own.topic != topic:
            # The host moved or copied it here: told, and nothing to where it belongs.
            state.faults.append(MirrorFault(topic, row.uuid, SealFault.SWAPPED.value))
            continue
        state.remote_posts[row.uuid] = found
        _open(state, found, Kind.BODY, row.uuid, row.body)


def _add_own_post(state: SyncState, topic: UUID, row: OwnPostRow) -> None:
    edit = None
    if row.edited_at is not None:
        edit = Edit(row.editor_name or row.author_name, row.editor_id, row.edited_at)
    presence = Presence.DELETED if row.is_gone else Presence.LIVE
    text = SealedText(row.body, row.author_name, row.author_id, row.character_id, row.created_at, edit)
    version = _version(row.revision, row.body, presence)
    state.local_posts[row.uuid] = LocalRow(
        row.pk, row.uuid, topic, version, text, revision=row.revision, topic_pk=row.topic_id
    )


def _open(state: SyncState, row: RemoteRow, kind: Kind, post: UUID | None, token: str) -> None:
    place = state.place(kind, row.topic, post, row.revision, deleted=row.is_gone)
    opened = open_token(token, state.keys.ring, place)
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
        state.refuse(row, fault)


def _check(state: SyncState, row: RemoteRow) -> None:
    """An older revision than the mother has seen there already is a replay."""
    mark = state.marks.get(row.uuid)
    if mark is not None and row.revision < mark[1] and row.uuid not in state.refused:
        state.refuse(row, SealFault.REPLAYED)
    if row.uuid not in state.refused:
        state.seen[row.uuid] = row.revision


# ---- writing ------------------------------------------------------------------------


async def save_state(state: SyncState, unfinished: Collection[UUID]) -> None:
    """Keeps how far the host's rows have been seen, and what of them is refused."""
    await set_marks(state.mirror.pk, state.marks, state.seen)
    kept = [one for one in state.mirror.faults if one.topic in unfinished or not _was_looked_at(state, one)]
    new = [one for one in state.faults if one not in kept]
    await save_faults(state.mirror, [*kept, *new][:MOST_FAULTS])


def _was_looked_at(state: SyncState, fault: MirrorFault) -> bool:
    """By topic and post: a row that was moved away may be a fault where it stands and none where it belongs."""
    if fault.topic not in state.wanted:
        return False
    posts = state.wanted[fault.topic]
    return posts is None or fault.post is None or fault.post in posts
