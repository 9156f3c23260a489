"""What hosted members write at their host: sealed into the mirror, and queued for the mother to pull.

Each write begins where `sync.settle_topic` ended: under the topic's locks, with nothing waiting that another copy has.
Nothing of the mother's own side is changed here but how far she has seen the host's. Topics are opened, titled and
deleted by the mother's own features alone, which guests use as all members do.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from datetime import datetime
from uuid import UUID, uuid4

from domain.core.refusal import Code, Refusal
from domain.hosting.cipher import Kind
from domain.hosting.mirror import Presence, Version
from domain.hosting.sealed_text import Edit, SealedText
from models.account.author import Author
from models.core.database import fetch
from models.forum.copy import (
    CopyCount,
    count_copies,
    delete_sealed_post,
    edit_sealed_post,
    insert_sealed_post,
)
from models.forum.lock import lock_mirror_section
from models.forum.post_revision import keep_token
from models.hosting.key.alliance_key import present_keys
from models.hosting.mirror.mirror import MirrorView
from models.hosting.mirror.mirror_change import enqueue_change
from models.hosting.mirror.mirror_mark import set_marks
from models.hosting.sync.loading import load_state
from models.hosting.sync.push import seal_row
from models.hosting.sync.state import RemoteRow, SyncState, require
from models.live.event import EventKind, publish


async def create_post_at_host(mirror: MirrorView, topic_id: int, body: str, author: Author, now: datetime) -> int:
    """A new post in a mirrored topic; gives its number. For use inside write()."""
    state, topic, _ = await _locked(mirror, topic_id, None)
    return await _insert_post(state, topic.pk, topic.uuid, body, author, now)


async def _insert_post(state: SyncState, topic_id: int, topic: UUID, body: str, author: Author, now: datetime) -> int:
    uuid = uuid4()
    text = SealedText(body, author.name, author.user_id, author.character_id, now)
    token = seal_row(state, Kind.BODY, topic, uuid, Version(0), text)
    pk = await insert_sealed_post(topic_id, uuid, token, state.mirror.mother_tag, now)
    await count_copies(state.mirror.mirror_section_id, [CopyCount(topic_id, +1)])
    await enqueue_change(state.mirror.pk, topic, uuid, from_host=True)
    publish(EventKind.POST, pk, topic_id)
    return pk


async def update_post_at_host(
    mirror: MirrorView, topic_id: int, post_id: int, body: str, editor: Author, now: datetime
) -> bool:
    """A new text; the token before it is kept until the mother has it. False, and nothing changed, for the same."""
    state, topic, found = await _locked(mirror, topic_id, post_id)
    post = require(found)
    if post.text is None or post.text.text == body:
        return False
    await _keep(mirror, post, now)
    old = post.text
    text = SealedText(
        body, old.signed, old.user_id, old.character_id, old.written_at, Edit(editor.name, editor.user_id, now)
    )
    token = seal_row(state, Kind.BODY, topic.uuid, post.uuid, Version(post.revision + 1), text)
    await edit_sealed_post(post.pk, token, post.revision + 1, now)
    await _mark(state, post, post.revision + 1)
    await enqueue_change(mirror.pk, topic.uuid, post.uuid, from_host=True)
    return True


async def delete_post_at_host(mirror: MirrorView, topic_id: int, post_id: int, now: datetime) -> None:
    """Leaves a tombstone in the post's place, and its last text for the mother, who may never have seen it."""
    state, topic, found = await _locked(mirror, topic_id, post_id)
    post = require(found)
    await _keep(mirror, post, now)
    gone = Version(post.revision + 1, presence=Presence.DELETED)
    token = seal_row(state, Kind.BODY, topic.uuid, post.uuid, gone, None)
    await delete_sealed_post(post.pk, token, gone.revision, now)
    await _mark(state, post, gone.revision)
    await count_copies(mirror.mirror_section_id, [CopyCount(topic.pk, -1)])
    await enqueue_change(mirror.pk, topic.uuid, post.uuid, from_host=True)


async def _mark(state: SyncState, post: RemoteRow, revision: int) -> None:
    """What was acknowledged here was seen: an older token in its place is a replay, even before the mother pulls."""
    await set_marks(state.mirror.pk, state.marks, {post.uuid: revision})


async def _keep(mirror: MirrorView, post: RemoteRow, now: datetime) -> None:
    rows = await fetch("SELECT body FROM posts WHERE id = $1", post.pk)
    await keep_token(post.pk, post.revision, rows[0][0], mirror.mother_tag, now)


async def _locked(
    mirror: MirrorView, topic_id: int, post_id: int | None
) -> tuple[SyncState, RemoteRow, RemoteRow | None]:
    """A living topic and post of the mirror, opened, under the lock of its section; refused where they do not open."""
    await lock_mirror_section(mirror.mirror_section_id)
    keys = await present_keys(mirror.mother_id)
    rows = await fetch("SELECT uuid FROM topics WHERE id = $1", topic_id)
    name = UUID(str(rows[0][0]))
    posts = []
    if post_id is not None:
        found = await fetch("SELECT uuid FROM posts WHERE id = $1", post_id)
        posts = [UUID(str(found[0][0]))]
    state = await load_state(mirror, keys, {name: posts})
    topic = state.remote_topics.get(name)
    post = state.remote_posts.get(posts[0]) if posts else None
    readable = topic is not None and topic.text is not None and (post_id is None or (post and post.text is not None))
    if topic is None or not readable or state.refused:
        raise Refusal(Code.CONFLICT, "sealed_row")
    return state, topic, post
