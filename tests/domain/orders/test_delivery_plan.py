"""Proves that no better plan exists, by trying them all where they are few, and its bounds where they are many."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.orders.convoy import MOST
from domain.orders.delivery_plan import DeliveryPlan, Obstacle, _taken, obstacle_of, plan_deliveries, turn
from domain.orders.load import Sender, Wish
from domain.orders.order import OrderStatus
from tests.domain.orders import delivery_oracle as oracle
from tests.worlds.delivery import NOON, large

FEW = st.integers(0, 3)
places = st.sampled_from([None, (0, 0), (0, 9), (0, 9), (300, 200)])
days = st.sampled_from([None, date(2026, 3, 12), date(2026, 3, 14), date(2026, 3, 15)])


def sender(key: int, rights: float, materials: int, food: int, carriage: int) -> st.SearchStrategy[Sender]:
    levels = st.sampled_from([None, 0, 20, 20])
    return st.builds(Sender, *map(st.just, (key, rights, materials, food, carriage)), places, levels)


def member(key: int) -> st.SearchStrategy[Sender]:
    values = st.tuples(st.sampled_from([-9.5, 0.0, 0.0, 3.0]), FEW, FEW, st.integers(0, 5))
    return values.flatmap(lambda one: sender(key, *one))


def wish(key: int) -> st.SearchStrategy[Wish]:
    """By a member, whose key may be a sender's, or by somebody else."""
    return st.builds(Wish, st.just(key), st.sampled_from([1, 8, 9]), FEW, FEW, days, places)


def small(count: int, wishes: int) -> st.SearchStrategy[tuple[list[Sender], list[Wish]]]:
    senders = st.tuples(*map(member, range(1, count + 1))).map(list)
    return st.tuples(senders, st.tuples(*map(wish, range(wishes))).map(list))


def check_best(senders: list[Sender], wishes: list[Wish]) -> None:
    ranked = oracle.in_order(senders, wishes, NOON)
    found = oracle.tabled(plan_deliveries(senders, wishes, NOON), ranked, wishes)
    every = list(oracle.plans(ranked, wishes))
    assert found in every, "it breaks a bound"
    assert oracle.amounts(found) == max(map(oracle.amounts, every))
    left = [one for one in every if oracle.amounts(one) == oracle.amounts(found)]
    for at, order in enumerate(wishes):
        for resource in (0, 1):
            burdens = [oracle.burden(one, at, ranked, order, NOON)[resource] for one in left]
            assert oracle.burden(found, at, ranked, order, NOON)[resource] == min(burdens), (at, resource)
            left = [one for one in left if _given(one[resource], at) == _given(found[resource], at)]


def _given(table: oracle.Table, at: int) -> list[int]:
    """What one order gets, of whom."""
    return [row[at] for row in table]


@settings(max_examples=60)
@given(small(2, 2))
def test_no_plan_of_two_members_is_better(world: tuple[list[Sender], list[Wish]]) -> None:
    check_best(*world)


@settings(max_examples=40)
@given(small(4, 2))
def test_no_plan_of_four_members_without_food_is_better(world: tuple[list[Sender], list[Wish]]) -> None:
    senders, wishes = world
    check_best([replace(one, food=0) for one in senders], [replace(one, food=0) for one in wishes])


# ---- large ones ---------------------------------------------------------------------


def check_bounds(senders: list[Sender], wishes: list[Wish], plan: DeliveryPlan) -> None:
    materials, food = Counter[int](), Counter[int]()
    got: dict[int, tuple[int, int]] = {}
    for one in plan.convoys:
        assert one.materials >= 0 <= one.food
        assert one.materials + one.food > 0
        materials[one.sender] += one.materials
        food[one.sender] += one.food
        before = got.get(one.order, (0, 0))
        got[one.order] = before[0] + one.materials, before[1] + one.food
    for who in senders:
        assert materials[who.key] <= min(who.materials, MOST)
        assert food[who.key] <= min(who.food, MOST)
        assert materials[who.key] + food[who.key] <= who.carriage
    left = {one.order: one for one in plan.unserved}
    for wish in wishes:
        missing = left.get(wish.key)
        missed = (missing.materials, missing.food) if missing else (0, 0)
        assert (wish.materials, wish.food) == tuple(map(sum, zip(got.get(wish.key, (0, 0)), missed, strict=True)))
        assert missing is None or any(missed)
        assert wish.requester not in {one.sender for one in plan.convoys if one.materials and wish.materials}
        assert wish.requester not in {one.sender for one in plan.convoys if one.food and wish.food}
    assert len({(one.sender, one.order) for one in plan.convoys}) == len(plan.convoys)


@pytest.mark.parametrize("seed", range(3))
def test_large_plans_keep_every_bound_and_do_not_depend_on_the_order_of_members(seed: int) -> None:
    senders, wishes = large(seed)
    plan = plan_deliveries(senders, wishes, NOON)
    assert plan.convoys
    assert plan.unserved
    check_bounds(senders, wishes, plan)
    assert plan_deliveries(random.Random(seed).sample(senders, len(senders)), wishes, NOON) == plan


@given(st.integers(0, 10**6), st.integers(0, 8), st.integers(0, 8))
def test_plans_of_any_size_keep_every_bound(seed: int, members: int, orders: int) -> None:
    senders, wishes = large(seed, max(members, 1), orders)
    check_bounds(senders, wishes, plan_deliveries(senders[:members], wishes, NOON))


# ---- by example ---------------------------------------------------------------------

RICH = Sender(1, -5.0, 10, 10, 100, (0, 0), 0)


def test_why_something_is_unserved() -> None:
    wishes = [Wish(1, 9, 15, 0), Wish(2, 9, 1, 4)]
    plan = plan_deliveries([replace(RICH, carriage=12)], wishes, NOON)
    assert [(one.order, one.materials, one.food, one.obstacle) for one in plan.unserved] == [
        (1, 5, 0, Obstacle.NO_STOCK),
        (2, 1, 2, Obstacle.NO_CARRIERS),
    ]
    assert plan_deliveries([], wishes, NOON).unserved[0].obstacle is Obstacle.NO_STOCK


def test_arrival_and_lateness() -> None:
    near, far, unknown = (Wish(key, 9, 1, 0, NOON.date(), place) for key, place in enumerate([(0, 0), (0, 40), None]))
    convoys = plan_deliveries([RICH], [near, far, unknown, replace(unknown, key=3, due_on=None)], NOON).convoys
    assert [(one.travel_time, one.is_late) for one in convoys] == [
        (0, False),
        (68816, True),
        (None, None),
        (None, False),
    ]
    assert [one.arrives_at for one in convoys] == [NOON, datetime(2026, 3, 15, 7, 7, tzinfo=UTC), None, None]


def test_a_convoy_that_suffices_alone_is_the_smallest_such_one() -> None:
    """So that what is left over serves the next order whole."""
    rich, poor = replace(RICH, materials=10), replace(RICH, key=2, rights=-4.0, materials=6)
    convoys = plan_deliveries([rich, poor], [Wish(1, 9, 6, 0), Wish(2, 9, 10, 0)], NOON).convoys
    assert [(one.sender, one.order, one.materials) for one in convoys] == [(2, 1, 6), (1, 2, 10)]


def test_food_rides_along_with_materials() -> None:
    first, other = replace(RICH, materials=1, food=2), replace(RICH, key=2, rights=-4.0, materials=2, food=1)
    convoys = plan_deliveries([first, other], [Wish(1, 9, 1, 1), Wish(2, 9, 2, 2)], NOON).convoys
    assert [(one.sender, one.order, one.materials, one.food) for one in convoys] == [
        (1, 1, 1, 1),
        (2, 2, 2, 1),
        (1, 2, 0, 1),
    ]


def test_the_largest_go_until_one_is_enough() -> None:
    members = [replace(RICH, key=key, rights=float(-key), materials=held) for key, held in ((1, 3), (2, 2), (3, 2))]
    convoys = plan_deliveries(members, [Wish(1, 9, 5, 0), Wish(2, 9, 2, 0)], NOON).convoys
    assert [(one.sender, one.order, one.materials) for one in convoys] == [(1, 1, 3), (3, 1, 2), (2, 2, 2)]


def test_an_order_is_shared_out_by_looking_at_each_member_a_few_times() -> None:
    """Where each would come at another time, to look at all for each took seconds with an alliance of hundreds."""
    looks: list[int] = []

    class Late(dict[int, float]):
        def __getitem__(self, at: int) -> float:
            looks.append(at)
            return super().__getitem__(at)

    holds = dict.fromkeys(range(300), 1)
    assert _taken(299, holds, Late((at, float(at)) for at in holds), ()) == dict.fromkeys(range(299), 1)
    assert len(looks) <= 3 * len(holds)


def test_of_equal_rights_the_nearest_sends_first_and_then_whoever_has_most() -> None:
    far, near = replace(RICH, place=(0, 400)), replace(RICH, key=2, place=(0, 30))
    order = Wish(1, 9, 1, 0, NOON.date(), (0, 0))
    richest = replace(RICH, key=3, materials=11)
    assert [one.sender for one in plan_deliveries([far, near], [order], NOON).convoys] == [2]
    assert [one.sender for one in plan_deliveries([RICH, richest], [order], NOON).convoys] == [3]
    assert [one.sender for one in plan_deliveries([far, replace(near, rights=-4.9)], [order], NOON).convoys] == [1]


def test_no_convoy_carries_more_than_its_text_can_say() -> None:
    huge = replace(RICH, materials=2 * MOST, carriage=2 * MOST)
    (convoy,) = plan_deliveries([huge], [Wish(1, 9, 2 * MOST, 0)], NOON).convoys
    assert convoy.materials == MOST


def test_what_is_in_progress_goes_before_the_queue_and_the_queue_by_score() -> None:
    keys = [
        turn(OrderStatus.WAITING, 9.0, NOON),
        turn(OrderStatus.WAITING, None, NOON),
        turn(OrderStatus.IN_PROGRESS, -9.0, NOON),
        turn(OrderStatus.WAITING, 9.0, NOON - timedelta(days=1)),
    ]
    assert sorted(range(4), key=lambda at: keys[at]) == [2, 3, 0, 1]


@pytest.mark.parametrize(
    ("status", "deliver_after", "there", "obstacle"),
    [
        (OrderStatus.NEW, None, True, Obstacle.NOT_ACCEPTED),
        (OrderStatus.WAITING, None, True, None),
        (OrderStatus.IN_PROGRESS, date(2026, 3, 14), True, None),
        (OrderStatus.IN_PROGRESS, date(2026, 3, 15), True, Obstacle.TOO_EARLY),
        (OrderStatus.WAITING, None, False, Obstacle.REQUESTER_LEFT),
    ],
)
def test_when_nothing_may_be_sent(
    status: OrderStatus, deliver_after: date | None, *, there: bool, obstacle: Obstacle | None
) -> None:
    assert obstacle_of(status, deliver_after, NOON, is_requester_there=there) is obstacle
