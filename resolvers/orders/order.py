"""Orders: who sees them, their scores and their order; from ids and selections to rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.core.refusal import Refusal, bad_input
from domain.orders.order import OrderStatus, faults, is_late, rank_key
from engine.guard.row_filter import filtered
from engine.guard.target import Judged
from engine.operation.connection import load_rows
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection, below, selection_of
from engine.operation.type_extension import fills
from models.alliance.alliance import AllianceView
from models.alliance.member import members_by_ids
from models.forum.topic import topics_by_ids
from models.orders import order_change
from models.orders.convoy import ConvoyView, convoys_of
from models.orders.order import OrderView, orders_by_ids, orders_of
from models.orders.order_change import OrderChanges, OrderFields
from models.orders.score import score_of, standings_of
from permissions.alliance import reads_rights, sees_alliance
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.alliance.insight import rows_of_alliance
from resolvers.alliance.member import fill_members
from resolvers.forum.author import joined_in
from resolvers.forum.sealed import ensure_synced, load_synced
from resolvers.forum.topic import fill_topics
from resolvers.forum.tree.sight import seen_places
from resolvers.orders.convoy import fill_convoys

# ---- reading ------------------------------------------------------------------------


@rows_of_alliance(RowFilter.ALLIANCE_INSIGHT)
async def orders(root: AllianceView, info: Info, status: list[OrderStatus] | None = None) -> list[OrderView]:
    """The orders of an alliance, highest score first."""
    wanted = None if status is None else tuple(status)

    async def load(alliances: Sequence[AllianceView], selection: Selection) -> list[Any]:
        return await load_synced(
            info.context,
            alliances,
            lambda view: [view.pk],
            lambda opened: _orders_of(info.context, opened, wanted, selection),
        )

    found: list[OrderView] = await load_rows(info.context, info, root, (wanted,), load)
    return found


async def _orders_of(
    context: Context, alliances: Sequence[AllianceView], statuses: Sequence[OrderStatus] | None, selection: Selection
) -> list[list[OrderView]]:
    """The orders of each alliance. All must be seen already."""
    found = await orders_of([view.pk for view in alliances], statuses)
    await _fill_scores(found, context.now())
    found.sort(key=lambda order: (*rank_key(order.score, order.created_at), order.pk))
    _hide_scores(context, found)
    await fill_orders(context, found, selection)
    return [[order for order in found if order.alliance_id == view.pk] for view in alliances]


async def order_by_pk(context: Context, pk: int, selection: Selection) -> OrderView | None:
    """An order of an alliance that the viewer may look into; None for any other."""
    found = (await orders_by_ids([pk])).get(pk)
    if found is None or not sees_alliance(context.viewer, found.alliance_id):
        return None
    if await ensure_synced(context, [found.alliance_id]):
        return await order_by_pk(context, pk, selection)
    await fill_orders(context, [found], selection)
    return found


@node_loader("Order")
@filtered(RowFilter.ALLIANCE_INSIGHT)
async def _order(context: Context, pk: int, selection: Selection) -> OrderView | None:
    return await order_by_pk(context, pk, selection)


async def fill_orders(context: Context, found: Sequence[OrderView], selection: Selection) -> None:
    """Sets what is selected and no column of the order itself: one query a relation. All must be seen already."""
    if not found:
        return
    now = context.now()
    for order in found:
        order.is_late = is_late(order.status, order.due_on, now)
    if "score" in selection and not all(hasattr(order, "score") for order in found):
        await _fill_scores(found, now)
        _hide_scores(context, found)
    if "requester" in selection:
        members = await members_by_ids(list({order.requester_id for order in found}))
        await fill_members(context, list(members.values()), below(selection, "requester"))
        for order in found:
            order.requester = members[order.requester_id]
    if "topic" in selection:
        await _fill_topics(context, found, below(selection, "topic"))
    if "convoys" in selection:
        convoys = await convoys_of([order.pk for order in found])
        for order in found:
            order.convoys = convoys[order.pk]
            for convoy in order.convoys:
                convoy.order = order
        await fill_convoys(context, [one for rows in convoys.values() for one in rows], below(selection, "convoys"))


@fills("Convoy", "order")
async def _fill_orders_of_convoys(context: Context, convoys: Sequence[ConvoyView], selection: Selection) -> None:
    """An order has convoys and a convoy its order: those that were read by their order have it already."""
    missing = {convoy.order_id for convoy in convoys if not hasattr(convoy, "order")}
    read = await orders_by_ids(list(missing)) if missing else {}
    for convoy in convoys:
        if convoy.order_id in read:
            convoy.order = read[convoy.order_id]
    orders = {id(convoy.order): convoy.order for convoy in convoys}
    await fill_orders(context, list(orders.values()), selection)


async def _fill_scores(found: Sequence[OrderView], now: datetime) -> None:
    for alliance_id in {order.alliance_id for order in found}:
        standings = await standings_of(alliance_id, now)
        for order in found:
            if order.alliance_id == alliance_id:
                order.score = score_of(order, standings)


def _hide_scores(context: Context, found: Sequence[OrderView]) -> None:
    """A score and the censuses tell what its requester has accumulated, which is for administrators."""
    for order in found:
        if not reads_rights(context.viewer, order.alliance_id):
            order.score = None


async def _fill_topics(context: Context, found: Sequence[OrderView], selection: Selection) -> None:
    topics = await topics_by_ids([order.topic_id for order in found], joined_in(selection))
    places = await seen_places(context)
    seen = {pk: view for pk, view in topics.items() if view.section_id in places}
    await fill_topics(context, list(seen.values()), selection)
    for order in found:
        order.topic = seen.get(order.topic_id)


# ---- writing ------------------------------------------------------------------------


async def place_order(info: Info, membership: Membership, wish: OrderFields) -> OrderView:
    """A new order by the viewer."""
    _check_quantities(wish.food or 0, wish.materials or 0, changing=False)
    requester = (await members_by_ids([membership.member_id]))[membership.member_id]
    return await _after(info, await order_change.place_order(requester, wish, info.context.now()))


async def update_order(info: Info, order: OrderView, changes: OrderChanges) -> OrderView:
    _check_quantities(changes.get("food", 0), changes.get("materials", 0), changing=True)
    await order_change.update_order(order, changes, info.context.now())
    return await _after(info, order.pk)


async def set_order_status(info: Info, order: OrderView, status: OrderStatus) -> OrderView:
    await order_change.set_order_status(order, status, info.context.viewer.user_id, info.context.now())
    return await _after(info, order.pk)


@dataclass(slots=True, eq=False)
class StatusChange:
    """One row of a bulk change: the order as it now is, or why it was refused; the edge words that as `error`."""

    order_id: str
    order: OrderView | None
    refusal: Refusal | None
    error: object = None


MOST_AT_ONCE = 100


async def set_order_statuses(
    info: Info, orders: Sequence[Judged[OrderView]], status: OrderStatus
) -> list[StatusChange]:
    """Each order by itself, in the given order: one refusal leaves the others changed."""
    context = info.context
    results = [await _set_one_status(context, one, status) for one in orders]
    context.memory.clear()
    # What one change did to another order (a promotion) shows: all are read together, at the end.
    rows = await orders_by_ids([one.order.pk for one in results if one.order is not None])
    await fill_orders(context, list(rows.values()), below(selection_of(info), "order"))
    for one in results:
        one.order = None if one.order is None else rows.get(one.order.pk)
    return results


async def _set_one_status(context: Context, judged: Judged[OrderView], status: OrderStatus) -> StatusChange:
    if isinstance(judged.row, Refusal):
        return StatusChange(judged.given, None, judged.row)
    try:
        await order_change.set_order_status(judged.row, status, context.viewer.user_id, context.now())
    except Refusal as refusal:
        return StatusChange(judged.given, None, refusal)
    return StatusChange(judged.given, judged.row, None)


def _check_quantities(food: int, materials: int, *, changing: bool) -> None:
    """In a change, what is not given is not judged; the row says then whether anything is asked for."""
    for field, fault in faults(food, materials):
        if not (changing and fault == "NOTHING"):
            raise bad_input(field, _FAULTS[fault.value])


_FAULTS = {"NEGATIVE": "under_zero", "TOO_BIG": "too_much", "NOTHING": "order_of_nothing"}


async def _after(info: Info, pk: int) -> OrderView:
    info.context.memory.clear()
    found = (await orders_by_ids([pk]))[pk]
    await fill_orders(info.context, [found], selection_of(info))
    return found
