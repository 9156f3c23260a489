"""Proves when harvests are due: every half hour, once each, and one update for all that downtime missed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rights.harvest import Due, announced, due, is_plausible, keeps_rhythm

NEXT = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
moments = st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda age: NEXT + age)


def test_a_slot_is_due_from_its_own_instant() -> None:
    assert due(NEXT, NEXT - timedelta(microseconds=1)) is None
    assert due(NEXT, NEXT) == Due(NEXT, 1, NEXT + HALF_HOUR)
    assert due(NEXT, NEXT + timedelta(minutes=29, seconds=59)) == Due(NEXT, 1, NEXT + HALF_HOUR)


def test_one_update_covers_what_downtime_missed() -> None:
    slot = NEXT + 5 * HALF_HOUR
    assert due(NEXT, slot + timedelta(minutes=3)) == Due(slot, 6, slot + HALF_HOUR)


def test_a_slot_that_was_applied_is_not_due_again_and_a_moved_minute_waits_for_a_whole_interval() -> None:
    assert due(NEXT, NEXT + timedelta(minutes=5), last=NEXT) is None
    moved = NEXT + timedelta(minutes=10)
    assert due(moved, moved, last=NEXT) is None
    assert due(moved, moved + HALF_HOUR, last=NEXT) == Due(moved + HALF_HOUR, 1, moved + 2 * HALF_HOUR)
    assert due(NEXT - timedelta(days=30), NEXT + HALF_HOUR, last=NEXT) == Due(NEXT + HALF_HOUR, 1, NEXT + 2 * HALF_HOUR)


@given(moments, moments, st.none() | moments)
def test_the_slot_is_the_latest_one_that_may_be_applied(
    next_at: datetime, now: datetime, last: datetime | None
) -> None:
    found = due(next_at, now, last)
    # A last slot that is still to come says that a clock was ahead, and bounds nothing.
    earliest = next_at if last is None or last > now else max(next_at, last + HALF_HOUR)
    if found is None:
        # The first slot from the earliest instant on lies ahead.
        assert now < earliest + HALF_HOUR
        assert now < earliest or (earliest - next_at) % HALF_HOUR
        return
    assert (found.slot - next_at) % HALF_HOUR == timedelta(0)
    assert earliest <= found.slot <= now < found.next_at == found.slot + HALF_HOUR
    first = found.slot - (found.slots - 1) * HALF_HOUR
    assert earliest <= first < earliest + HALF_HOUR


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=3)), max_size=30))
def test_however_often_it_is_asked_each_slot_is_covered_once_and_in_order(waits: list[timedelta]) -> None:
    next_at, last, now, covered = NEXT, None, NEXT - timedelta(hours=1), 0
    for wait in waits:
        now += wait
        while (found := due(next_at, now, last)) is not None:
            assert last is None or found.slot == last + found.slots * HALF_HOUR
            covered, last, next_at = covered + found.slots, found.slot, found.next_at
    assert covered == max((now - NEXT) // HALF_HOUR + 1, 0)


def test_other_intervals_follow_the_same_rule() -> None:
    tick = timedelta(milliseconds=50)
    assert due(NEXT, NEXT + 7 * tick, interval=tick) == Due(NEXT + 7 * tick, 8, NEXT + 8 * tick)


def test_a_page_loaded_after_a_harvest_does_not_pass_over_the_slot_that_is_due() -> None:
    kept = announced(NEXT + HALF_HOUR, NEXT)
    assert kept == NEXT
    assert due(kept, NEXT + timedelta(seconds=9)) == Due(NEXT, 1, NEXT + HALF_HOUR)


@given(moments, st.none() | moments)
def test_the_announced_minute_is_kept_from_the_first_slot_that_was_not_worked_off(
    at: datetime, kept: datetime | None
) -> None:
    found = announced(at, kept)
    at = at.replace(second=0, microsecond=0)
    assert (at - found) % HALF_HOUR == timedelta(0)
    assert found <= at
    if kept is None or at < kept:
        assert found == at
    else:
        assert kept <= found < kept + HALF_HOUR


@pytest.mark.parametrize(
    ("minutes", "plausible"), [(-31, False), (-30, True), (0, True), (30, True), (31, True), (32, False)]
)
def test_only_what_a_page_can_show_is_an_announcement(minutes: int, plausible: bool) -> None:
    assert is_plausible(NEXT + timedelta(minutes=minutes), NEXT) is plausible


@pytest.mark.parametrize(
    ("minutes", "seconds", "keeps"), [(0, 0, True), (30, 59, True), (-90, 0, True), (1, 0, False), (-29, 0, False)]
)
def test_an_announcement_keeps_the_rhythm_on_the_half_hour_alone(minutes: int, seconds: int, keeps: bool) -> None:
    assert keeps_rhythm(NEXT + timedelta(minutes=minutes, seconds=seconds), NEXT) is keeps
    assert keeps_rhythm(NEXT + timedelta(minutes=minutes), None)
