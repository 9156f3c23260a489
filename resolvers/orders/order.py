"""Orders: who sees and changes them, their scores and their order; from ids and selections to rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.core.refusal import Refusal, bad_input, forbidden, not_found
from domain.orders.order import OrderStatus, faults, is_late, rank_key
from engine.operation.context import Context
from engine.operation.node import loads, row_id
from engine.operation.selection import Selection, below
from engine.operation.type_extension import fills
from models.alliance.alliance import AllianceView
from models.alliance.member import members_by_ids
from models.forum.topic import topics_by_ids
from models.orders.convoy import ConvoyView, convoys_of
from models.orders.order import OrderView, orders_by_ids, orders_of
from models.orders.order_change import Wish, place_order, set_order_status, update_order
from models.orders.score import score_of, standings_of
from permissions.alliance import knows_alliance, sees_alliance
from resolvers.alliance.alliance import own_membership, tagged
from resolvers.alliance.member import fill_members
from resolvers.forum.author import joined_in
from resolvers.forum.forum import forum_of
from resolvers.forum.sealed import ensure_synced
from resolvers.forum.topic import fill_topics
from resolvers.orders.convoy import fill_convoys

# Whoever asked may call their own order off or declare it served; the queue is for those who administer.
_BY_REQUESTER = frozenset({OrderStatus.CANCELLED, OrderStatus.DONE, OrderStatus.DELETED})

# ---- reading ------------------------------------------------------------------------


async def orders(
    context: Context, alliances: Sequence[AllianceView], statuses: Sequence[OrderStatus] | None, selection: Selection
) -> list[list[OrderView]]:
    """The orders of each alliance, highest score first; none of those that the viewer may not look into."""
    seen = [view.pk for view in alliances if sees_alliance(context.viewer, view.pk)]
    await ensure_synced(context, seen)
    found = await orders_of(seen, statuses) if seen else []
    await _fill_scores(context, found)
    await fill_orders(context, found, selection)
    found.sort(key=lambda order: (*rank_key(order.score, order.created_at), order.pk))
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


@loads("Order")
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
        await _fill_scores(context, found)
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


async def _fill_scores(context: Context, found: Sequence[OrderView]) -> None:
    for alliance_id in {order.alliance_id for order in found}:
        standings = await standings_of(alliance_id, context.now())
        for order in found:
            if order.alliance_id == alliance_id:
                order.score = score_of(order, standings)


async def _fill_topics(context: Context, found: Sequence[OrderView], selection: Selection) -> None:
    topics = await topics_by_ids([order.topic_id for order in found], joined_in(selection))
    sections = (await forum_of(context)).sections
    seen = {pk: view for pk, view in topics.items() if view.section_id in sections}
    for view in seen.values():
        view.section = sections[view.section_id]
    await fill_topics(context, list(seen.values()), selection)
    for order in found:
        order.topic = seen.get(order.topic_id)


# ---- writing ------------------------------------------------------------------------


async def place(context: Context, tag: str, wish: Wish, selection: Selection) -> OrderView:
    """A new order by the viewer."""
    alliance = await tagged(tag)
    membership = own_membership(context, alliance.pk)
    _check_quantities(wish, changing=False)
    requester = (await members_by_ids([membership.member_id]))[membership.member_id]
    return await _after(context, await place_order(requester, wish, context.now()), selection)


async def change(context: Context, order_id: str, wish: Wish, selection: Selection) -> OrderView:
    """By its requester or an administrator."""
    order = await _known(context, order_id)
    if not _is_own(context, order) and not context.viewer.administers(order.alliance_id):
        raise forbidden("not_your_order")
    _check_quantities(wish, changing=True)
    await update_order(order, wish, context.now())
    return await _after(context, order.pk, selection)


async def set_status(context: Context, order_id: str, status: OrderStatus, selection: Selection) -> OrderView:
    """By an administrator; its requester may end it."""
    order = await _known(context, order_id)
    own = _is_own(context, order) and status in _BY_REQUESTER
    if not own and not context.viewer.administers(order.alliance_id):
        raise forbidden("not_administrator")
    await set_order_status(order, status, context.now())
    return await _after(context, order.pk, selection)


@dataclass(slots=True, eq=False)
class StatusChange:
    """One row of a bulk change: the order as it now is, or why it was refused; the edge words that as `error`."""

    id: str
    order: OrderView | None
    refusal: Refusal | None
    error: object = None


MOST_AT_ONCE = 100


async def set_statuses(
    context: Context, order_ids: Sequence[str], status: OrderStatus, selection: Selection
) -> list[StatusChange]:
    """Each order by itself, in the given order: one refusal leaves the others changed."""
    if len(order_ids) > MOST_AT_ONCE:
        raise bad_input("ids", "too_many_at_once", most=MOST_AT_ONCE)
    results = []
    for order_id in order_ids:
        try:
            results.append(StatusChange(order_id, await set_status(context, order_id, status, {}), None))
        except Refusal as refusal:
            results.append(StatusChange(order_id, None, refusal))
    # What one change did to another order (a promotion) shows: all are read once more, together.
    changed = [one.order for one in results if one.order is not None]
    rows = await orders_by_ids([order.pk for order in changed])
    await fill_orders(context, list(rows.values()), below(selection, "order"))
    for one in results:
        one.order = None if one.order is None else rows.get(one.order.pk)
    return results


def _is_own(context: Context, order: OrderView) -> bool:
    return any(one.member_id == order.requester_id and one.has_topic for one in context.viewer.memberships)


def _check_quantities(wish: Wish, *, changing: bool) -> None:
    """In a change, what is not given is not judged; the row says then whether anything is asked for."""
    for field, fault in faults(wish.food or 0, wish.materials or 0):
        if not (changing and fault == "NOTHING"):
            raise bad_input(field, _FAULTS[fault.value])


_FAULTS = {"NEGATIVE": "under_zero", "TOO_BIG": "too_much", "NOTHING": "order_of_nothing"}


async def _known(context: Context, order_id: str, field: str = "id") -> OrderView:
    pk = row_id(order_id, "Order", field)
    found = (await orders_by_ids([pk])).get(pk)
    if found is None or not knows_alliance(context.viewer, found.alliance_id):
        raise not_found(field)
    return found


async def _after(context: Context, pk: int, selection: Selection) -> OrderView:
    context.memory.clear()
    found = (await orders_by_ids([pk]))[pk]
    await fill_orders(context, [found], selection)
    return found
