"""What moderators alone do: move, delete and restore topics, restore posts. The schema asks for the permission."""

from typing import Any

from domain.core.refusal import forbidden, not_found
from engine.operation.context import Context
from engine.operation.node import row_id
from models.core.transaction import write
from models.forum.counter import LockedTopic
from models.forum.post import PostView, restore_post
from models.forum.topic import TopicView, delete_topic, move_topic, restore_topic
from models.live.notification import notify_moderated
from permissions.writing import takes_topics
from resolvers.forum import post, topic
from resolvers.forum.forum import seen_section


async def move(context: Context, info: Any, topic_id: str, section_id: str) -> TopicView:
    """Moves a topic to a section that the mover sees too and that takes topics by hand."""
    pk, section_pk = row_id(topic_id, "Topic"), row_id(section_id, "Section", "sectionId")

    async def work() -> None:
        found, section = await topic.locked_topic(context, pk)
        topic.check_by_hand(section)
        target = await seen_section(context, section_pk)
        if target is None:
            raise not_found("sectionId")
        if not takes_topics(target.kind):
            raise forbidden("managed_topics")
        await move_topic(found, section_pk, context.now())
        if section_pk != found.section_id:
            await _tell_author(context, "topic_moved", found)

    await write(work)
    return await topic.answer(context, info, pk)


async def _tell_author(context: Context, message: str, found: LockedTopic) -> None:
    """Without a link: the author may no longer see the topic, and is told of it all the same."""
    await notify_moderated(message, found.title, found.author_id, context.viewer.user_id, None, context.now())


async def remove_topic(context: Context, topic_id: str) -> bool:
    pk = row_id(topic_id, "Topic")

    async def work() -> None:
        found, section = await topic.locked_topic(context, pk)
        topic.check_by_hand(section)
        await delete_topic(found, context.now())
        await _tell_author(context, "topic_deleted", found)

    await write(work)
    context.memory.clear()
    return True


async def bring_topic_back(context: Context, info: Any, topic_id: str) -> TopicView:
    """A topic that lives already stays as it is."""
    pk = row_id(topic_id, "Topic")

    async def work() -> None:
        found, section = await topic.locked_topic(context, pk, deleted=True)
        topic.check_by_hand(section)
        if found.is_deleted:
            await restore_topic(found, context.now())

    await write(work)
    return await topic.answer(context, info, pk)


async def bring_post_back(context: Context, info: Any, post_id: str) -> PostView:
    """A post that lives already stays as it is; one of a deleted topic comes back with its topic."""
    pk = row_id(post_id, "Post")

    async def work() -> None:
        place, found = await post.locked_post(context, pk, deleted=True)
        if place.is_deleted:
            await restore_post(found, pk, context.now())

    await write(work)
    return await post.answer(context, info, pk)
