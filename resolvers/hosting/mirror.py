"""The door of an alliance's tables and shared sections: what hosts wrote is pulled first, and its key must be there.

Also what members of a mother read and write in mirrors. Who may see the sections is said elsewhere.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.core.refusal import forbidden
from domain.hosting.sealed_text import SealedText
from engine.operation.context import Context
from models.account.author import Author
from models.forum.post import PostView
from models.forum.post_revision import PostRevisionView
from models.forum.topic import TopicView
from models.hosting.key.alliance_key import KeyState, key_refusal
from models.hosting.key.key_notification import notify_key_state
from models.hosting.mirror.mirror import MirrorView
from models.hosting.mirror.mirror_reader import mirror_of, open_posts, open_revisions, open_topics
from models.hosting.sync.inbound import pull_from_hosts, sync_status
from models.hosting.sync.remote_write import create_post_at_host, delete_post_at_host, update_post_at_host


async def ensure_synced(context: Context, alliance_ids: Collection[int]) -> bool:
    """Before anything of these alliances is read: pulls what waits; tells whether there was anything.

    Refused with the state's code where a key is missing or wrong. Once an operation: one small query for all of them.
    """
    came, states = await _look(context, alliance_ids)
    for state in states.values():
        if state is not KeyState.PRESENT:
            raise key_refusal(state)
    return came


async def alliances_without_key(context: Context, alliance_ids: Collection[int]) -> tuple[bool, set[int]]:
    """Synchronises without a refusal: whether anything was pulled, and the alliances that lack their key."""
    came, states = await _look(context, alliance_ids)
    return came, {pk for pk, state in states.items() if state is not KeyState.PRESENT}


def note_unhosted(context: Context, alliance_id: int) -> None:
    """As `_look` finds it: of an alliance without an open hosting there is nothing to say."""
    context.memory.setdefault(ensure_synced, {}).setdefault(alliance_id, KeyState.PRESENT)


async def _look(context: Context, alliance_ids: Collection[int]) -> tuple[bool, dict[int, KeyState]]:
    lock: asyncio.Lock = context.memory.setdefault(("lock", ensure_synced), asyncio.Lock())
    async with lock:
        known: dict[int, KeyState] = context.memory.setdefault(ensure_synced, {})
        new = [pk for pk in alliance_ids if pk not in known]
        came = False
        if new:
            known.update(dict.fromkeys(new, KeyState.PRESENT))
            for pk, status in (await sync_status(new)).items():
                known[pk] = status.keys.state
                if status.keys.state is not status.keys.told:
                    await notify_key_state(pk, context.now())
                if status.is_waiting and status.keys.state is KeyState.PRESENT:
                    await pull_from_hosts(pk, context.now())
                    came = True
    return came, {pk: known[pk] for pk in alliance_ids}


async def pull_for_viewer(context: Context) -> None:
    """What waits for the viewer's alliances, for an operation that will be one write and cannot pull in it."""
    if context.viewer.memberships:
        await alliances_without_key(context, _alliances(context))


# ---- reading ------------------------------------------------------------------------


def _alliances(context: Context) -> list[int]:
    return [membership.alliance_id for membership in context.viewer.memberships]


async def open_sealed_posts(context: Context, posts: Sequence[PostView]) -> None:
    """Opens what the viewer holds the key for; the rest stays as it lies there."""
    sealed = [post for post in posts if post.is_encrypted]
    if sealed and context.viewer.memberships:
        opened = await open_posts([post.pk for post in sealed], _alliances(context))
        for post in sealed:
            if (text := opened.get(post.pk)) is not None:
                post.body = text.text
                post.edited_at = None if text.edit is None else text.edit.at
                _sign(post, text)


async def open_sealed_revisions(context: Context, post_ids: Sequence[int]) -> dict[int, list[PostRevisionView]]:
    """The earlier texts of sealed posts that open for the viewer; those of others are left out."""
    return await open_revisions(post_ids, _alliances(context)) if context.viewer.memberships else {}


async def open_sealed_topics(context: Context, topics: Sequence[TopicView]) -> None:
    sealed = [topic for topic in topics if topic.is_encrypted]
    if sealed and context.viewer.memberships:
        administered = [pk for pk in _alliances(context) if context.viewer.administers(pk)]
        opened = await open_topics([topic.pk for topic in sealed], _alliances(context), administered)
        for topic in sealed:
            if (text := opened.get(topic.pk)) is not None:
                topic.title = text.text
                _sign(topic, text)


def _sign(view: PostView | TopicView, text: SealedText) -> None:
    view.is_encrypted = False
    view.author_name, view.author_id, view.character_id = text.signed, text.user_id, text.character_id
    for joined in ("author", "character"):  # What was read along with the sealed row is nobody.
        if hasattr(view, joined):
            delattr(view, joined)


# ---- writing ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HostTopic:
    """A topic of a mirror, where members of its mother who play from the host write."""

    mirror: MirrorView
    topic_id: int

    async def create_post(self, body: str, author: Author, now: datetime) -> int:
        return await create_post_at_host(self.mirror, self.topic_id, body, author, now)

    async def update_post(self, post_id: int, body: str, editor: Author, now: datetime) -> None:
        await update_post_at_host(self.mirror, self.topic_id, post_id, body, editor, now)

    async def delete_post(self, post_id: int, now: datetime) -> None:
        await delete_post_at_host(self.mirror, self.topic_id, post_id, now)

    async def check_own(self, context: Context, post_id: int) -> None:
        """FORBIDDEN unless the viewer wrote this sealed post."""
        text = (await open_posts([post_id], [self.mirror.mother_id])).get(post_id)
        if text is None or text.user_id is None or text.user_id != context.viewer.user_id:
            raise forbidden()


async def remote_topic(context: Context, topic_id: int, title: str, section_id: int) -> HostTopic:
    """The topic of a mirror that a member of its mother who plays from there writes in. FORBIDDEN to all others."""
    mirror = await mirror_of(title, section_id)
    if mirror is None or mirror.mother_id not in context.viewer.mothers_at(mirror.host_id):
        raise forbidden("managed_section")
    return HostTopic(mirror, topic_id)
