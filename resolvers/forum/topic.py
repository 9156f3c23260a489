"""Topics as they are read: one, a section's by pages, and what is selected of them. No write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import strawberry

from domain.core.refusal import bad_input, not_found
from domain.core.text import storable_text
from engine.guard.row_filter import filtered
from engine.operation.connection import load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, Deleted, First, Last
from engine.operation.selection import Selection, below, selection_of
from models.forum.post import PostView
from models.forum.post_page import PostPart, topic_with_posts
from models.forum.reading_mark import unread_counts
from models.forum.section import SectionView, sections_by_ids
from models.forum.topic import (
    LONGEST_SLUG,
    TopicView,
    count_deleted_topics,
    order_key,
    topic_in_section,
    topics_of_sections,
)
from models.live.attention import Attention
from models.live.participant import topic_attentions
from permissions.row_filter import RowFilter
from permissions.visibility import SectionKind, is_narrowed, sees_full_title
from resolvers.forum.author import fill_authors, joined_in
from resolvers.forum.locked_topic import check_moderation
from resolvers.forum.post_page import keep, part_below
from resolvers.forum.sealed import ensure_synced, load_synced, open_topics, sharing_alliances
from resolvers.forum.tree.forum import OF_THE_TREE, Forum, count_own, fill_restrictions, forum_of
from resolvers.forum.tree.sight import is_seen_in, sight_of

_OF_THE_TREE = OF_THE_TREE | {"visibleByFaction", "visibleByClan"}


@filtered(RowFilter.SECTION_VISIBILITY)
async def topic(
    info: Info,
    id: strawberry.ID | None = None,  # noqa: A002 - the argument's name for clients
    slug: str | None = None,
) -> TopicView | None:
    """A topic that the viewer may see, by its id or its slug; None for any other."""
    if (id is None) == (slug is None):
        raise bad_input("id", "id_or_slug")
    name = row_id(id, "Topic") if id is not None else storable_text(slug or "", "slug", LONGEST_SLUG)
    return await _topic(info.context, name, selection_of(info), part_below(info))


@node_loader("Topic")
@filtered(RowFilter.SECTION_VISIBILITY)
async def topic_by_pk(context: Context, pk: int, selection: Selection) -> TopicView | None:
    """A topic by its number, filled as selected."""
    return await _topic(context, pk, selection)


async def _topic(
    context: Context, name: int | str, selection: Selection, part: PostPart | None = None
) -> TopicView | None:
    """One query for the topic, its section, the verdict on it, and the part of its posts that will be asked for."""
    joined = joined_in(selection)
    if part is None:
        read, posts = await topic_in_section(name, joined), list[PostView]()
    else:
        read, posts = await topic_with_posts(name, joined, part)
    if read is None or not await is_seen_in(context, *read):
        return None
    found, section, _ = read
    sharing = sharing_alliances([section])
    if sharing and await ensure_synced(context, sharing):
        return await _topic(context, name, selection, part)  # It may have changed, or be gone.
    found.section = section
    if part is not None:
        keep(context, found.pk, part, posts)
    await fill_topics(context, [found], selection)
    return found


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
