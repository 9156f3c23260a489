"""Steps of a synchronisation that change the host's side: tokens written, written over, and taken away.

Rows at the host say nothing in clear but the mother's tag and times.
"""

from secrets import token_bytes
from uuid import UUID

from domain.core.slug import slug
from domain.hosting.cipher import Kind, seal_token
from domain.hosting.envelope import NONCE_BYTES, SALT_BYTES
from domain.hosting.mirror import Presence, Step, Version
from domain.hosting.mirror_title import MirrorTitle, write_mirror_title
from domain.hosting.sealed_text import SealedText, write_sealed_text
from models.core.bulk import insert_rows, update_rows
from models.core.database import execute, utc_now
from models.hosting.encrypted_row import insert_sealed_topic
from models.hosting.sync_state import HostRow, Sides, known

_NEW_POST = ("uuid", "topic_id", "body", "author_name", "created_at", "deleted_at", "revision", "is_sealed")
_CHANGED_POST = ("id", "body", "revision", "edited_at", "deleted_at")


def sealed_place(
    sides: Sides, kind: Kind, topic: UUID, post: UUID | None, version: Version, text: SealedText | None
) -> str:
    """The token of one row: its text with whoever wrote it, or for a tombstone its state."""
    deleted = version.presence is not Presence.LIVE
    place = sides.place(kind, topic, post, version.revision, deleted=deleted)
    plain = version.presence.value if text is None or deleted else write_sealed_text(text)
    salt, nonce = token_bytes(SALT_BYTES), token_bytes(NONCE_BYTES)
    return seal_token(sides.keys.sealing, place, plain, salt=salt, nonce=nonce)


class SealedSide:
    """Takes the steps of one plan; posts are written all at once by `finish`, which also counts."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self._new: list[tuple[object, ...]] = []
        self._changed: list[tuple[object, ...]] = []
        self._dropped: list[int] = []
        self._topics: set[int] = set()

    async def take(self, step: Step) -> None:
        if step.post is None:
            await self._take_topic(step)
        else:
            self._take_post(step, step.post)

    def _text_for(self, step: Step) -> SealedText | None:
        """The mother's text, unless the plan leaves the host its own."""
        name = step.post or step.topic
        own = self.sides.own_topics.get(name) or self.sides.own_posts.get(name)
        theirs = self.sides.host_topics.get(name) or self.sides.host_posts.get(name)
        if step.result is None or not step.result.digest:
            return None
        if own is not None and own.version.digest == step.result.digest:
            return own.text
        return None if theirs is None else theirs.text

    async def _take_topic(self, step: Step) -> None:
        result = known(step.result)
        mirror, theirs = self.sides.mirror, self.sides.host_topics.get(step.topic)
        text = self._text_for(step)
        token = sealed_place(self.sides, Kind.TITLE, step.topic, None, result, text)
        title = write_mirror_title(MirrorTitle(mirror.mother_tag, token))
        is_gone = result.presence is not Presence.LIVE
        address = slug(mirror.mother_tag)
        if theirs is None:
            text = known(text)
            pk = await insert_sealed_topic(
                mirror.mirror_section_id,
                step.topic,
                title,
                mirror.mother_tag,
                text.written_at,
                result.revision,
                address,
            )
            theirs = HostRow(pk, step.topic, step.topic, result.revision, text.written_at, is_gone)
            self.sides.host_topics[step.topic] = theirs
        else:
            await execute(
                "UPDATE topics SET title = $2, revision = $3, deleted_at = $4, slug = $5 WHERE id = $1",
                theirs.pk,
                title,
                result.revision,
                utc_now() if is_gone else None,
                None if is_gone else f"{address}-{theirs.pk}",
            )
        theirs.revision, theirs.version, theirs.text, theirs.is_gone = result.revision, result, text, is_gone
        self._topics.add(theirs.pk)

    def _take_post(self, step: Step, post: UUID) -> None:
        topic, theirs = self.sides.host_topics[step.topic], self.sides.host_posts.get(post)
        self._topics.add(topic.pk)
        if step.result is None:
            self._dropped.append(known(theirs).pk)
            del self.sides.host_posts[post]
            return
        text = self._text_for(step)
        token = sealed_place(self.sides, Kind.BODY, step.topic, post, step.result, text)
        gone_at = None if step.result.presence is Presence.LIVE else utc_now()
        edited_at = None if text is None or text.edit is None else text.edit.at
        if theirs is None:
            written = utc_now() if text is None else text.written_at
            tag = self.sides.mirror.mother_tag
            self._new.append((post, topic.pk, token, tag, written, gone_at, step.result.revision, True))
        else:
            self._changed.append((theirs.pk, token, step.result.revision, edited_at, gone_at))

    async def finish(self) -> None:
        await insert_rows("posts", _NEW_POST, self._new)
        await update_rows("posts", _CHANGED_POST, self._changed)
        if self._dropped:
            await execute("DELETE FROM posts WHERE id = ANY($1)", self._dropped)
        await self._copy_marks()
        if self._topics:
            await recount(self.sides.mirror.mirror_section_id, list(self._topics))

    async def _copy_marks(self) -> None:
        """Pins and locks are no secret: the forum shows them, and the host's copy has the same."""
        rows = [
            (theirs.pk, own.is_pinned, own.is_locked)
            for uuid, own in self.sides.own_topics.items()
            if (theirs := self.sides.host_topics.get(uuid)) is not None
            and uuid not in self.sides.refused
            and (own.is_pinned, own.is_locked) != (theirs.is_pinned, theirs.is_locked)
        ]
        await update_rows("topics", ("id", "is_pinned", "is_locked"), rows)


async def recount(section_id: int, topic_ids: list[int]) -> None:
    """Counts these topics of a mirror section, and the section, anew. The section must be locked already."""
    await execute(
        """UPDATE topics SET post_count = (
                SELECT count(*) FROM posts p WHERE p.topic_id = topics.id AND p.deleted_at IS NULL),
            last_post_at = COALESCE(
                (SELECT max(p.created_at) FROM posts p WHERE p.topic_id = topics.id AND p.deleted_at IS NULL),
                created_at)
        WHERE id = ANY($1)""",
        topic_ids,
    )
    await execute(
        """UPDATE sections SET
            topic_count = (SELECT count(*) FROM topics t WHERE t.section_id = $1 AND t.deleted_at IS NULL),
            post_count = (SELECT COALESCE(sum(t.post_count), 0) FROM topics t
                WHERE t.section_id = $1 AND t.deleted_at IS NULL)
        WHERE id = $1""",
        section_id,
    )
