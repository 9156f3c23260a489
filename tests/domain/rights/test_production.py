"""Proves that the series of harvests agrees with sixty digits wherever it is used, and never leaves the floats."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.rights.production import alliance_productions, geometric_sum, intervals, intervals_since, player_productions
from tests.domain.rights.rights_oracle import half_hours, production, production_term_by_term

NOW = datetime(2026, 3, 14, 10, 30, tzinfo=UTC)
grounds = st.integers(0, 10**12) | st.sampled_from([0, 1, 10**12])
counts = st.integers(0, 20_000) | st.sampled_from([0, 1, 2, 20_000])


def close(found: float, exact: object) -> bool:
    return math.isfinite(found) and math.isclose(found, float(exact), rel_tol=1e-13, abs_tol=1e-9)  # type: ignore[arg-type]


@given(grounds, grounds, counts)
@example(1, 10**12, 20_000)
@example(10**12, 1, 20_000)
@example(10**12, 10**12 - 1, 20_000)
@example(0, 10**12, 20_000)
@example(10**12, 0, 20_000)
@example(0, 0, 20_000)
def test_the_series_agrees_with_sixty_digits(first: int, last: int, count: int) -> None:
    assert close(geometric_sum(first, last, count), production(first, last, count))


@given(st.integers(1, 10**12), st.integers(-3, 3), st.integers(1, 20_000))
def test_the_series_is_stable_where_the_ratio_is_nearly_one(first: int, step: int, count: int) -> None:
    last = max(first + step, 1)
    assert close(geometric_sum(first, last, count), production(first, last, count))
    assert min(first, last) * count <= geometric_sum(first, last, count) * (1 + 1e-13)
    assert geometric_sum(first, last, count) <= max(first, last) * count * (1 + 1e-13)


@given(st.floats(1, 1e12), st.floats(-1e-12, 1e-12), st.integers(1, 20_000))
def test_a_ratio_within_a_millionth_of_a_millionth_of_one(first: float, off: float, count: int) -> None:
    last = first * (1 + off)
    assert close(geometric_sum(first, last, count), production(first, last, count))


@pytest.mark.parametrize(
    ("first", "last", "count"), [(5, 10**9, 20_000), (10**9, 10**9 + 1, 20_000), (7, 8, 1), (900, 30, 77)]
)
def test_the_oracles_closed_form_is_the_sum_of_the_terms(first: int, last: int, count: int) -> None:
    assert abs(production(first, last, count) - production_term_by_term(first, last, count)) < 1e-30


def test_the_plain_cases() -> None:
    assert geometric_sum(100, 100, 7) == 700
    assert geometric_sum(100, 400, 2) == pytest.approx(200 + 400)
    assert geometric_sum(3, 10**12 + 7, 1) == 10**12 + 7
    assert geometric_sum(5, 9, 0) == 0
    assert geometric_sum(0, 40, 4) == 10 + 20 + 30 + 40
    assert geometric_sum(40, 0, 4) == 30 + 20 + 10 + 0


@given(st.timedeltas(timedelta(days=-2), timedelta(days=4000)), st.integers(0, 59_999_999))
def test_intervals_are_whole_half_hours_between_minutes(age: timedelta, within: int) -> None:
    now = NOW + timedelta(microseconds=within)
    assert intervals(now - age, now) == half_hours(now - age, now)


def test_seconds_do_not_count() -> None:
    late = NOW - timedelta(minutes=30) + timedelta(seconds=59)
    assert intervals(late, NOW) == 1
    assert intervals(late, NOW - timedelta(seconds=1)) == 0
    assert intervals_since([NOW, late, NOW + timedelta(days=1)], NOW) == [0, 1, 0]


@given(st.lists(st.tuples(grounds, grounds, counts), max_size=20))
def test_productions_of_members_and_of_their_alliance(rows: list[tuple[int, int, int]]) -> None:
    before, tdc, steps = ([row[at] for row in rows] for at in range(3))
    for found, row in zip(player_productions(before, tdc, steps), rows, strict=True):
        assert close(found, production(*row))
    for found, count in zip(alliance_productions(before, tdc, steps), steps, strict=True):
        assert close(found, production(sum(before), sum(tdc), count))


@pytest.mark.parametrize(
    ("before", "tdc", "counts"), [([1], [1, 2], [1, 1]), ([1, 2], [1], [1, 1]), ([1], [1], [1, 1])]
)
def test_vectors_of_other_members_bring_nothing(before: list[int], tdc: list[int], counts: list[int]) -> None:
    with pytest.raises(ValueError, match="zip"):
        player_productions(before, tdc, counts)
