"""Steps of a synchronisation that change the mother's side: what a host wrote comes in by the doors of all texts.

Tested in tests/models/hosting/test_hosting_machine.py.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from domain.hosting.cipher import Kind, open_token
from domain.hosting.mirror import Presence, Side, Step
from domain.hosting.sealed_text import SealedText, read_sealed_text
from domain.orders.dump import DumpTopic
from models.account.author import Author
from models.core.database import fetch
from models.core.transaction import topic_changed
from models.forum.copy import (
    delete_hidden_post,
    edit_hidden_post,
    insert_hidden_post,
    set_edited_at,
    set_post_revision,
    set_topic_revision,
)
from models.forum.counter import count_in_section
from models.forum.lock import LockedTopic, lock_known_topic
from models.forum.post import NewPost, create_post, delete_post, update_post
from models.forum.post_revision import delete_revisions, keep_revision, texts_before
from models.forum.topic import NewTopic, insert_topic
from models.forum.topic_change import delete_topic, update_topic
from models.hosting.sync_state import LocalRow, RemoteRow, SyncState, require
from models.orders.dump_adoption import TopicMatch, match_topic

GONE = "—"
"""What a topic is called that was deleted before it was ever pulled."""


class Pull:
    """Takes the steps of one plan. `look_up` comes first: which of the accounts and characters still exist."""

    def __init__(self, state: SyncState, now: datetime) -> None:
        self.state = state
        self._now = now
        self._users: set[int] = set()
        self._characters: set[int] = set()

    async def look_up(self, steps: Sequence[Step]) -> None:
        rows = [self._theirs(step) for step in steps if step.target is Side.INTERNAL]
        texts = [row.text for row in rows if row is not None and row.text is not None]
        if texts:
            users = {text.user_id for text in texts} | {text.edit.user_id for text in texts if text.edit}
            self._users = await _existing("users", users)
            self._characters = await _existing("characters", {text.character_id for text in texts})

    def _theirs(self, step: Step) -> RemoteRow | None:
        return self.state.remote_topics.get(step.topic) if step.post is None else self.state.remote_posts.get(step.post)

    def _author(self, text: SealedText) -> Author:
        user_id = text.user_id if text.user_id in self._users else None
        return Author(user_id, text.signed, text.character_id if text.character_id in self._characters else None)

    def _editor(self, text: SealedText) -> Author:
        if text.edit is None:
            return self._author(text)
        return Author(text.edit.user_id if text.edit.user_id in self._users else None, text.edit.name)

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
        author, is_gone = self._author(text), result.presence is Presence.DELETED
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
            await self._follow(own, theirs, is_going=is_going)
        if is_going:
            await self._delete(own)
        await set_post_revision(own.pk, result.revision)
        own.version = result

    async def _bring_post(
        self, step: Step, post: UUID, theirs: RemoteRow, topic: LocalRow, place: LockedTopic
    ) -> LocalRow:
        """A post that was written at the host, with its author and time, and the texts that it had there before."""
        result = require(step.result)
        earlier = await self._earlier(theirs)
        text = theirs.text or (earlier.pop() if earlier else SealedText(GONE, GONE, None, None, theirs.created_at))
        author, is_gone = self._author(text), result.presence is Presence.DELETED
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
            await self._keep(pk, before.text, after)
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

    # ---- revisions ------------------------------------------------------------------

    async def _follow(self, own: LocalRow, theirs: RemoteRow, *, is_going: bool) -> None:
        """Has the mother's post say what it said at the host, one text after the other, as each was written there.

        A post that is going, or that nobody sees, is not interpreted: its last text is what a restoration finds.
        """
        later = await self._later(own, theirs)
        if not later:
            return
        # Writers of the mother come here for what nobody sees alone, and have other locks by then.
        is_hidden = is_going or own.version.presence is Presence.DELETED
        place = None if is_hidden else await lock_known_topic(own.topic_pk)
        shown = [] if place is None or place.is_deleted else [later.pop()]
        for text in later:
            if text.text != own.text.text:
                await self._keep(own.pk, own.text.text, text)
                await edit_hidden_post(own.pk, text.text, self._edited_at(text))
                own.text = text
        for text in shown:
            await update_post(require(place), own.pk, text.text, self._editor(text), self._edited_at(text))
            own.text = text

    async def keep_what_goes(self, step: Step) -> None:
        """Before the host's text of a post gives way or goes: the mother keeps it, with those before it.

        A deleted post takes it over where it is newer, so that it is what a restoration finds.
        """
        if step.post is None or step.here is None:
            return
        own, theirs = self.state.local_posts.get(step.post), self.state.remote_posts.get(step.post)
        if own is None or theirs is None:
            return
        if own.version.presence is Presence.DELETED and theirs.revision > own.revision:
            await self._follow(own, theirs, is_going=True)
            return
        lost = await self._later(own, theirs)
        if not lost:
            return
        known = await texts_before(own.pk) | {own.text.text}
        for before, after in pairwise([*lost, own.text]):
            if before.text not in known:
                await self._keep(own.pk, before.text, after)

    async def _later(self, own: LocalRow, theirs: RemoteRow) -> list[SealedText]:
        """What the post said at the host after what it said there when the mother last had a look, oldest first."""
        earlier = await self._earlier(theirs)
        if earlier and (earlier[0].text == own.text.text or earlier[0].text in await texts_before(own.pk)):
            del earlier[0]
        return earlier if theirs.text is None else [*earlier, theirs.text]

    async def _earlier(self, theirs: RemoteRow) -> list[SealedText]:
        """The texts before those edits at the host that the mother has not seen; their tokens are not needed then."""
        rows = await fetch("SELECT id, number, body FROM post_revisions WHERE post_id = $1 ORDER BY number", theirs.pk)
        if rows:
            await delete_revisions([row[0] for row in rows])
        texts = [self._opened(theirs, number, token) for _, number, token in rows]
        return [text for text in texts if text is not None]

    def _opened(self, theirs: RemoteRow, revision: int, token: str) -> SealedText | None:
        place = self.state.place(Kind.BODY, theirs.topic, theirs.uuid, revision, deleted=False)
        opened = open_token(token, self.state.keys.ring, place)
        return read_sealed_text(opened) if isinstance(opened, str) else None

    async def _keep(self, post_id: int, body: str, after: SealedText) -> None:
        """A text with the edit that took its place."""
        editor = self._editor(after)
        await keep_revision(post_id, body, editor.user_id, editor.name, self._edited_at(after))

    def _edited_at(self, text: SealedText) -> datetime:
        return self._now if text.edit is None else text.edit.at


async def _existing(table: str, ids: set[int | None]) -> set[int]:
    wanted = [pk for pk in ids if pk is not None]
    rows = await fetch(f"SELECT id FROM {table} WHERE id = ANY($1)", wanted) if wanted else []
    return {row[0] for row in rows}
