"""Posts as they are written, edited, deleted and reacted to, here and in the mirrors that a guest writes in.

Tested in tests/resolvers/forum/test_post.py.
"""

from collections.abc import Awaitable, Callable

import strawberry

from domain.core.refusal import forbidden, not_found
from domain.core.text import checked_body
from domain.forum.reaction import ReactionKind
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import row_id
from engine.operation.selection import selection_of
from models.account.author import Author
from models.core.transaction import write
from models.forum import post as post_rows
from models.forum import reaction
from models.forum.lock import LockedTopic
from models.forum.post import PostPlace, PostView, post_place
from models.live.notification import notify_moderated
from permissions.row_filter import RowFilter
from permissions.viewer import Viewer
from permissions.visibility import SectionKind
from permissions.writing import may_change
from resolvers.forum.author import check_signature, signature, signature_in
from resolvers.forum.locked_topic import check_by_hand, check_lock, locked_topic, settle
from resolvers.forum.post import post_by_pk
from resolvers.forum.sealed import RemoteTopic, remote_topic


async def locked_post(
    context: Context, pk: int, *, deleted: bool = False, by_hand: bool = True
) -> tuple[PostPlace, LockedTopic]:
    """Inside a write: a post under the lock of its topic; NOT_FOUND unless the viewer sees where it stands.

    `by_hand` refuses posts that the service alone writes.
    """
    place = await post_place(pk)
    if place is None:
        raise not_found()
    topic, section = await locked_topic(context, place.topic_id)
    place = await post_place(pk)  # Read again: it may have been deleted before the lock was ours.
    if place is None or (place.is_deleted and not deleted):
        raise not_found()
    if by_hand:
        check_by_hand(section)
    return place, topic


async def settled_post(context: Context, pk: int, *, deleted: bool = False) -> tuple[PostPlace, LockedTopic]:
    """Inside a write: the post as `locked_post` gives it, once what was acknowledged at hosts is in its topic."""
    place = await post_place(pk)
    if place is not None:
        await settle(context, place.topic_id, deleted=deleted)
    return await locked_post(context, pk, deleted=deleted)


async def answer(info: Info, pk: int) -> PostView:
    """The post as it stands after a write."""
    info.context.memory.clear()
    found = await post_by_pk(info.context, pk, selection_of(info))
    if found is None:
        raise not_found()
    return found


async def create_post(info: Info, topic_id: str, body: str, character_id: str | None) -> PostView:
    context = info.context
    topic_pk = row_id(topic_id, "Topic", "topicId")
    text = checked_body(body)
    author = signature(context.viewer, character_id)

    async def work() -> int:
        if context.viewer.is_hosted:  # What they write in may be a copy.
            await settle(context, topic_pk)
        topic, section = await locked_topic(context, topic_pk)
        await check_signature(context.viewer, author, topic.section_id)
        remote = await remote_topic(context, topic.pk, section.kind, topic.title, topic.section_id)
        signed = signature_in(context.viewer, author, topic.alliance_id, section.alliance_id)
        if remote is not None:
            check_lock(context, topic)
            return await remote.create_post(text, signed, context.now())
        check_by_hand(section)
        check_lock(context, topic)
        return await post_rows.create_post(topic, text, signed, context.now())

    return await answer(info, await write(work))


@filtered(RowFilter.SECTION_VISIBILITY)
async def update_post(info: Info, id: strawberry.ID, body: str) -> PostView:  # noqa: A002 - its name for clients
    """A new text by its author or a moderator."""
    context, pk = info.context, row_id(id, "Post")
    text = checked_body(body)

    async def work() -> None:
        viewer, now = context.viewer, context.now()
        own = await _own_remote(context, pk)
        if own is not None:
            remote, topic = own
            await remote.update_post(pk, text, _editor(viewer, topic), now)
            return
        place, topic = await _changeable(context, pk)
        editor = _editor(viewer, topic)
        if await post_rows.update_post(topic, pk, text, editor, now):
            notify_moderated("post_edited", topic.title, place.author_id, viewer.user_id, topic.pk, now)

    await write(work)
    return await answer(info, pk)


async def delete_post(info: Info, id: strawberry.ID) -> bool:  # noqa: A002
    """Deletion by the author or a moderator; moderators can bring it back."""
    context, pk = info.context, row_id(id, "Post")

    async def work() -> None:
        own = await _own_remote(context, pk)
        if own is not None:
            await own[0].delete_post(pk, context.now())
            return
        place, topic = await _changeable(context, pk)
        now = context.now()
        await post_rows.delete_post(topic, pk, now)
        notify_moderated("post_deleted", topic.title, place.author_id, context.viewer.user_id, topic.pk, now)

    await write(work)
    context.memory.clear()
    return True


def _editor(viewer: Viewer, topic: LockedTopic) -> Author:
    """How an edit is signed: as a new post there would be, in a copy too."""
    return signature_in(viewer, signature(viewer), topic.alliance_id, topic.section_alliance_id)


async def _own_remote(context: Context, pk: int) -> tuple[RemoteTopic, LockedTopic] | None:
    """The topic of a sealed post that the viewer wrote, settled and locked; None for posts of other sections."""
    found = await post_place(pk)
    if found is None or found.kind != SectionKind.MIRROR:
        return None
    if context.viewer.is_hosted:
        await settle(context, found.topic_id)
    place, topic = await locked_post(context, pk, by_hand=False)
    remote = await remote_topic(context, topic.pk, place.kind, place.topic_title, place.section_id)
    if remote is None:
        raise not_found()
    await remote.check_own(context, pk)
    check_lock(context, topic)
    return remote, topic


async def _changeable(context: Context, pk: int) -> tuple[PostPlace, LockedTopic]:
    place, topic = await settled_post(context, pk)
    if not may_change(context.viewer, place.author_id, topic.section_alliance_id):
        raise forbidden()
    check_lock(context, topic)
    return place, topic


@filtered(RowFilter.SECTION_VISIBILITY)
async def react(info: Info, post_id: strawberry.ID, kind: ReactionKind) -> PostView:
    return await _change_reaction(info, post_id, kind, reaction.react)


@filtered(RowFilter.SECTION_VISIBILITY)
async def unreact(info: Info, post_id: strawberry.ID, kind: ReactionKind) -> PostView:
    return await _change_reaction(info, post_id, kind, reaction.unreact)


async def _change_reaction(
    info: Info, post_id: str, kind: ReactionKind, change: Callable[[int, int, ReactionKind], Awaitable[None]]
) -> PostView:
    """Adds or takes back the viewer's reaction; doing so twice is doing it once."""
    context, pk = info.context, row_id(post_id, "Post", "postId")
    user_id = context.viewer.user_id or 0

    async def work() -> None:
        place, _ = await locked_post(context, pk, by_hand=False)
        if place.kind == SectionKind.MIRROR:
            raise forbidden("sealed_reaction")  # A sealed post is a copy: its readers react to what it is a copy of.
        await change(pk, user_id, kind)

    await write(work)
    return await answer(info, pk)
