"""What an alliance's members can send, and what its open orders still want: read for the delivery plan, which is pure.

Tested in tests/resolvers/orders/test_delivery_plan.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.alliance.evolution import Evolution, carriage
from domain.orders.delivery_plan import DeliveryPlan, Unserved, obstacle_of, plan_deliveries, turn
from domain.orders.load import Sender, Wish
from domain.orders.order import OPEN, score
from models.alliance.census.census import CensusView, current_censuses, newest
from models.alliance.member import MemberView, members_of
from models.core.database import fetch
from models.orders.convoy import convoys_under_way
from models.orders.order import OrderView, orders_of
from models.rights.rights import AllianceSheet

_KEYS = ("accumulatedThousandths", "baseShare", "projectedRights")


@dataclass(frozen=True, slots=True)
class AlliancePlan:
    """The plan with the rows that it speaks of, by their numbers."""

    planned_at: datetime
    plan: DeliveryPlan
    orders: dict[int, OrderView]
    members: dict[int, MemberView]
    without_census: list[int]


async def plan_of(sheet: AllianceSheet, now: datetime) -> AlliancePlan:
    """The plan of the sheet's alliance: at most nine statements, however many members and orders."""
    alliance_id = sheet.alliance_id
    members = {one.pk: one for one in (await members_of([alliance_id]))[alliance_id]}
    orders = await orders_of([alliance_id], sorted(OPEN))
    await sheet.load(_KEYS)
    rights = sheet.rows(_KEYS)
    orders.sort(key=lambda one: (turn(one.status, _score_of(one, rights), one.created_at), one.pk))
    censuses = await current_censuses(list(members))
    projected = {pk: row.projected_rights or 0.0 for pk, row in rights.items()}
    plan = _plan(orders, members, await _senders(alliance_id, members, censuses, projected, now), now)
    unknown = [pk for pk in members if pk not in censuses]
    return AlliancePlan(now, plan, {one.pk: one for one in orders}, members, unknown)


def _score_of(order: OrderView, rights: dict[int, Any]) -> float | None:
    """Not kept on the order: what it tells is for administrators, and a plan's rows are shown to senders too."""
    row = rights.get(order.requester_id)
    if row is None:
        return None
    return score(row.accumulated_thousandths, order.amounts.materials_remaining, row.base_share)


def _plan(
    orders: Sequence[OrderView], members: dict[int, MemberView], senders: Sequence[Sender], now: datetime
) -> DeliveryPlan:
    """With what may not be sent towards yet, in the turn of the orders."""
    wishes, unserved = [], []
    for order in orders:
        wanted = order.amounts.materials_remaining, order.amounts.food_remaining
        there = order.requester_id in members
        obstacle = obstacle_of(order.status, order.deliver_after, now, is_requester_there=there)
        if obstacle is not None:
            unserved.append(Unserved(order.pk, *wanted, obstacle))
        elif any(wanted):
            place = members[order.requester_id].place or _place_of(order)
            wishes.append(Wish(order.pk, order.requester_id, *wanted, order.due_on, place))
    plan = plan_deliveries(senders, wishes, now)
    places = {order.pk: at for at, order in enumerate(orders)}
    return DeliveryPlan(plan.convoys, sorted([*plan.unserved, *unserved], key=lambda one: places[one.order]))


def _place_of(order: OrderView) -> tuple[int, int] | None:
    """The colony that the order's title names; -1 stands for one that is not known."""
    return None if -1 in (order.x, order.y) else (order.x, order.y)


# ---- what members can send ----------------------------------------------------------


async def _senders(
    alliance_id: int,
    members: dict[int, MemberView],
    censuses: dict[int, CensusView],
    rights: dict[int, float],
    now: datetime,
) -> list[Sender]:
    """What the newest census shows, less what was sent since; of the workers, less what is under way."""
    sent = await sent_since_census(alliance_id)
    away: Counter[int] = Counter()
    for convoy in await convoys_under_way(alliance_id, now):
        away[convoy.sender_id] += convoy.food + convoy.materials
    senders = []
    for pk, census in censuses.items():
        food, materials = sent.get(pk, (0, 0))
        carried = carriage(census.workers, census.tdc, census.level(Evolution.ETABLE_PUCERONS) or 0)
        senders.append(
            Sender(
                pk,
                rights.get(pk, 0.0),
                _left(census.materials, materials),
                _left(census.food, food),
                _left(carried, away[pk]),
                members[pk].place,
                census.level(Evolution.VITESSE_ATTAQUE),
            )
        )
    return senders


def _left(held: int, gone: int) -> int:
    """Never more than was held: what was taken back may have been sent before the census."""
    return max(held - max(gone, 0), 0)


async def sent_since_census(alliance_id: int) -> dict[int, tuple[int, int]]:
    """Food and materials that each present member has sent since their newest census, with their signs."""
    rows = await fetch(
        f"""SELECT m.id, CAST(sum(v.food) AS BIGINT), CAST(sum(v.materials) AS BIGINT) FROM members m
        {newest("m.id")}
        JOIN convoys v ON v.sender_id = m.id AND v.sent_at > c.recorded_at
        WHERE m.alliance_id = $1 AND m.left_at IS NULL GROUP BY m.id""",
        alliance_id,
    )
    return {row[0]: (row[1], row[2]) for row in rows}
