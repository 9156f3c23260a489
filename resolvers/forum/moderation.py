"""What moderators alone do: move, delete and restore topics, restore posts. Guards ask who moderates; so does the lock.

Tested in tests/resolvers/forum/test_topic.py.
"""

import strawberry

from domain.core.refusal import forbidden, not_found
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import row_id
from models.account.account import viewer_of_account
from models.core.transaction import write
from models.forum import post as post_rows
from models.forum import topic_change as topic_rows
from models.forum.interpretation import is_at_home
from models.forum.lock import LockedTopic, lock_move
from models.forum.post import PostView
from models.forum.section import section_chain
from models.forum.topic import TopicView
from models.live.notification import notify_moderated
from permissions.row_filter import RowFilter
from permissions.visibility import sees_section, sees_topic
from permissions.writing import takes_topics
from resolvers.forum import post_change, topic_change
from resolvers.forum.locked_topic import check_by_hand, check_moderation, settled_topic
from resolvers.forum.tree.sight import seen_place


@filtered(RowFilter.SECTION_VISIBILITY)
async def move_topic(
    info: Info,
    id: strawberry.ID,  # noqa: A002 - the argument's name for clients
    section_id: strawberry.ID,
) -> TopicView:
    """Moves a topic to a section that the mover sees too and that takes topics by hand, or back where it was kept."""
    context = info.context
    pk, section_pk = row_id(id, "Topic"), row_id(section_id, "Section", "sectionId")

    async def work() -> None:
        await lock_move(pk, section_pk)
        found, section = await settled_topic(context, pk, also=[section_pk])
        check_moderation(context, section.alliance_id)
        check_by_hand(section)
        target = await seen_place(context, section_pk)
        if target is None:
            raise not_found("sectionId")
        check_moderation(context, target.alliance_id)
        if not takes_topics(target.kind) and not await is_at_home(target.kind, pk, target.alliance_id):
            raise forbidden("managed_topics")
        await topic_rows.move_topic(found, section_pk, context.now())
        if section_pk != found.section_id:
            await _tell_author(context, found, "topic_moved", "hidden_topic_moved")

    await write(work)
    return await topic_change.answer(info, pk)


async def _tell_author(context: Context, found: LockedTopic, message: str, hidden: str) -> None:
    """Without a link: the author may no longer see the topic, and is told of it all the same.

    Whoever does not see it before the deed is told `hidden`, which has no title: it may be a new one.
    """
    author, by = found.author_id, context.viewer.user_id
    if author is None or author == by:
        return
    if await _is_seen_by(author, found):
        notify_moderated(message, found.title, author, by, None, context.now())
    else:
        notify_moderated(hidden, None, author, by, None, context.now())


async def _is_seen_by(author_id: int, found: LockedTopic) -> bool:
    viewer, chain = await viewer_of_account(author_id), await section_chain(found.section_id)
    if viewer is None or not sees_section(viewer, chain):
        return False
    section = next(link for link in chain if link.pk == found.section_id)
    return sees_topic(viewer, section, found.alliance_id)


async def delete_topic(info: Info, id: strawberry.ID) -> bool:  # noqa: A002
    context, pk = info.context, row_id(id, "Topic")

    async def work() -> None:
        found, section = await settled_topic(context, pk)
        check_moderation(context, section.alliance_id)
        check_by_hand(section)
        await topic_rows.delete_topic(found, context.now())
        await _tell_author(context, found, "topic_deleted", "hidden_topic_deleted")

    await write(work)
    context.memory.clear()
    return True


@filtered(RowFilter.SECTION_VISIBILITY)
async def restore_topic(info: Info, id: strawberry.ID) -> TopicView:  # noqa: A002
    """A topic that lives already stays as it is."""
    context, pk = info.context, row_id(id, "Topic")

    async def work() -> None:
        found, section = await settled_topic(context, pk, deleted=True)
        check_moderation(context, section.alliance_id)
        check_by_hand(section)
        if found.is_deleted:
            await topic_rows.restore_topic(found, context.now())

    await write(work)
    return await topic_change.answer(info, pk)


@filtered(RowFilter.SECTION_VISIBILITY)
async def restore_post(info: Info, id: strawberry.ID) -> PostView:  # noqa: A002
    """A post that lives already stays as it is; one of a deleted topic comes back with its topic."""
    context, pk = info.context, row_id(id, "Post")

    async def work() -> None:
        place, found = await post_change.settled_post(context, pk, deleted=True)
        check_moderation(context, found.section_alliance_id)
        if place.is_deleted:
            await post_rows.restore_post(found, pk, context.now())

    await write(work)
    return await post_change.answer(info, pk)
