"""What a post said before what it says: texts of a host that the mother keeps, in the order in which they were written.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from datetime import datetime
from itertools import pairwise

from domain.hosting.cipher import Kind, open_token
from domain.hosting.mirror import Presence, Step
from domain.hosting.sealed_text import SealedText, read_sealed_text
from models.core.database import fetch
from models.forum.copy import edit_hidden_post
from models.forum.lock import lock_known_topic
from models.forum.post import update_post
from models.forum.post_revision import delete_revisions, keep_revision, texts_before
from models.hosting.sync.state import LocalRow, RemoteRow, SyncState, require
from models.hosting.sync.writers import Writers


class EarlierTexts:
    """Follows the posts of one state. The tokens of earlier texts are deleted as they are read: they are not needed."""

    def __init__(self, state: SyncState, writers: Writers, now: datetime) -> None:
        self._state = state
        self._writers = writers
        self._now = now

    async def follow(self, own: LocalRow, theirs: RemoteRow, *, is_going: bool) -> None:
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
                await self.keep(own.pk, own.text.text, text)
                await edit_hidden_post(own.pk, text.text, self._edited_at(text))
                own.text = text
        for text in shown:
            await update_post(require(place), own.pk, text.text, self._writers.editor(text), self._edited_at(text))
            own.text = text

    async def keep_what_goes(self, step: Step) -> None:
        """Before the host's text of a post gives way or goes: the mother keeps it, with those before it.

        A deleted post takes it over where it is newer, so that it is what a restoration finds.
        """
        if step.post is None or step.here is None:
            return
        own, theirs = self._state.local_posts.get(step.post), self._state.remote_posts.get(step.post)
        if own is None or theirs is None:
            return
        if own.version.presence is Presence.DELETED and theirs.revision > own.revision:
            await self.follow(own, theirs, is_going=True)
            return
        lost = await self._later(own, theirs)
        if not lost:
            return
        known = await texts_before(own.pk) | {own.text.text}
        for before, after in pairwise([*lost, own.text]):
            if before.text not in known:
                await self.keep(own.pk, before.text, after)

    async def _later(self, own: LocalRow, theirs: RemoteRow) -> list[SealedText]:
        """What the post said at the host after what it said there when the mother last had a look, oldest first."""
        earlier = await self.read(theirs)
        if earlier and (earlier[0].text == own.text.text or earlier[0].text in await texts_before(own.pk)):
            del earlier[0]
        return earlier if theirs.text is None else [*earlier, theirs.text]

    async def read(self, theirs: RemoteRow) -> list[SealedText]:
        """The texts before those edits at the host that the mother has not seen; their tokens are not needed then."""
        rows = await fetch("SELECT id, number, body FROM post_revisions WHERE post_id = $1 ORDER BY number", theirs.pk)
        if rows:
            await delete_revisions([row[0] for row in rows])
        texts = [self._opened(theirs, number, token) for _, number, token in rows]
        return [text for text in texts if text is not None]

    def _opened(self, theirs: RemoteRow, revision: int, token: str) -> SealedText | None:
        place = self._state.place(Kind.BODY, theirs.topic, theirs.uuid, revision, deleted=False)
        opened = open_token(token, self._state.keys.ring, place)
        return read_sealed_text(opened) if isinstance(opened, str) else None

    async def keep(self, post_id: int, body: str, after: SealedText) -> None:
        """A text with the edit that took its place."""
        editor = self._writers.editor(after)
        await keep_revision(post_id, body, editor.user_id, editor.name, self._edited_at(after))

    def _edited_at(self, text: SealedText) -> datetime:
        return self._now if text.edit is None else text.edit.at
