"""Convoys: who sees them, sending and cancelling; from ids and selections to rows."""

from collections.abc import Sequence
from datetime import datetime

from domain.core.day import next_minute
from domain.core.refusal import bad_input, forbidden, not_found
from domain.orders.order import faults
from engine.operation.context import Context
from engine.operation.node import loads, row_id
from engine.operation.selection import Selection, below, merged
from engine.operation.type_extension import fill_extensions
from models.alliance.alliance import AllianceView
from models.alliance.member import members_by_ids
from models.orders.convoy import ConvoyView, convoy_by_id, convoys_under_way
from models.orders.convoy_sending import cancel_convoy, send_convoy
from models.orders.order import orders_by_ids
from permissions.alliance import knows_alliance, sees_alliance
from resolvers.alliance.alliance import own_membership
from resolvers.alliance.member import fill_members
from resolvers.forum.sealed import ensure_synced

_YEARS = (2000, 3000)  # What a text of four digits carries, with room on both sides.


async def under_way(context: Context, alliance: AllianceView, selection: Selection) -> list[ConvoyView]:
    """What has not arrived; nothing of an alliance that the viewer may not look into."""
    if not sees_alliance(context.viewer, alliance.pk):
        return []
    await ensure_synced(context, [alliance.pk])
    found = await convoys_under_way(alliance.pk, context.now())
    await fill_convoys(context, found, selection)
    return found


@loads("Convoy")
async def _convoy(context: Context, pk: int, selection: Selection) -> ConvoyView | None:
    found = await convoy_by_id(pk)
    if found is None:
        return None
    order = (await orders_by_ids([found.order_id])).get(found.order_id)
    if order is None or not sees_alliance(context.viewer, order.alliance_id):
        return None
    if await ensure_synced(context, [order.alliance_id]):
        return await _convoy(context, pk, selection)
    await fill_convoys(context, [found], selection)
    return found


async def fill_convoys(context: Context, found: Sequence[ConvoyView], selection: Selection) -> None:
    """Sets what is selected and no column of the convoy itself: one query a relation. All must be seen already."""
    if not found:
        return
    if {"sender", "recipient"} & selection.keys():
        ids = {convoy.sender_id for convoy in found} | {convoy.recipient_id for convoy in found}
        members = await members_by_ids(list(ids))
        wanted = merged(below(selection, "recipient"), below(selection, "sender"))
        await fill_members(context, list(members.values()), wanted)
        for convoy in found:
            convoy.sender, convoy.recipient = members[convoy.sender_id], members[convoy.recipient_id]
    await fill_extensions(context, "Convoy", found, selection)


async def send(
    context: Context, order_id: str, food: int, materials: int, arrives_at: datetime, selection: Selection
) -> ConvoyView:
    """A convoy by the viewer, to whoever asked."""
    pk = row_id(order_id, "Order", "orderId")
    order = (await orders_by_ids([pk])).get(pk)
    if order is None:
        raise not_found("orderId")
    membership = own_membership(context, order.alliance_id, "orderId")
    for field, fault in faults(food, materials):
        raise bad_input(field, {"NEGATIVE": "under_zero", "TOO_BIG": "too_much"}.get(fault.value, "convoy_of_nothing"))
    if not _YEARS[0] <= arrives_at.year < _YEARS[1]:
        raise bad_input("arrivesAt", "bad_arrival")
    members = await members_by_ids([membership.member_id, order.requester_id])
    sender, recipient = members[membership.member_id], members[order.requester_id]
    arrival = next_minute(arrives_at)
    number = await send_convoy(order, sender, recipient, food, materials, arrival, context.now())
    return await _after(context, number, selection)


async def cancel(context: Context, convoy_id: str, selection: Selection) -> ConvoyView:
    """By its sender, or an administrator for them. The convoy is answered with, cancelled."""
    found = await convoy_by_id(row_id(convoy_id, "Convoy"))
    order = None if found is None else (await orders_by_ids([found.order_id])).get(found.order_id)
    if found is None or order is None or not knows_alliance(context.viewer, order.alliance_id):
        raise not_found("id")
    own = any(one.member_id == found.sender_id and one.has_topic for one in context.viewer.memberships)
    if not own and not context.viewer.administers(order.alliance_id):
        raise forbidden("not_your_convoy")
    recipient = (await members_by_ids([found.recipient_id]))[found.recipient_id]
    await cancel_convoy(found, recipient, order, context.now())
    return await _after(context, found.pk, selection)


async def _after(context: Context, pk: int, selection: Selection) -> ConvoyView:
    context.memory.clear()
    found = await convoy_by_id(pk)
    if found is None:
        raise not_found()
    await fill_convoys(context, [found], selection)
    return found
