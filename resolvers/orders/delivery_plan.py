"""The delivery plan: an alliance's for who administers it, a member's for themself; from its numbers to rows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.orders.delivery_plan import Obstacle, PlannedConvoy
from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.message import localize
from engine.operation.selection import Selection, below, merged, selection_of
from models.alliance.alliance import AllianceView
from models.alliance.member import MemberView
from models.orders.delivery_plan import AlliancePlan, plan_of
from models.orders.order import OrderView
from permissions.row_filter import RowFilter
from resolvers.alliance.member import fill_members
from resolvers.alliance.own_place import below_own_place
from resolvers.forum.sealed import ensure_synced
from resolvers.orders.order import fill_orders
from resolvers.rights.rights import sheet_of


@dataclass(slots=True, eq=False)
class PlannedConvoyView:
    """A planned convoy as clients see it."""

    food: int
    materials: int
    departs_at: datetime
    arrives_at: datetime | None
    travel_time: int | None
    is_late: bool | None
    order: OrderView = field(init=False)
    sender: MemberView = field(init=False)
    recipient: MemberView = field(init=False)


@dataclass(slots=True, eq=False)
class UnservedOrder:
    """What of an order nobody is asked to send, and why."""

    order: OrderView
    food: int
    materials: int
    obstacle: Obstacle
    message: str


@dataclass(slots=True, eq=False)
class DeliveryPlan:
    """An alliance's plan as clients see it."""

    planned_at: datetime
    convoys: list[PlannedConvoyView]
    unserved: list[UnservedOrder]
    without_census: list[MemberView]


_OBSTACLES = {
    Obstacle.NOT_ACCEPTED: "obstacle_not_accepted",
    Obstacle.TOO_EARLY: "obstacle_too_early",
    Obstacle.REQUESTER_LEFT: "obstacle_requester_left",
    Obstacle.NO_STOCK: "obstacle_no_stock",
    Obstacle.NO_CARRIERS: "obstacle_no_carriers",
}


async def delivery_plan(root: AllianceView, info: Info) -> DeliveryPlan:
    """An alliance's plan. The field has asked whether the viewer reads its rights."""
    context, selection = info.context, selection_of(info)
    await ensure_synced(context, [root.pk])
    made = await _plan(context, root.pk)
    convoys = await _filled(context, made, made.plan.convoys, below(selection, "convoys"))
    orders = {one.order: replace(made.orders[one.order]) for one in made.plan.unserved}
    await fill_orders(context, list(orders.values()), below(selection, "unserved", "order"))
    unserved = [
        UnservedOrder(
            orders[one.order],
            one.food,
            one.materials,
            one.obstacle,
            localize(_OBSTACLES[one.obstacle], context.language),
        )
        for one in made.plan.unserved
    ]
    unknown = [replace(made.members[pk]) for pk in made.without_census]
    await fill_members(context, unknown, below(selection, "withoutCensus"))
    return DeliveryPlan(made.planned_at, convoys, unserved, unknown)


@filtered(RowFilter.OWN_PLACE)
async def planned_convoys(root: MemberView, info: Info) -> list[PlannedConvoyView]:
    """What a member is to send now; nothing to those whom the filter does not let pass."""
    found: list[PlannedConvoyView] = await below_own_place(root, info, _of_members, [])
    return found


async def _of_members(
    context: Context, members: Sequence[MemberView], selection: Selection
) -> list[list[PlannedConvoyView]]:
    found: dict[int, list[PlannedConvoyView]] = {}
    for alliance_id in {one.alliance_id for one in members}:
        made = await _plan(context, alliance_id)
        wanted = {one.pk for one in members if one.alliance_id == alliance_id}
        planned = [one for one in made.plan.convoys if one.sender in wanted]
        for one in await _filled(context, made, planned, selection):
            found.setdefault(one.sender.pk, []).append(one)
    return [found.get(one.pk, []) for one in members]


async def _plan(context: Context, alliance_id: int) -> AlliancePlan:
    """Made once an operation, however many fields ask for it."""
    key = _plan, alliance_id
    async with context.memory.setdefault((*key, "lock"), asyncio.Lock()):
        if key not in context.memory:
            context.memory[key] = await plan_of(sheet_of(context, alliance_id), context.now())
        made: AlliancePlan = context.memory[key]
        return made


async def _filled(
    context: Context, made: AlliancePlan, planned: Sequence[PlannedConvoy], selection: Selection
) -> list[PlannedConvoyView]:
    """With rows of their own: another field of the operation may select something else of the same ones."""
    orders = {one.order: replace(made.orders[one.order]) for one in planned}
    ids = {one.sender for one in planned} | {one.requester_id for one in orders.values()}
    members = {pk: replace(made.members[pk]) for pk in ids}
    await fill_orders(context, list(orders.values()), below(selection, "order"))
    wanted = merged(below(selection, "sender"), below(selection, "recipient"))
    await fill_members(context, list(members.values()), wanted)
    views = []
    for one in planned:
        view = PlannedConvoyView(one.food, one.materials, made.planned_at, one.arrives_at, one.travel_time, one.is_late)
        view.order, view.sender = orders[one.order], members[one.sender]
        view.recipient = members[view.order.requester_id]
        views.append(view)
    return views
