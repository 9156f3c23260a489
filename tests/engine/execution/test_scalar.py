"""Scalars: what each takes from a client, and the one way in which it is written."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.refusal import Refusal
from engine.execution.scalar import MAX_BIG_INT, read_big_int, read_day, read_instant, write_instant

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-14T12:00:00Z", NOON),
        ("2026-03-14t12:00:00z", NOON),
        ("2026-03-14 12:00Z", NOON),
        ("2026-03-14T14:00:00+02:00", NOON),
        ("2026-03-14T12:00:00.5Z", NOON.replace(microsecond=500_000)),
    ],
)
def test_instants_are_read_with_their_offset(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-03-14",
        "2026-03-14T12:00:00",
        "2026-02-30T12:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "20260314T120000Z",
        7,
        None,
    ],
)
def test_what_is_no_instant_is_refused(value: Any) -> None:
    with pytest.raises(Refusal, match="instant"):
        read_instant(value)


@given(st.integers(0, 10**17), st.integers(-14, 14))
def test_instants_are_written_in_utc_and_read_back(microseconds: int, offset: int) -> None:
    instant = (NOON + timedelta(microseconds=microseconds)).astimezone(timezone(timedelta(hours=offset)))
    text = write_instant(instant)
    assert text.endswith("Z")
    assert read_instant(text) == instant


def test_days_are_calendar_days_alone() -> None:
    assert read_day("2028-02-29") == date(2028, 2, 29)
    for value in ("2026-02-29", "2026-3-1", "20260301", "2026-W10-1", 7, None):
        with pytest.raises(Refusal, match="day"):
            read_day(value)


def test_whole_numbers_go_to_63_bits() -> None:
    for number in (0, -MAX_BIG_INT, MAX_BIG_INT):
        assert read_big_int(number) == number
    for value in (MAX_BIG_INT + 1, -MAX_BIG_INT - 1, 1.0, "1", True, None):
        with pytest.raises(Refusal, match="big_int"):
            read_big_int(value)
