"""Topics as they are opened, changed and marked as read. What staff alone may do to them is in moderation.

Tested in tests/resolvers/forum/test_topic.py.
"""

import strawberry

from domain.core.refusal import forbidden, not_found
from domain.core.text import checked_body, checked_title
from engine.guard.row_filter import filtered
from engine.operation.change import unless_null
from engine.operation.context import Context, Info
from engine.operation.node import row_id
from engine.operation.selection import selection_of
from models.core.transaction import write
from models.forum import reading_mark
from models.forum import topic_change as topic_rows
from models.forum.section import SectionView, section_chain
from models.forum.topic import TopicView
from models.live.notification import mark_topic_notifications_read, notify_moderated
from permissions.row_filter import RowFilter
from permissions.visibility import sees_section
from permissions.writing import may_announce, may_change, takes_topics
from resolvers.forum.author import check_signature, signature, signature_in
from resolvers.forum.locked_topic import check_by_hand, check_lock, check_moderation, locked_topic
from resolvers.forum.topic import topic_by_pk


async def answer(info: Info, pk: int) -> TopicView:
    """The topic as it stands after a write."""
    info.context.memory.clear()
    found = await topic_by_pk(info.context, pk, selection_of(info))
    if found is None:
        raise not_found()
    return found


async def create_topic(info: Info, section_id: str, title: str, body: str, character_id: str | None) -> TopicView:
    context = info.context
    section_pk = row_id(section_id, "Section", "sectionId")
    title, body = checked_title(title), checked_body(body)
    author = signature(context.viewer, character_id)

    async def work() -> int:
        section = await _check_opening(context, section_pk)
        await check_signature(context.viewer, author, section_pk)
        signed = signature_in(context.viewer, author, section.alliance_id)
        return await topic_rows.create_topic(section_pk, title, body, signed, context.now())

    return await answer(info, await write(work))


async def _check_opening(context: Context, section_pk: int) -> SectionView:
    """A section that exists and is closed answers FORBIDDEN, as a direct look-up of it does."""
    chain = await section_chain(section_pk)
    if not any(link.parent_id is None for link in chain):
        raise not_found("sectionId")
    if not sees_section(context.viewer, chain):
        raise forbidden("closed_section")
    section = next(link for link in chain if link.pk == section_pk)
    if not takes_topics(section.kind):
        raise forbidden("managed_topics")
    if section.is_announcement and not may_announce(context.viewer, section.alliance_id):
        raise forbidden("staff_announces")
    return section


@filtered(RowFilter.SECTION_VISIBILITY)
async def update_topic(
    info: Info,
    id: strawberry.ID,  # noqa: A002 - the argument's name for clients
    *,
    title: str | None = strawberry.UNSET,
    is_pinned: bool | None = strawberry.UNSET,
    is_locked: bool | None = strawberry.UNSET,
) -> TopicView:
    """The title by its author or a moderator; pin and lock by moderators. What is left out stays."""
    context, pk = info.context, row_id(id, "Topic")
    title, is_pinned = unless_null(title, "title"), unless_null(is_pinned, "isPinned")
    is_locked = unless_null(is_locked, "isLocked")
    new_title = None if title is None else checked_title(title)

    async def work() -> None:
        found, section = await locked_topic(context, pk)
        check_by_hand(section)
        if not may_change(context.viewer, found.author_id, section.alliance_id):
            raise forbidden()
        if is_pinned is not None or is_locked is not None:
            check_moderation(context, section.alliance_id)
        check_lock(context, found)
        if new_title is not None:
            if not takes_topics(section.kind):
                raise forbidden("managed_topics")
            if new_title != found.title:
                author, by = found.author_id, context.viewer.user_id
                notify_moderated("topic_edited", new_title, author, by, pk, context.now())
        now = context.now()
        await topic_rows.update_topic(found, now, title=new_title, is_pinned=is_pinned, is_locked=is_locked)

    await write(work)
    return await answer(info, pk)


@filtered(RowFilter.SECTION_VISIBILITY)
async def mark_topic_read(info: Info, topic_id: strawberry.ID) -> TopicView:
    context = info.context
    pk, user_id = row_id(topic_id, "Topic", "topicId"), context.viewer.user_id
    if user_id is None or await topic_by_pk(context, pk, {}) is None:
        raise not_found()

    async def work() -> None:
        await reading_mark.mark_topic_read(user_id, pk)
        await mark_topic_notifications_read(user_id, pk, context.now())

    await write(work)
    return await answer(info, pk)
