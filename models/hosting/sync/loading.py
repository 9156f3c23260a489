"""Reading both sides of some topics of a mirror as they lie in the database, the host's opened where it can be.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.hosting.cipher import Kind, open_token
from domain.hosting.envelope import SealFault
from domain.hosting.mirror import Presence, Version
from domain.hosting.mirror_title import read_mirror_title
from domain.hosting.sealed_text import Edit, SealedText, read_sealed_text
from models.core.database import fetch
from models.hosting.key.alliance_key import Keys
from models.hosting.mirror.mirror import MirrorFault, MirrorView
from models.hosting.mirror.mirror_mark import marks_of
from models.hosting.sync.row import OWN_POST_ROWS, POST_ROWS, TOPIC_ROWS, OwnPostRow
from models.hosting.sync.state import LocalRow, RemoteRow, SyncState


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


async def load_state(mirror: MirrorView, keys: Keys, topics: Mapping[UUID, Collection[UUID] | None]) -> SyncState:
    """These topics on both sides, with the posts that are named, or all of them."""
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
    # The text of a deleted row is nobody's concern: the same nothing on both sides.
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
