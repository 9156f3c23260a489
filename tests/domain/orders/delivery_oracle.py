"""A delivery plan found by trying every one: slow, as plain as the objective, and sharing no rule with the program."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from math import dist

from domain.alliance.evolution import travel_time
from domain.orders.delivery_plan import DeliveryPlan
from domain.orders.load import Sender, Wish

Table = tuple[tuple[int, ...], ...]
"""What each sender, by rights, gives each order of one resource."""


def in_order(senders: Sequence[Sender], wishes: Sequence[Wish], now: datetime) -> list[Sender]:
    """The order in which members send."""

    def first(one: Sender) -> tuple[float, float, int, int]:
        materials = 0 if any(wish.materials and wish.requester == one.key for wish in wishes) else one.materials
        food = 0 if any(wish.food and wish.requester == one.key for wish in wishes) else one.food
        late = lateness(one, wishes[0], now) if wishes else 0
        return one.rights, late, -min(materials + food, one.carriage), one.key

    return sorted(senders, key=first)


def tables(holds: Sequence[int], wants: Sequence[int]) -> Iterator[Table]:
    """All ways to give no more than is held and no more than is wanted."""
    rows = [
        [row for row in product(*(range(min(held, want) + 1) for want in wants)) if sum(row) <= held] for held in holds
    ]
    for table in product(*rows):
        if all(sum(column) <= want for column, want in zip(zip(*table, strict=True), wants, strict=True)):
            yield table


def plans(ranked: Sequence[Sender], wishes: Sequence[Wish]) -> Iterator[tuple[Table, Table]]:
    """Materials and food of every plan that breaks no bound."""
    waiting = [{wish.requester for wish in wishes if wish.materials}, {wish.requester for wish in wishes if wish.food}]
    materials = [0 if one.key in waiting[0] else one.materials for one in ranked]
    food = [0 if one.key in waiting[1] else one.food for one in ranked]
    foods = list(tables(food, [wish.food for wish in wishes]))
    for first in tables(materials, [wish.materials for wish in wishes]):
        for second in foods:
            pairs = zip(ranked, first, second, strict=True)
            if all(sum(given) + sum(eaten) <= one.carriage for one, given, eaten in pairs):
                yield first, second


def amounts(plan: tuple[Table, Table]) -> tuple[int, ...]:
    """Steps 1 and 2: what each order gets, then what each member sends; more is better, from the left."""
    served = zip(*(map(sum, zip(*table, strict=True)) for table in plan), strict=True)
    sent = zip(*(map(sum, table) for table in plan), strict=True)
    return tuple(number for pair in (*served, *sent) for number in pair)


def lateness(sender: Sender, wish: Wish, now: datetime) -> float:
    if wish.due_on is None:
        return 0
    seconds = 637_200
    if sender.place and wish.place and sender.vitesse_attaque is not None:
        seconds = travel_time(dist(sender.place, wish.place), sender.vitesse_attaque)
    arrival = now + timedelta(seconds=seconds)
    minutes = -((datetime(2026, 1, 1, tzinfo=UTC) - arrival) // timedelta(minutes=1))
    rounded = datetime(2026, 1, 1, tzinfo=UTC) + minutes * timedelta(minutes=1)
    end = datetime(wish.due_on.year, wish.due_on.month, wish.due_on.day, tzinfo=UTC) + timedelta(days=1)
    return max(0, (rounded - end).total_seconds())


Burden = tuple[tuple[float, int], tuple[float, int]]


def burden(plan: tuple[Table, Table], at: int, ranked: Sequence[Sender], wish: Wish, now: datetime) -> Burden:
    """Step 3 for one order: lateness and convoys of its materials, and of its food; less is better, from the left."""
    late = [lateness(one, wish, now) for one in ranked]
    materials, food = ([row[at] for row in table] for table in plan)
    rides = [bool(given) for given in materials]
    return (
        (sum(units * one for units, one in zip(materials, late, strict=True)), sum(rides)),
        (
            sum(units * one for units, one in zip(food, late, strict=True)),
            sum(bool(units) and not on_board for units, on_board in zip(food, rides, strict=True)),
        ),
    )


def tabled(plan: DeliveryPlan, ranked: Sequence[Sender], wishes: Sequence[Wish]) -> tuple[Table, Table]:
    """A plan of the program in the oracle's form."""
    found = {(one.sender, one.order): one for one in plan.convoys}

    def table(name: str) -> Table:
        return tuple(tuple(getattr(found.get((one.key, wish.key)), name, 0) for wish in wishes) for one in ranked)

    return table("materials"), table("food")
