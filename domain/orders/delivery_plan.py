"""What to send next: which member sends how much towards which order. It decides; it neither reads nor words anything.

The objective, in this order, each step as good as the steps before it allow:

1. Orders in their turn (`turn`): as much as can be of the first one's materials, then of its food, then of the
   second's materials, and so on. None gets more than it still wants.
2. Members by their rights, lowest first: as much as can be of the materials of whoever owes most, then of their food,
   then of the next one's. Of equal rights, whoever would be least late at the first order goes first, then whoever can
   send most, then the older member. Nobody sends more than they hold, nor food and materials together past what their
   workers carry. Who waits for food or materials themselves keeps theirs: an order asks for what is missing beside it.
3. For the materials of each order in its turn, of what these members send in all: the least lateness (seconds that a
   unit comes after the end of the day that the order is due on, summed over its units; an unknown time counts as the
   longest there is), then the fewest convoys. Who sends them being settled, its food likewise: what rides along with
   its materials is no new convoy.

Each step is exact, and none searches. What can be sent in all is bounded by three numbers alone (materials, food, both
together: sums over members of what one can send), since whoever sends may send to every order: the set is a
polymatroid, on which taking as much as fits, in order, is optimal. Step 2 is the same with what the later members must
be left to send. In step 3 units go by rising lateness, and among equal ones by the largest holdings until one alone is
enough; then the smallest such one goes, which leaves fewer remainders. The fewest convoys over all orders, or over
both resources, together would be a packing problem, which no fast algorithm solves: hence in turn. Ties go to who
comes first in step 2.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from domain.alliance.evolution import time_between
from domain.core.day import next_minute
from domain.orders.load import Loads, Sender, Wish, able_senders, lateness, sender_loads, served_amounts
from domain.orders.order import OrderStatus, rank_key


class Obstacle(StrEnum):
    """Why an order does not get all that it still wants. The edge words them."""

    NOT_ACCEPTED = "NOT_ACCEPTED"
    TOO_EARLY = "TOO_EARLY"
    REQUESTER_LEFT = "REQUESTER_LEFT"
    NO_STOCK = "NO_STOCK"
    NO_CARRIERS = "NO_CARRIERS"


@dataclass(frozen=True, slots=True)
class PlannedConvoy:
    """Seconds of travel, and an arrival at a whole minute; None where a place or a level is unknown."""

    sender: int
    order: int
    materials: int
    food: int
    travel_time: int | None
    arrives_at: datetime | None
    is_late: bool | None


@dataclass(frozen=True, slots=True)
class Unserved:
    """What of an order nobody is asked to send."""

    order: int
    materials: int
    food: int
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """Convoys by order in its turn, largest first; what is unserved in the turn of the orders."""

    convoys: list[PlannedConvoy]
    unserved: list[Unserved]


def turn(status: OrderStatus, score: float | None, created_at: datetime) -> tuple[bool, tuple[bool, float, datetime]]:
    """To sort orders with: what is in progress, then the queue by score, as it will go in progress."""
    return status is not OrderStatus.IN_PROGRESS, rank_key(score, created_at)


def obstacle_of(
    status: OrderStatus, deliver_after: date | None, now: datetime, *, is_requester_there: bool
) -> Obstacle | None:
    """Why nothing may be sent towards an open order yet; None where something may."""
    if not is_requester_there:
        return Obstacle.REQUESTER_LEFT
    if status is OrderStatus.NEW:
        return Obstacle.NOT_ACCEPTED
    if deliver_after is not None and deliver_after > now.astimezone(UTC).date():
        return Obstacle.TOO_EARLY
    return None


def plan_deliveries(senders: Iterable[Sender], wishes: Sequence[Wish], now: datetime) -> DeliveryPlan:
    """For orders in their turn towards which something may be sent now."""
    able = able_senders(senders, wishes, now)
    served = served_amounts(able, wishes)
    loads = sender_loads(able, sum(one[0] for one in served), sum(one[1] for one in served))
    idle = [sum(one.materials for one in able) - sum(loads[0]), sum(one.food for one in able) - sum(loads[1])]
    convoys: list[PlannedConvoy] = []
    unserved: list[Unserved] = []
    for wish, (materials, food) in zip(wishes, served, strict=True):
        convoys += _convoys(able, loads, wish, materials, food, now)
        missing = wish.materials - materials, wish.food - food
        if any(missing):
            held = any(lacks and left for lacks, left in zip(missing, idle, strict=True))
            unserved.append(Unserved(wish.key, *missing, Obstacle.NO_CARRIERS if held else Obstacle.NO_STOCK))
    return DeliveryPlan(convoys, unserved)


# ---- towards which order ------------------------------------------------------------


def _convoys(
    able: Sequence[Sender], loads: Loads, wish: Wish, materials: int, food: int, now: datetime
) -> list[PlannedConvoy]:
    """Of one order, taken off the loads."""
    places = [at for at in range(len(able)) if loads[0][at] or loads[1][at]] if materials or food else []
    times = {at: time_between(able[at].place, wish.place, able[at].vitesse_attaque) for at in places}
    late = {at: lateness(wish.due_on, now, times[at]) for at in places}
    of_materials = _taken(materials, {at: loads[0][at] for at in places if loads[0][at]}, late, ())
    of_food = _taken(food, {at: loads[1][at] for at in places if loads[1][at]}, late, of_materials.keys())
    convoys = []
    for at in of_materials.keys() | of_food.keys():
        carried = of_materials.get(at, 0), of_food.get(at, 0)
        loads[0][at] -= carried[0]
        loads[1][at] -= carried[1]
        convoys.append((-sum(carried), at, _convoy(able[at], wish, *carried, times[at], now)))
    return [convoy for *_, convoy in sorted(convoys, key=lambda one: one[:2])]


def _taken(need: int, holds: dict[int, int], late: dict[int, float], riding: Collection[int]) -> dict[int, int]:
    """What each place gives of a need that they meet together: least lateness first, then in the fewest new convoys."""

    def rank(at: int) -> tuple[float, bool]:
        return late[at], at not in riding

    taken: dict[int, int] = {}
    for _, equals in groupby(sorted(holds, key=rank), rank):
        # Smallest first; among equals whoever owes more last, where the largest are taken.
        waiting = sorted(equals, key=lambda at: (holds[at], -at))
        while need and waiting:
            is_enough = holds[waiting[-1]] >= need
            at = min((holds[one], one) for one in waiting if holds[one] >= need)[1] if is_enough else waiting.pop()
            taken[at] = min(need, holds[at])
            need -= taken[at]
        if not need:
            break
    return taken


def _convoy(sender: Sender, wish: Wish, materials: int, food: int, seconds: int | None, now: datetime) -> PlannedConvoy:
    arrives_at = None if seconds is None else next_minute(now + timedelta(seconds=seconds))
    is_known = seconds is not None or wish.due_on is None
    is_late = lateness(wish.due_on, now, seconds) > 0 if is_known else None
    return PlannedConvoy(sender.key, wish.key, materials, food, seconds, arrives_at, is_late)
