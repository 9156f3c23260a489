"""Posts: from queries and mutations to rows."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

import strawberry

from domain.core.refusal import forbidden, not_found
from domain.core.text import checked_body
from domain.forum.post_order import PostOrder
from domain.forum.reaction import ReactionKind
from engine.guard.row_filter import filtered
from engine.operation.connection import load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of, write_cursor
from engine.operation.page_type import After, Before, Deleted, First, Last
from engine.operation.selection import Selection, below, selection_of
from models.account.author import Author
from models.core.transaction import write
from models.forum import post as post_rows
from models.forum import reaction
from models.forum.lock import LockedTopic
from models.forum.post import (
    PostPlace,
    PostView,
    count_deleted_posts,
    order_key,
    post_place,
    posts_by_ids,
    posts_of_topics,
)
from models.forum.post_revision import revisions_of
from models.forum.reaction import reaction_counts
from models.forum.section import SectionView
from models.forum.topic import TopicView, topics_by_ids
from models.forum.tree.section_tree import Place
from models.live.event import places_of_posts
from models.live.notification import notify_moderated
from permissions.row_filter import RowFilter
from permissions.viewer import Viewer
from permissions.visibility import SectionKind
from permissions.writing import may_change, sees_revisions
from resolvers.forum.author import check_signature, fill_authors, joined_in, signature, signature_in
from resolvers.forum.locked_topic import check_by_hand, check_lock, check_moderation, locked_topic, settle
from resolvers.forum.sealed import RemoteTopic, open_posts, open_revisions, remote_topic
from resolvers.forum.topic import fill_topics
from resolvers.forum.tree.forum import may_see_topic, seen_places

# ---- reading ------------------------------------------------------------------------


@node_loader("Post")
@filtered(RowFilter.SECTION_VISIBILITY)
async def post_by_pk(context: Context, pk: int, selection: Selection) -> PostView | None:
    """A post that the viewer may see, filled as selected; None for any other."""
    place = await post_place(pk)
    if place is None or not await may_see_topic(context, place.section_id, place.alliance_id):
        return None
    found = (await posts_by_ids([pk], joined_in(selection))).get(pk)
    if found is not None:
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
            rows = await posts_of_topics(ids, window, joined_in(wanted), order, deleted=is_deleted)
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
    if "reactions" in selection:
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


# ---- writing ------------------------------------------------------------------------


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
