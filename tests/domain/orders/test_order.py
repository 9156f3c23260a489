"""Proves what is left of an order, when it ends or comes back, and which one is next."""

import itertools
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.day import fold
from domain.core.number import LARGEST
from domain.orders.order import (
    ENDED,
    NAMED,
    OPEN,
    Amounts,
    DayFault,
    OrderFault,
    OrderStatus,
    Queued,
    accepts_convoys,
    can_become,
    day_fault,
    faults,
    is_late,
    promoted,
    rank_key,
    score,
    status_after_convoy,
)

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
quantities = st.integers(0, 10**12)
scores = st.none() | st.floats(-1e9, 1e9) | st.just(0.0)


@given(quantities, st.integers(-(10**12), 10**12), quantities, quantities)
def test_more_than_asked_is_complete_and_not_lost(food: int, food_in: int, materials: int, materials_in: int) -> None:
    amounts = Amounts(food, food_in, materials, materials_in)
    assert amounts.food_remaining == (food - food_in if food > food_in else 0)
    assert amounts.materials_remaining == (materials - materials_in if materials > materials_in else 0)
    assert amounts.is_complete == (food_in >= food and materials_in >= materials)
    assert (amounts.food_delivered, amounts.materials_delivered) == (food_in, materials_in)


@pytest.mark.parametrize(
    ("food", "materials", "expected"),
    [
        (0, 0, [("materials", OrderFault.NOTHING)]),
        (-1, 5, [("food", OrderFault.NEGATIVE)]),
        (-1, -1, [("food", OrderFault.NEGATIVE), ("materials", OrderFault.NEGATIVE)]),
        (0, LARGEST + 1, [("materials", OrderFault.TOO_BIG)]),
        (0, LARGEST, []),
        (1, 0, []),
    ],
)
def test_quantities_that_make_no_order(food: int, materials: int, expected: list[tuple[str, OrderFault]]) -> None:
    assert faults(food, materials) == expected


@pytest.mark.parametrize("status", OrderStatus)
def test_an_order_is_late_from_the_day_after_while_something_is_expected(status: OrderStatus) -> None:
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    due = date(2026, 3, 14)
    assert not is_late(status, due, midnight - timedelta(seconds=1))
    assert is_late(status, due, midnight) == (status in OPEN)
    assert is_late(status, due, datetime.fromisoformat("2026-03-14T23:30:00-01:00")) == (status in OPEN)
    assert is_late(status, due, datetime.fromisoformat("2026-03-15T00:30:00+01:00")) is False
    assert not is_late(status, None, midnight)


def test_states_are_named_as_the_forum_names_them() -> None:
    french = ["Nouvelle", "En attente", "En cours", "Annulée", "Terminée", "Supprimée"]
    assert [status.french for status in OrderStatus] == french
    assert [NAMED[fold(name)] for name in french] == list(OrderStatus)
    assert [status.value for status in OrderStatus] == list(OrderStatus.__members__)
    assert [fault.value for fault in OrderFault] == ["NEGATIVE", "TOO_BIG", "NOTHING"]
    assert [status.value for status in OrderStatus if status in OPEN] == ["NEW", "WAITING", "IN_PROGRESS"]
    assert set(OrderStatus) == OPEN | ENDED
    assert not OPEN & ENDED


ALLOWED = """
           NEW  WAITING  IN_PROGRESS  CANCELLED  DONE  DELETED
NEW         =      x          x           x        x      x
WAITING     -      =          x           x        x      x
IN_PROGRESS -      x          =           x        x      x
CANCELLED   -      x          -           =        -      x
DONE        -      x          x           -        =      x
DELETED     -      -          -           -        -      =
"""


def test_every_transition() -> None:
    head, *rows = [line.split() for line in ALLOWED.strip().splitlines()]
    told = {(row[0], wanted): sign != "-" for row in rows for wanted, sign in zip(head, row[1:], strict=True)}
    assert {(a.value, b.value): can_become(a, b) for a, b in itertools.product(OrderStatus, OrderStatus)} == told


def test_transitions() -> None:
    allowed = {(a, b) for a, b in itertools.product(OrderStatus, OrderStatus) if can_become(a, b)}
    assert all((status, status) in allowed for status in OrderStatus)
    assert {b for a, b in allowed if a is OrderStatus.DELETED} == {OrderStatus.DELETED}
    assert {a for a, b in allowed if b is OrderStatus.NEW} == {OrderStatus.NEW}
    assert all((a, b) in allowed for a in OPEN for b in ENDED)
    assert not can_become(OrderStatus.CANCELLED, OrderStatus.IN_PROGRESS)
    assert can_become(OrderStatus.DONE, OrderStatus.IN_PROGRESS)
    assert {status for status in OrderStatus if not accepts_convoys(status)} == {
        OrderStatus.CANCELLED,
        OrderStatus.DELETED,
    }


@pytest.mark.parametrize(
    ("status", "before", "after", "expected"),
    [
        (OrderStatus.IN_PROGRESS, 0, 10, OrderStatus.DONE),
        (OrderStatus.NEW, 0, 11, OrderStatus.DONE),
        (OrderStatus.WAITING, 0, 9, OrderStatus.WAITING),
        (OrderStatus.DONE, 10, 9, OrderStatus.IN_PROGRESS),
        (OrderStatus.DONE, 20, 10, OrderStatus.DONE),
        (OrderStatus.DONE, 3, 4, OrderStatus.DONE),
        (OrderStatus.CANCELLED, 10, 0, OrderStatus.CANCELLED),
        (OrderStatus.CANCELLED, 0, 10, OrderStatus.CANCELLED),
    ],
)
def test_what_a_convoy_makes_of_an_order(status: OrderStatus, before: int, after: int, expected: OrderStatus) -> None:
    assert status_after_convoy(status, Amounts(0, 0, 10, before), Amounts(0, 0, 10, after)) is expected
    assert status_after_convoy(status, Amounts(10, before, 0, 0), Amounts(10, after, 0, 0)) is expected


@given(st.integers(-(10**15), 10**15), quantities, st.floats(0, 1))
def test_the_score_is_the_documents(accumulated: int, remaining: int, share: float) -> None:
    exact = (Fraction(accumulated, 1000) - remaining) * Fraction(share)
    found = score(accumulated, remaining, share)
    assert found is not None
    assert abs(Fraction(found) - exact) <= abs(exact) * Fraction(1, 10**14) + Fraction(1, 10**300)
    assert score(accumulated, remaining, None) is None


def queue(key: int, status: OrderStatus, value: float | None, age: int, wait: int | None) -> Queued[int]:
    after = None if wait is None else NOON.date() + timedelta(days=wait)
    return Queued(key, status, value, NOON - timedelta(minutes=age), after)


queues = st.lists(
    st.tuples(st.sampled_from(OrderStatus), scores, st.integers(0, 3), st.none() | st.integers(-1, 1)), max_size=8
).map(lambda rows: [queue(key, *row) for key, row in enumerate(rows)])


@given(queues)
def test_the_promoted_order_is_one_that_none_beats(orders: list[Queued[int]]) -> None:
    def beats(one: Queued[int], other: Queued[int]) -> bool:
        if (one.score is None) != (other.score is None):
            return other.score is None
        if one.score is not None and other.score is not None and one.score != other.score:
            return one.score > other.score
        return one.created_at < other.created_at

    may = [
        o for o in orders if o.status is OrderStatus.WAITING and (not o.deliver_after or o.deliver_after <= NOON.date())
    ]
    found = promoted(orders, NOON)
    if any(order.status is OrderStatus.IN_PROGRESS for order in orders) or not may:
        assert found is None
    else:
        chosen = next(order for order in may if order.key == found)
        assert not any(beats(other, chosen) for other in may)


def test_an_order_waits_for_its_day_in_utc() -> None:
    today, tomorrow = queue(1, OrderStatus.WAITING, None, 0, 0), queue(2, OrderStatus.WAITING, 5.0, 0, 1)
    assert promoted([today, tomorrow], NOON) == 1
    assert promoted([tomorrow], NOON) is None
    assert promoted([tomorrow], datetime(2026, 3, 15, tzinfo=UTC)) == 2
    assert promoted([tomorrow], datetime.fromisoformat("2026-03-15T00:30:00+01:00")) is None
    older = queue(3, OrderStatus.WAITING, None, 9, None)
    assert promoted([today, older], NOON) == promoted([older, today], NOON) == 3


def test_no_score_sorts_like_none_and_not_like_one() -> None:
    assert rank_key(None, NOON) == (True, 0.0, NOON)
    assert rank_key(2.5, NOON) == (False, -2.5, NOON)


def test_orders_sort_by_score_then_age_and_without_a_score_last() -> None:
    rows = [(None, 9), (0.0, 1), (5.0, 1), (0.0, 2), (-1.0, 5), (5.0, 3)]
    found = sorted(rows, key=lambda row: rank_key(row[0], NOON - timedelta(days=row[1])))
    assert found == [(5.0, 3), (5.0, 1), (0.0, 2), (0.0, 1), (-1.0, 5), (None, 9)]


@pytest.mark.parametrize(
    ("due", "after", "is_new", "fault"),
    [
        (0, None, True, None),
        (-1, None, True, ("dueOn", DayFault.PAST)),
        (-1, None, False, None),
        (-1, 0, False, ("deliverAfter", DayFault.TOO_LATE)),
        (-1, 0, True, ("dueOn", DayFault.PAST)),
        (2, 2, True, None),
        (2, 3, True, ("deliverAfter", DayFault.TOO_LATE)),
        (None, 3, True, None),
    ],
)
def test_days_that_make_no_order(
    due: int | None, after: int | None, is_new: bool, fault: tuple[str, DayFault] | None
) -> None:
    due_on, begins = (None if days is None else NOON.date() + timedelta(days=days) for days in (due, after))
    for now in (NOON, datetime.fromisoformat("2026-03-15T01:30:00+14:00")):
        assert day_fault(due_on, begins, now, is_due_new=is_new) == fault
