"""A member's own orders and convoys, page by page, for those who may look into the alliance."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from domain.orders.order import OrderStatus
from engine.operation.connection import Listing, load_page
from engine.operation.context import Context, Info
from engine.operation.page import USUAL_PAGE, Page, Paging, no_page, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, below
from models.alliance.member import MemberView
from models.orders.convoy import ConvoyView
from models.orders.member import (
    RECIPIENT,
    SENDER,
    End,
    convoys_of_members,
    count_convoys,
    count_orders,
    mark_cancelled,
    order_key,
    orders_of_members,
)
from models.orders.order import OrderView
from permissions.row_filter import RowFilter
from resolvers.alliance.insight import rows_of_alliance
from resolvers.forum.sealed import load_synced
from resolvers.orders.convoy import fill_convoys
from resolvers.orders.order import fill_orders

Fill = Callable[[Context, Sequence[Any], Selection], Awaitable[None]]
_of_members_seen = rows_of_alliance(RowFilter.ALLIANCE_INSIGHT, no_page, of="alliance_id")


@_of_members_seen
async def orders_of_member(
    root: MemberView,
    info: Info,
    *,
    status: list[OrderStatus] | None = None,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[OrderView]:
    """A page of what a member asked for, newest first."""
    wanted = None if status is None else tuple(status)
    listing = Listing(order_key, partial(orders_of_members, statuses=wanted), partial(count_orders, statuses=wanted))
    paging = Paging(first=first, after=after, last=last, before=before)
    return await _page(root, info, paging, listing, fill_orders, wanted)


@_of_members_seen
async def convoys_sent(
    root: MemberView,
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[ConvoyView]:
    """A page of what a member sent, newest first."""
    paging = Paging(first=first, after=after, last=last, before=before)
    return await _page(root, info, paging, _convoys(SENDER), _fill_convoys)


@_of_members_seen
async def convoys_received(
    root: MemberView,
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[ConvoyView]:
    """A page of what was sent to a member, latest arrival first."""
    paging = Paging(first=first, after=after, last=last, before=before)
    return await _page(root, info, paging, _convoys(RECIPIENT), _fill_convoys)


def _convoys(end: End) -> Listing[ConvoyView]:
    return Listing(end.key, partial(convoys_of_members, end=end), partial(count_convoys, end=end))


async def _page(
    root: MemberView, info: Info, paging: Paging, listing: Listing[Any], fill: Fill, *arguments: Any
) -> Page[Any]:
    """The page below one member, read together with those below the others of the answer."""
    context, window = info.context, window_of(info, paging, datetime, int)

    async def load(members: Sequence[MemberView], selection: Selection) -> list[Any]:
        async def read(opened: list[MemberView]) -> list[Page[Any]]:
            pages = await listing.pages([one.pk for one in opened], window, selection)
            await fill(context, [one for page in pages for one in page.nodes], below(selection, "edges", "node"))
            return pages

        return await load_synced(context, members, lambda one: [one.alliance_id], read)

    return await load_page(context, info, root, (window.size, window, *arguments), load)


async def _fill_convoys(context: Context, found: Sequence[ConvoyView], selection: Selection) -> None:
    if found and "isCancelled" in selection:
        await mark_cancelled(found)
    await fill_convoys(context, found, selection)
