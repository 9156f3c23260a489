"""Another writer of the format, who opens, retitles and deletes topics at a host, as docs/tokens.md lets one. Guests of
this service do so by the mother's own features. For use inside write(); asserts nothing."""

from datetime import datetime
from uuid import UUID, uuid4

from domain.hosting.cipher import Kind
from domain.hosting.mirror import Presence, Version
from domain.hosting.mirror_title import MirrorTitle, write_mirror_title
from domain.hosting.sealed_text import SealedText
from models.account.author import Author
from models.core.database import fetch
from models.forum.copy import CopyCount, count_copies, insert_sealed_topic, write_sealed_topic
from models.forum.lock import lock_mirror_section
from models.hosting.key.alliance_key import present_keys
from models.hosting.mirror.mirror import MirrorView
from models.hosting.mirror.mirror_change import enqueue_change
from models.hosting.sync.loading import load_state
from models.hosting.sync.push import seal_row
from models.hosting.sync.remote_write import create_post_at_host
from models.hosting.sync.state import SyncState


async def create_topic_at_host(mirror: MirrorView, title: str, body: str, author: Author, now: datetime) -> int:
    """Gives its number."""
    await lock_mirror_section(mirror.mirror_section_id)
    uuid, version = uuid4(), Version(0)
    text = SealedText(title, author.name, author.user_id, author.character_id, now)
    sealed = await _title(mirror, SyncState(mirror, await present_keys(mirror.mother_id)), uuid, version, text)
    pk = await insert_sealed_topic(mirror.mirror_section_id, mirror.mother_id, uuid, sealed, mirror.mother_tag, now, 0)
    await count_copies(mirror.mirror_section_id, [CopyCount(pk, 0, was_live=False)])
    await enqueue_change(mirror.pk, uuid, None, from_host=True)
    await create_post_at_host(mirror, pk, body, author, now)
    return pk


async def update_topic_at_host(mirror: MirrorView, pk: int, title: str) -> bool:
    """False where it says so already, or does not open."""
    state, uuid = await _locked(mirror, pk)
    topic = state.remote_topics[uuid]
    if topic.text is None or topic.text.text == title:
        return False
    old, version = topic.text, Version(topic.revision + 1)
    text = SealedText(title, old.signed, old.user_id, old.character_id, old.written_at)
    sealed = await _title(mirror, state, uuid, version, text)
    await write_sealed_topic(pk, sealed, mirror.mother_tag, version.revision, None)
    await enqueue_change(mirror.pk, uuid, None, from_host=True)
    return True


async def delete_topic_at_host(mirror: MirrorView, pk: int, now: datetime) -> bool:
    """Leaves a tombstone; its posts wait there for the mother. False where the topic does not open."""
    state, uuid = await _locked(mirror, pk)
    if uuid in state.refused:
        return False
    gone = Version(state.remote_topics[uuid].revision, presence=Presence.DELETED)
    sealed = await _title(mirror, state, uuid, gone, None)
    await write_sealed_topic(pk, sealed, mirror.mother_tag, gone.revision, now)
    await count_copies(mirror.mirror_section_id, [CopyCount(pk, 0)])
    await enqueue_change(mirror.pk, uuid, None, from_host=True)
    return True


async def _title(mirror: MirrorView, state: SyncState, topic: UUID, version: Version, text: SealedText | None) -> str:
    token = seal_row(state, Kind.TITLE, topic, None, version, text)
    return write_mirror_title(MirrorTitle(mirror.mother_tag, token))


async def _locked(mirror: MirrorView, pk: int) -> tuple[SyncState, UUID]:
    await lock_mirror_section(mirror.mirror_section_id)
    uuid = UUID(str((await fetch("SELECT uuid FROM topics WHERE id = $1", pk))[0][0]))
    return await load_state(mirror, await present_keys(mirror.mother_id), {uuid: []}), uuid
