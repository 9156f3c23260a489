"""Convoys: who sees them, sending and cancelling; from ids and selections to rows."""

from collections.abc import Sequence
from datetime import datetime

from domain.core.day import next_minute
from domain.core.refusal import bad_input, not_found
from domain.orders.convoy import MOST, YEARS
from domain.orders.order import faults
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection, below, merged, selection_of
from engine.operation.type_extension import fill_extensions
from models.alliance.alliance import AllianceView
from models.alliance.member import members_by_ids
from models.orders import convoy as convoys
from models.orders import convoy_sending
from models.orders.convoy import ConvoyView, convoy_by_id
from models.orders.order import OrderView, orders_by_ids
from permissions.alliance import sees_alliance
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.alliance.insight import rows_of_alliance
from resolvers.alliance.member import fill_members
from resolvers.forum.sealed import ensure_synced


@rows_of_alliance(RowFilter.ALLIANCE_INSIGHT)
async def convoys_under_way(root: AllianceView, info: Info) -> list[ConvoyView]:
    """What has not arrived."""
    context = info.context
    await ensure_synced(context, [root.pk])
    found = await convoys.convoys_under_way(root.pk, context.now())
    await fill_convoys(context, found, selection_of(info))
    return found


@node_loader("Convoy")
@filtered(RowFilter.ALLIANCE_INSIGHT)
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


async def send_convoy(
    info: Info, order: OrderView, membership: Membership, food: int, materials: int, arrives_at: datetime
) -> ConvoyView:
    """A convoy by the viewer, to whoever asked."""
    for field, fault in faults(food, materials, MOST):
        raise bad_input(field, {"NEGATIVE": "under_zero", "TOO_BIG": "too_much"}.get(fault.value, "convoy_of_nothing"))
    if arrives_at.year not in YEARS or next_minute(arrives_at).year not in YEARS:
        raise bad_input("arrivesAt", "bad_arrival")
    members = await members_by_ids([membership.member_id, order.requester_id])
    sender, recipient = members[membership.member_id], members[order.requester_id]
    arrival, now = next_minute(arrives_at), info.context.now()
    number = await convoy_sending.send_convoy(order, sender, recipient, food, materials, arrival, now)
    return await _after(info, number)


async def cancel_convoy(info: Info, convoy: ConvoyView) -> ConvoyView:
    """The convoy is answered with, cancelled."""
    recipient = (await members_by_ids([convoy.recipient_id]))[convoy.recipient_id]
    await convoy_sending.cancel_convoy(convoy, recipient, convoy.order, info.context.now())
    return await _after(info, convoy.pk)


async def _after(info: Info, pk: int) -> ConvoyView:
    info.context.memory.clear()
    found = await convoy_by_id(pk)
    if found is None:
        raise not_found()
    await fill_convoys(info.context, [found], selection_of(info))
    return found
