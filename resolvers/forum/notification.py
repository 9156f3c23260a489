"""Notifications: the viewer's own, as far as they may see now what each is about."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import strawberry

from domain.core.refusal import bad_input
from engine.guard.row_filter import filtered
from engine.live.stream import rows_added, until_over
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, below, selection_of
from models.forum.post import posts_by_ids
from models.forum.topic import topics_by_ids
from models.live import notification as notification_rows
from models.live.event import EventKind
from models.live.notification import (
    NotificationView,
    count_unread,
    notification_by_id,
    notifications_of,
)
from permissions.row_filter import RowFilter
from resolvers.forum.author import joined_in
from resolvers.forum.post import fill_posts
from resolvers.forum.topic import fill_topics
from resolvers.forum.tree.sight import sight_of

MOST_IDS = 1_000


@dataclass(slots=True, eq=False)
class NotificationPage(Page[NotificationView]):
    """A page of notifications. `unread_count` is of all, not of the page, and filled where it was selected."""

    unread_count: int | None = None


@filtered(RowFilter.OWN, RowFilter.SECTION_VISIBILITY)
async def notifications(
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
    unread_only: bool | None = False,
) -> NotificationPage:
    """The viewer's notifications, newest first."""
    context, window = info.context, window_of(info, Paging(first=first, after=after, last=last, before=before), int)
    selection, user_id = selection_of(info), context.viewer.user_id or 0
    sections = (await sight_of(context)).whole
    found: list[NotificationView] = []
    if selection.keys() & {"edges", "pageInfo"}:
        found = await notifications_of(user_id, sections, window, unread_only=bool(unread_only))
    plain = page_of(found, window, lambda one: (one.pk,))
    page = NotificationPage(plain.edges, plain.page_info)
    if "unreadCount" in selection:
        page.unread_count = await count_unread(user_id, sections)
    await fill_notifications(context, page.nodes, below(selection, "edges", "node"))
    return page


async def fill_notifications(context: Context, found: Sequence[NotificationView], selection: Selection) -> None:
    """Sets the topics and posts where they are selected. All must be seen already."""
    if "post" in selection:
        await _fill_posts(context, found, below(selection, "post"))
    if "topic" not in selection:
        return
    wanted = below(selection, "topic")
    ids = {one.topic_id for one in found if one.topic_id is not None}
    topics = await topics_by_ids(list(ids), joined_in(wanted)) if ids else {}
    await fill_topics(context, list(topics.values()), wanted)
    for one in found:
        one.topic = topics.get(one.topic_id or 0)


async def _fill_posts(context: Context, found: Sequence[NotificationView], selection: Selection) -> None:
    ids = [one.post_id for one in found if one.post_id is not None]
    read = await posts_by_ids(ids, joined_in(selection)) if ids else {}
    await fill_posts(context, list(read.values()), selection)
    for one in found:
        one.post = read.get(one.post_id or 0)


async def mark_notifications_read(info: Info, ids: list[strawberry.ID] | None = None) -> int:
    """Marks these, or all; tells how many were unread. Ids that are not the viewer's to see are passed over."""
    if ids is not None and len(ids) > MOST_IDS:
        raise bad_input("ids", "too_many_ids", most=MOST_IDS)
    pks = None if ids is None else [row_id(one, "Notification", "ids") for one in ids]
    context = info.context
    sections = (await sight_of(context)).whole
    return await notification_rows.mark_notifications_read(context.viewer.user_id or 0, sections, pks, context.now())


@filtered(RowFilter.OWN, RowFilter.SECTION_VISIBILITY)
async def notification_added(info: Info) -> AsyncGenerator[NotificationView, None]:
    """The viewer's own, as they come."""
    context = info.context
    found = rows_added(context, info, EventKind.NOTIFICATION, context.viewer.user_id or 0, "Notification")
    async with aclosing(until_over(context, found)) as rows:
        async for row in rows:
            yield row


@node_loader("Notification")
@filtered(RowFilter.OWN, RowFilter.SECTION_VISIBILITY)
async def _notification(context: Context, pk: int, selection: Selection) -> NotificationView | None:
    if context.viewer.user_id is None:
        return None
    sections = (await sight_of(context)).whole
    found = await notification_by_id(context.viewer.user_id, sections, pk)
    if found is not None:
        await fill_notifications(context, [found], selection)
    return found
