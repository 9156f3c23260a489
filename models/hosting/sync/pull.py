"""Steps of a synchronisation that change the mother's side: what a host wrote comes in by the doors of all texts.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from domain.hosting.mirror import Presence, Side, Step
from domain.hosting.sealed_text import SealedText
from domain.orders.dump import DumpTopic
from models.core.database import fetch
from models.core.transaction import topic_changed
from models.forum.copy import (
    delete_hidden_post,
    insert_hidden_post,
    set_edited_at,
    set_post_revision,
    set_topic_revision,
)
from models.forum.counter import count_in_section
from models.forum.lock import LockedTopic, lock_known_topic
from models.forum.post import NewPost, create_post, delete_post
from models.forum.topic import NewTopic, insert_topic
from models.forum.topic_change import delete_topic, update_topic
from models.hosting.sync.earlier_text import EarlierTexts
from models.hosting.sync.state import LocalRow, RemoteRow, SyncState, require
from models.hosting.sync.writers import Writers
from models.orders.dump_adoption import TopicMatch, match_topic

GONE = "—"
"""What a topic is called that was deleted before it was ever pulled."""


class Pull:
    """Takes the steps of one plan. `look_up` comes first: which of the accounts and characters still exist."""

    def __init__(self, state: SyncState, now: datetime) -> None:
        self.state = state
        self._now = now
        self._writers = Writers()
        self.earlier = EarlierTexts(state, self._writers, now)

    async def look_up(self, steps: Sequence[Step]) -> None:
        rows = [self._theirs(step) for step in steps if step.target is Side.INTERNAL]
        await self._writers.look_up([row.text for row in rows if row is not None and row.text is not None])

    def _theirs(self, step: Step) -> RemoteRow | None:
        return self.state.remote_topics.get(step.topic) if step.post is None else self.state.remote_posts.get(step.post)

    async def take(self, step: Step) -> None:
        if step.post is None:
            await self._take_topic(step)
        else:
            await self._take_post(step, step.post)

    # ---- topics ---------------------------------------------------------------------

    async def _take_topic(self, step: Step) -> None:
        result = require(step.result)
        own, theirs = self.state.local_topics.get(step.topic), self._theirs(step)
        if own is None:
            await self._bring_topic(step, require(theirs))
            return
        # A step that only counts a revision on is taken by writers of the mother too, who have other locks by then.
        if result.presence is Presence.DELETED:
            if own.version.presence is not Presence.DELETED:
                await delete_topic(await lock_known_topic(own.pk), self._now)
        elif result.digest != own.version.digest and theirs is not None and theirs.text is not None:
            topic = await lock_known_topic(own.pk)
            title = theirs.text.text
            shown = self.state.mirror.shown_title(title)
            await update_topic(topic, self._now, title=title, shown_title=shown)
            own.text = theirs.text
        await set_topic_revision(own.pk, result.revision)
        own.version = result

    async def _bring_topic(self, step: Step, theirs: RemoteRow) -> None:
        """A topic that was opened at the host, with its author and time; its posts are steps of their own."""
        result = require(step.result)
        text = theirs.text or SealedText(GONE, GONE, None, None, theirs.created_at)
        author, is_gone = self._writers.author(text), result.presence is Presence.DELETED
        section_id = self.state.mirror.section_id
        if not is_gone:
            await count_in_section(section_id, topics=1, posts=0)
        shown = self.state.mirror.shown_title(text.text)
        pk = await insert_topic(
            NewTopic(
                section_id,
                text.text,
                author,
                text.written_at,
                shown or text.text,
                uuid=step.topic,
                revision=result.revision,
                deleted_at=self._now if is_gone else None,
                shown_title=shown,
                alliance_id=None if shown is None else self.state.mirror.mother_id,
            )
        )
        if not is_gone:
            topic_changed(pk, self._now)
            await self._adopt(pk, text)
        self.state.local_topics[step.topic] = LocalRow(pk, step.topic, step.topic, result, text, section_id)

    async def _adopt(self, topic_id: int, text: SealedText) -> None:
        """A topic of the host's whose title stands for a member or an order becomes theirs, as an imported one does."""
        mirror = self.state.mirror
        rows = await fetch("SELECT kind FROM sections WHERE id = $1", mirror.section_id)
        topic = DumpTopic(text.text, text.signed, text.written_at, ())
        adoption = await match_topic(rows[0][0], mirror.mother_id, topic, set(), Counter(), self._now)
        if isinstance(adoption, TopicMatch) and adoption.is_new:
            await adoption.attach(topic_id)

    # ---- posts ----------------------------------------------------------------------

    async def _take_post(self, step: Step, post: UUID) -> None:
        result = require(step.result)
        own, theirs = self.state.local_posts.get(post), self._theirs(step)
        topic, is_going = self.state.local_topics[step.topic], result.presence is Presence.DELETED
        if own is None:
            own = await self._bring_post(step, post, require(theirs), topic, await lock_known_topic(topic.pk))
        elif theirs is not None and theirs.revision > own.version.revision and (theirs.text is not None or is_going):
            await self.earlier.follow(own, theirs, is_going=is_going)
        if is_going:
            await self._delete(own)
        await set_post_revision(own.pk, result.revision)
        own.version = result

    async def _bring_post(
        self, step: Step, post: UUID, theirs: RemoteRow, topic: LocalRow, place: LockedTopic
    ) -> LocalRow:
        """A post that was written at the host, with its author and time, and the texts that it had there before."""
        result = require(step.result)
        earlier = await self.earlier.read(theirs)
        text = theirs.text or (earlier.pop() if earlier else SealedText(GONE, GONE, None, None, theirs.created_at))
        author, is_gone = self._writers.author(text), result.presence is Presence.DELETED
        if place.is_deleted or is_gone:
            deleted_at = self._now if is_gone else None
            pk = await insert_hidden_post(
                place, NewPost(topic.pk, text.text, author, text.written_at, post, deleted_at=deleted_at)
            )
        else:
            pk = await create_post(place, text.text, author, text.written_at, uuid=post)
        if text.edit is not None:
            await set_edited_at(pk, text.edit.at)
        for before, after in pairwise([*earlier, text]):
            await self.earlier.keep(pk, before.text, after)
        own = LocalRow(pk, post, step.topic, result, text, topic_pk=topic.pk)
        self.state.local_posts[post] = own
        return own

    async def _delete(self, own: LocalRow) -> None:
        if own.version.presence is Presence.DELETED:
            return
        place = await lock_known_topic(own.topic_pk)
        if place.is_deleted:
            await delete_hidden_post(place, own.pk, self._now)
        else:
            await delete_post(place, own.pk, self._now)
