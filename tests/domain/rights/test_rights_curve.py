"""Which harvests are drawn: as many as there is room for, spread evenly, the newest among them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.rights.rights_curve import ends_of_days, thinned

START = datetime(2026, 3, 14, 22, 7, tzinfo=UTC)
slots = st.sets(st.integers(0, 3000)).map(
    lambda halves: [START + timedelta(minutes=30 * one) for one in sorted(halves)]
)


@given(slots, st.integers(2, 50))
def test_of_each_of_so_many_equal_spans_the_last_is_drawn(at: list[datetime], most: int) -> None:
    drawn = [at[place] for place in thinned(at, most)]
    if len(at) <= most:
        assert drawn == at
        return
    whole, expected = at[-1] - at[0], []
    for number in range(most):
        inside = [one for one in at if number * whole <= (one - at[0]) * most < (number + 1) * whole]
        expected += [max(inside)] if inside else []
    # The newest closes the last span and stands for it.
    assert drawn == [one for one in expected if (one - at[0]) * most < (most - 1) * whole] + [at[-1]]


def test_an_even_rhythm_is_thinned_evenly() -> None:
    at = [START + timedelta(minutes=30 * number) for number in range(101)]
    assert thinned(at, 10) == [9, 19, 29, 39, 49, 59, 69, 79, 89, 100]


@given(slots)
def test_each_day_keeps_its_last(at: list[datetime]) -> None:
    days = sorted({one.date() for one in at})
    assert [at[place] for place in ends_of_days(at)] == [max(one for one in at if one.date() == day) for day in days]
