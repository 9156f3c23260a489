"""How much of each resource each member sends in all, and each order gets: the first two steps of a delivery plan.

What the steps are, and why they are exact, is said in delivery_plan.

Tested in tests/domain/orders/test_delivery_plan.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from domain.alliance.evolution import LONGEST_TRAVEL, Place, time_between
from domain.core.day import next_minute
from domain.orders.convoy import MOST


@dataclass(frozen=True, slots=True)
class Sender:
    """What a member can send. `rights` are materials, below zero for who owes; `carriage` is of both resources."""

    key: int
    rights: float
    materials: int
    food: int
    carriage: int
    place: Place | None = None
    vitesse_attaque: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What an order still wants."""

    key: int
    requester: int
    materials: int
    food: int
    due_on: date | None = None
    place: Place | None = None


Loads = tuple[list[int], list[int]]
"""Materials and food of each sender, in the order of the senders."""


def lateness(due_on: date | None, now: datetime, seconds: int | None) -> float:
    """Seconds past the end of the day that it is wanted on, at the minute of its arrival."""
    if due_on is None:
        return 0.0
    arrival = next_minute(now + timedelta(seconds=LONGEST_TRAVEL if seconds is None else seconds))
    return max((arrival - datetime.combine(due_on, time(), UTC) - timedelta(days=1)).total_seconds(), 0.0)


def able_senders(senders: Iterable[Sender], wishes: Sequence[Wish], now: datetime) -> list[Sender]:
    """In the order in which they send; without what one waits for, and what no convoy can say."""
    wait_materials = {wish.requester for wish in wishes if wish.materials}
    wait_food = {wish.requester for wish in wishes if wish.food}
    able = [
        replace(
            one,
            materials=0 if one.key in wait_materials else min(one.materials, MOST),
            food=0 if one.key in wait_food else min(one.food, MOST),
        )
        for one in senders
    ]
    return sorted(able, key=lambda one: (one.rights, _lateness_at(wishes, one, now), -_bounds(one)[2], one.key))


def _lateness_at(wishes: Sequence[Wish], sender: Sender, now: datetime) -> float:
    """At the first order."""
    if not wishes:
        return 0.0
    seconds = time_between(sender.place, wishes[0].place, sender.vitesse_attaque)
    return lateness(wishes[0].due_on, now, seconds)


def _bounds(one: Sender) -> tuple[int, int, int]:
    """What a member can send of materials, of food, and of both together."""
    both = min(one.carriage, one.materials + one.food)
    return min(one.carriage, one.materials), min(one.carriage, one.food), both


def served_amounts(able: Sequence[Sender], wishes: Sequence[Wish]) -> list[tuple[int, int]]:
    """Materials and food that each order gets."""
    left_materials, left_food, left = (sum(column) for column in zip((0, 0, 0), *map(_bounds, able), strict=True))
    served = []
    for wish in wishes:
        materials = min(wish.materials, left_materials, left)
        food = min(wish.food, left_food, left - materials)
        served.append((materials, food))
        left_materials, left_food, left = left_materials - materials, left_food - food, left - materials - food
    return served


def sender_loads(able: Sequence[Sender], materials: int, food: int) -> Loads:
    """What each member sends of these sums, which all of them together can."""
    foods = [_bounds(one)[1] for one in able]
    later = list(accumulate(reversed(foods), initial=0))[-2::-1] if foods else []
    loads: Loads = ([], [])
    for one, later_food in zip(able, later, strict=True):
        # Food that nobody after them holds must find room among their workers.
        room = one.carriage - max(food - later_food, 0)
        loads[0].append(min(one.materials, materials, room))
        loads[1].append(min(one.food, food, one.carriage - loads[0][-1]))
        materials, food = materials - loads[0][-1], food - loads[1][-1]
    return loads
