"""Posts as they are read: one, a topic's by pages, and what is selected of them. No write."""

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.core.refusal import not_found
from domain.forum.post_order import PostOrder
from engine.guard.row_filter import filtered
from engine.operation.connection import load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of, write_cursor
from engine.operation.page_type import After, Before, Deleted, First, Last
from engine.operation.selection import Selection, below
from models.forum.post import PostView, count_deleted_posts, order_key, post_in_topic
from models.forum.post_page import posts_of_topics
from models.forum.post_revision import revisions_of
from models.forum.reaction import reaction_counts
from models.forum.section import SectionView
from models.forum.topic import TopicView, topics_by_ids
from models.forum.tree.section_tree import Place
from models.live.event import places_of_posts
from permissions.row_filter import RowFilter
from permissions.visibility import sees_topic
from permissions.writing import sees_revisions
from resolvers.forum.author import fill_authors, joined_in
from resolvers.forum.locked_topic import check_moderation
from resolvers.forum.post_page import kept, part_of
from resolvers.forum.sealed import SHARED, ensure_synced, open_posts, open_revisions
from resolvers.forum.topic import fill_topics
from resolvers.forum.tree.sight import seen_place, seen_places


@node_loader("Post")
@filtered(RowFilter.SECTION_VISIBILITY)
async def post_by_pk(context: Context, pk: int, selection: Selection) -> PostView | None:
    """A post that the viewer may see, filled as selected; None for any other."""
    read = await post_in_topic(pk, joined_in(selection))
    if read is None:
        return None
    found, section_id, alliance_id, stamp = read
    place = await seen_place(context, section_id, stamp)
    if place is None or not sees_topic(context.viewer, place, alliance_id):
        return None
    if place.kind in SHARED and place.alliance_id is not None and await ensure_synced(context, [place.alliance_id]):
        return await post_by_pk(context, pk, selection)  # It may have changed, or be gone.
    await fill_posts(context, [found], selection)
    return found


@filtered(RowFilter.SECTION_VISIBILITY)
async def posts(
    root: TopicView,
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
    deleted: Deleted = False,
    order: PostOrder = PostOrder.OLDEST_FIRST,
) -> Page[PostView]:
    """A page of a topic's posts; of the deleted ones alone for moderators who ask."""
    context, is_deleted = info.context, bool(deleted)
    if is_deleted:
        check_moderation(context, await _alliance_of(context, root))
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), datetime, int)

    async def load(topics: Sequence[TopicView], selection: Selection) -> list[Page[PostView]]:
        ids = [place.pk for place in topics]
        wanted = below(selection, "edges", "node")
        rows: dict[int, list[PostView]] = {}
        if selection.keys() & {"edges", "pageInfo"}:
            part = part_of(context, window, order, wanted, deleted=is_deleted)
            read = kept(context, ids[0], part) if len(ids) == 1 else None
            rows = await posts_of_topics(ids, part) if read is None else {ids[0]: read}
        pages = [page_of(rows.get(place.pk, []), window, order_key) for place in topics]
        counts = await count_deleted_posts(ids) if is_deleted and "totalCount" in selection else {}
        for place, page in zip(topics, pages, strict=True):
            page.total_count = counts.get(place.pk, 0) if is_deleted else place.post_count
            for found in page.nodes:
                found.topic = place
        await fill_posts(context, [found for page in pages for found in page.nodes], wanted)
        return pages

    return await load_page(context, info, root, (window.size, window, is_deleted, order), load)


async def _alliance_of(context: Context, topic: TopicView) -> int | None:
    """Whose the topic's section is, however the topic was reached: the tree of sections is read once an operation."""
    place: Place | SectionView | None = getattr(topic, "section", None)
    place = place or (await seen_places(context)).get(topic.section_id)
    return None if place is None else place.alliance_id


async def fill_posts(context: Context, posts: Sequence[PostView], selection: Selection) -> None:
    """Sets what is selected and no column of the post itself: one query a relation. All must be seen already."""
    if not posts or not selection:
        return
    viewer, ids = context.viewer, [found.pk for found in posts]
    sealed = {found.pk for found in posts if found.is_encrypted}
    await open_posts(context, posts)
    await fill_authors(context, posts, selection)
    if "topic" in selection:
        await _fill_topic(context, posts, below(selection, "topic"))
    if "cursor" in selection:
        places = await places_of_posts(ids)
        for found in posts:
            found.cursor = write_cursor(places[found.pk]) if found.pk in places else None
    if "reactions" in selection and not all(hasattr(found, "reactions") for found in posts):
        counts = await reaction_counts(ids, viewer.user_id)
        for found in posts:
            found.reactions = counts[found.pk]
    if "revisions" in selection:
        await _fill_revisions(context, posts, sealed)


async def _fill_revisions(context: Context, posts: Sequence[PostView], sealed: Collection[int]) -> None:
    """Others get none rather than an error, which would say that there are some and blank the page.

    Whether or not the post says that it was edited: of two edits at once the one that lost is kept too.
    """
    seen = {found.pk for found in posts if sees_revisions(context.viewer, found.author_id)}
    plain, opened = sorted(seen.difference(sealed)), sorted(seen.intersection(sealed))
    revisions = await revisions_of(plain) if plain else {}
    if opened:
        revisions |= await open_revisions(context, opened)
    for found in posts:
        found.revisions = revisions.get(found.pk, [])


async def _fill_topic(context: Context, posts: Sequence[PostView], selection: Selection) -> None:
    if not all(hasattr(found, "topic") for found in posts):
        read = await topics_by_ids(list({found.topic_id for found in posts}), joined_in(selection))
        for found in posts:
            if found.topic_id not in read:
                raise not_found()  # It was deleted since the post was read.
            found.topic = read[found.topic_id]
    topics = {id(found.topic): found.topic for found in posts}
    await fill_topics(context, list(topics.values()), selection)
