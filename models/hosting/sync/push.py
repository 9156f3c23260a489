"""Steps of a synchronisation that change the host's side: tokens written, written over, and taken away.

Rows at the host say nothing in clear but the mother's tag and times.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from domain.hosting.cipher import Kind, seal_token
from domain.hosting.envelope import NONCE_BYTES, SALT_BYTES
from domain.hosting.mirror import Presence, Step, Version
from domain.hosting.mirror_title import MirrorTitle, write_mirror_title
from domain.hosting.sealed_text import SealedText, write_sealed_text
from models.account.author import Author
from models.forum.copy import (
    CopyCount,
    SealedPost,
    count_copies,
    insert_sealed_topic,
    mark_copies,
    write_sealed_posts,
    write_sealed_topic,
)
from models.forum.post import NewPost
from models.hosting.sync.state import RemoteRow, SyncState, require


def seal_row(
    state: SyncState, kind: Kind, topic: UUID, post: UUID | None, version: Version, text: SealedText | None
) -> str:
    """The token of one row: its text with whoever wrote it, or for a tombstone its state."""
    deleted = version.presence is not Presence.LIVE
    place = state.place(kind, topic, post, version.revision, deleted=deleted)
    plain = version.presence.value if text is None or deleted else write_sealed_text(text)
    salt, nonce = token_bytes(SALT_BYTES), token_bytes(NONCE_BYTES)
    return seal_token(state.keys.sealing, place, plain, salt=salt, nonce=nonce)


class Push:
    """Takes the steps of one plan; posts are written all at once by `finish`, which also counts."""

    def __init__(self, state: SyncState, now: datetime) -> None:
        self.state = state
        self._now = now
        self._new: list[NewPost] = []
        self._changed: list[SealedPost] = []
        self._dropped: list[int] = []
        # By number of a touched topic, whether it lived before, and how many of its posts came to live.
        self._was_live: dict[int, bool] = {}
        self._posts: Counter[int] = Counter()

    async def take(self, step: Step) -> None:
        if step.post is None:
            await self._take_topic(step)
        else:
            self._take_post(step, step.post)

    def _text_for(self, step: Step) -> SealedText | None:
        """The mother's text, unless the plan leaves the host its own."""
        name = step.post or step.topic
        own = self.state.local_topics.get(name) or self.state.local_posts.get(name)
        theirs = self.state.remote_topics.get(name) or self.state.remote_posts.get(name)
        if step.result is None or not step.result.digest:
            return None
        if own is not None and own.version.digest == step.result.digest:
            return own.text
        return None if theirs is None else theirs.text

    async def _take_topic(self, step: Step) -> None:
        result = require(step.result)
        mirror, theirs = self.state.mirror, self.state.remote_topics.get(step.topic)
        text = self._text_for(step)
        token = seal_row(self.state, Kind.TITLE, step.topic, None, result, text)
        title = write_mirror_title(MirrorTitle(mirror.mother_tag, token))
        is_gone, was_live = result.presence is not Presence.LIVE, theirs is not None and not theirs.is_gone
        if theirs is None:
            text = require(text)
            pk = await insert_sealed_topic(
                mirror.mirror_section_id,
                mirror.mother_id,
                step.topic,
                title,
                mirror.mother_tag,
                text.written_at,
                result.revision,
            )
            theirs = RemoteRow(pk, step.topic, step.topic, result.revision, text.written_at, is_gone)
            self.state.remote_topics[step.topic] = theirs
        else:
            gone_at = self._now if is_gone else None
            await write_sealed_topic(theirs.pk, title, mirror.mother_tag, result.revision, gone_at)
        theirs.revision, theirs.version, theirs.text, theirs.is_gone = result.revision, result, text, is_gone
        self._was_live.setdefault(theirs.pk, was_live)

    def _take_post(self, step: Step, post: UUID) -> None:
        topic, theirs = self.state.remote_topics[step.topic], self.state.remote_posts.get(post)
        self._was_live.setdefault(topic.pk, not topic.is_gone)
        is_live = step.result is not None and step.result.presence is Presence.LIVE
        self._posts[topic.pk] += is_live - (theirs is not None and not theirs.is_gone)
        if step.result is None:
            self._dropped.append(require(theirs).pk)
            del self.state.remote_posts[post]
            return
        text = self._text_for(step)
        token = seal_row(self.state, Kind.BODY, step.topic, post, step.result, text)
        gone_at = None if step.result.presence is Presence.LIVE else self._now
        edited_at = None if text is None or text.edit is None else text.edit.at
        if theirs is None:
            written = self._now if text is None else text.written_at
            tag = self.state.mirror.mother_tag
            new = NewPost(topic.pk, token, Author(None, tag), written, post, deleted_at=gone_at, is_sealed=True)
            self._new.append(replace(new, revision=step.result.revision))
        else:
            self._changed.append(SealedPost(theirs.pk, token, step.result.revision, edited_at, gone_at))

    async def finish(self) -> None:
        await write_sealed_posts(self._new, self._changed, self._dropped)
        await self._copy_marks()
        if self._was_live:
            counts = [CopyCount(pk, self._posts[pk], was_live) for pk, was_live in self._was_live.items()]
            await count_copies(self.state.mirror.mirror_section_id, counts)

    async def _copy_marks(self) -> None:
        """Pins and locks are no secret: the forum shows them, and the host's copy has the same."""
        rows = [
            (theirs.pk, own.is_pinned, own.is_locked)
            for uuid, own in self.state.local_topics.items()
            if (theirs := self.state.remote_topics.get(uuid)) is not None
            and uuid not in self.state.refused
            and (own.is_pinned, own.is_locked) != (theirs.is_pinned, theirs.is_locked)
        ]
        await mark_copies(rows)
