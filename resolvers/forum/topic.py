"""Topics: from queries and mutations to rows. What staff alone may do to them is in moderation."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import strawberry

from domain.core.refusal import Code, Refusal, bad_input, forbidden, not_found
from domain.core.text import checked_body, checked_title, storable_text
from engine.guard.row_filter import filtered
from engine.operation.change import unless_null
from engine.operation.connection import load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, Deleted, First, Last
from engine.operation.selection import Selection, below, selection_of
from models.core.transaction import write
from models.forum import reading_mark
from models.forum import topic_change as topic_rows
from models.forum.lock import LockedTopic, lock_topic
from models.forum.reading_mark import unread_counts
from models.forum.section import SectionView, section_chain, sections_by_ids
from models.forum.topic import (
    LONGEST_SLUG,
    TopicView,
    count_deleted_topics,
    order_key,
    topic_and_chain,
    topic_id_of,
    topics_of_sections,
)
from models.live.attention import Attention
from models.live.notification import mark_topic_notifications_read, notify_moderated
from models.live.participant import topic_attentions
from permissions.row_filter import RowFilter
from permissions.visibility import SectionKind, is_narrowed, sees_full_title, sees_section, sees_topic
from permissions.writing import may_announce, may_change, may_moderate, takes_posts, takes_topics
from resolvers.forum.author import check_signature, fill_authors, joined_in, signature, signature_in
from resolvers.forum.forum import (
    OF_THE_TREE,
    Forum,
    count_own,
    fill_restrictions,
    forum_of,
    seen_in_chain,
    seen_section,
    sight_of,
)
from resolvers.forum.sealed import ensure_synced, load_synced, open_topics, settle_topic, sharing_alliances

_OF_THE_TREE = OF_THE_TREE | {"visibleByFaction", "visibleByClan"}


# ---- reading ------------------------------------------------------------------------


@filtered(RowFilter.SECTION_VISIBILITY)
async def topic(
    info: Info,
    id: strawberry.ID | None = None,  # noqa: A002 - the argument's name for clients
    slug: str | None = None,
) -> TopicView | None:
    """A topic that the viewer may see, by its id or its slug; None for any other."""
    if (id is None) == (slug is None):
        raise bad_input("id", "id_or_slug")
    pk = row_id(id, "Topic") if id is not None else await topic_id_of(storable_text(slug or "", "slug", LONGEST_SLUG))
    return None if pk is None else await topic_by_pk(info.context, pk, selection_of(info))


@node_loader("Topic")
@filtered(RowFilter.SECTION_VISIBILITY)
async def topic_by_pk(context: Context, pk: int, selection: Selection) -> TopicView | None:
    """A topic by its number, filled as selected: one query for the topic, its section and the verdict on it."""
    read = await topic_and_chain(pk, joined_in(selection))
    if read is None:
        return None
    found, chain = read
    section = _place_of(context, found, chain)
    if section is None:
        return None
    sharing = sharing_alliances([section])
    if sharing and await ensure_synced(context, sharing):
        return await topic_by_pk(context, pk, selection)  # It may have changed, or be gone.
    found.section = section
    await fill_topics(context, [found], selection)
    return found


def _place_of(context: Context, found: TopicView, chain: list[SectionView]) -> SectionView | None:
    """The section of a topic, given with all above it; None unless the viewer sees the topic there."""
    section = seen_in_chain(context, chain, found.section_id)
    return section if section is not None and sees_topic(context.viewer, section, found.alliance_id) else None


@filtered(RowFilter.SECTION_VISIBILITY)
async def topics(
    root: SectionView,
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
    deleted: Deleted = False,
) -> Page[TopicView]:
    """A page of a section's topics; of the deleted ones alone for moderators who ask."""
    context, is_deleted = info.context, bool(deleted)
    if is_deleted:
        check_moderation(context, root.alliance_id)
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), bool, datetime, int)

    async def load(sections: Sequence[SectionView], selection: Selection) -> list[Page[TopicView]]:
        ids = [place.pk for place in sections if not await _shows_no_topics(context, place)]
        wanted = below(selection, "edges", "node")
        rows: dict[int, list[TopicView]] = {}
        if selection.keys() & {"edges", "pageInfo"}:
            whole = [place.pk for place in sections if place.pk in ids and not is_narrowed(context.viewer, place)]
            rows = await topics_of_sections(whole, window, joined_in(wanted), deleted=is_deleted)
            for place in sections:
                if place.pk in ids and place.pk not in whole:
                    own = context.viewer.mothers_at(place.alliance_id)
                    rows |= await topics_of_sections([place.pk], window, joined_in(wanted), alliance_ids=own)
        pages = [page_of(rows.get(place.pk, []), window, order_key) for place in sections]
        counts = await count_deleted_topics(ids) if is_deleted and "totalCount" in selection else {}
        for place, page in zip(sections, pages, strict=True):
            page.total_count = counts.get(place.pk, 0) if is_deleted else place.topic_count
            for found in page.nodes:
                found.section = place
        await fill_topics(context, [found for page in pages for found in page.nodes], wanted)
        return pages

    async def load_opened(sections: Sequence[SectionView], selection: Selection) -> list[Any]:
        return await load_synced(
            context, sections, lambda place: sharing_alliances([place]), lambda opened: load(opened, selection)
        )

    return await load_page(context, info, root, (window.size, window, is_deleted), load_opened)


async def _shows_no_topics(context: Context, section: SectionView) -> bool:
    """A deleted section, and a mirror that is named to its mother's members, who do not all see the section itself."""
    if section.deleted_at is not None:
        return True
    return section.kind == SectionKind.MIRROR and section.pk not in (await sight_of(context)).places


async def fill_topics(context: Context, topics: Sequence[TopicView], selection: Selection) -> None:
    """Sets what is selected and no column of the topic itself: one query a relation. All must be seen already."""
    if not topics or not selection:
        return
    for found in topics:
        if sees_full_title(context.viewer, found.alliance_id):
            found.title = found.full_title
    await open_topics(context, topics)
    await fill_authors(context, topics, selection)
    if "section" in selection:
        await _fill_sections(context, topics, below(selection, "section"))
    if "unreadCount" in selection:
        user_id = context.viewer.user_id
        counts = {} if user_id is None else await unread_counts(user_id, [found.pk for found in topics])
        for found in topics:
            found.unread_count = counts.get(found.pk, 0)
    if "viewerAttention" in selection:
        user_id = context.viewer.user_id
        said = {} if user_id is None else await topic_attentions(user_id, [found.pk for found in topics])
        for found in topics:
            found.viewer_attention = said.get(found.pk, Attention.NORMAL)


async def _fill_sections(context: Context, topics: Sequence[TopicView], selection: Selection) -> None:
    sections: Mapping[int, SectionView]
    forum: Forum | None = context.memory.get(Forum)
    viewer = context.viewer
    if selection.keys() & _OF_THE_TREE:
        await fill_restrictions(context, selection)
        sections = (await forum_of(context)).sections
    elif all(hasattr(found, "section") and not is_narrowed(viewer, found.section) for found in topics):
        return
    else:
        sections = forum.sections if forum else await sections_by_ids({found.section_id for found in topics})
        if forum is None:
            await count_own(context, list(sections.values()))
    for found in topics:
        if found.section_id not in sections:
            raise not_found()  # It was closed or moved away since the topic was read.
        found.section = sections[found.section_id]


# ---- writing ------------------------------------------------------------------------


async def locked_topic(context: Context, pk: int, *, deleted: bool = False) -> tuple[LockedTopic, SectionView]:
    """Inside a write: the topic, held until its end, and its section; NOT_FOUND unless the viewer sees it.

    The verdict is given under the lock: a topic that is moved away meanwhile is judged where it came to.
    """
    found = await lock_topic(pk)
    if found is None or (found.is_deleted and not deleted):
        raise not_found()
    section = await seen_section(context, found.section_id)
    if section is None or not sees_topic(context.viewer, section, found.alliance_id):
        raise not_found()
    return found, section


async def settled_topic(
    context: Context, pk: int, *, deleted: bool = False, also: Collection[int] = ()
) -> tuple[LockedTopic, SectionView]:
    """Inside a write: the topic as `locked_topic` gives it, once what was acknowledged at hosts is in it.

    `also`: sections that the write counts in besides.
    """
    await settle(context, pk, deleted=deleted, also=also)
    return await locked_topic(context, pk, deleted=deleted)


async def settle(context: Context, pk: int, *, deleted: bool = False, also: Collection[int] = ()) -> None:
    """First in a write that changes what stands in a topic, on whichever copy: what others have of it comes before.

    NOT_FOUND to who does not see the topic: what waits of it, or keeps it, is not told to them, nor carried for them.
    """

    async def admit() -> None:
        read = await topic_and_chain(pk, joined_in({}))
        if read is None:
            if deleted:
                return
            raise not_found()
        found, chain = read
        if _place_of(context, found, chain) is None:
            raise not_found()

    await settle_topic(context, pk, also, admit)


def check_by_hand(section: SectionView) -> None:
    """Refuses changes where the service alone writes."""
    if not takes_posts(section.kind):
        raise forbidden("managed_section")


def check_lock(context: Context, found: LockedTopic) -> None:
    if found.is_locked and not may_moderate(context.viewer, found.section_alliance_id):
        raise Refusal(Code.LOCKED, "locked_topic")


def check_moderation(context: Context, alliance_id: int | None) -> None:
    """Refuses all but moderators of a section of this alliance: under the lock, since topics move between sections."""
    if not may_moderate(context.viewer, alliance_id):
        raise forbidden()


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
