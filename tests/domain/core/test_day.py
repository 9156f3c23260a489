"""Proves that French days and clock times read back, and that a date without a year is the last one that has passed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.day import minute_of, next_minute, read_clock, read_day, write_clock, write_day
from domain.core.parsing import Reason

instants = st.datetimes(datetime(1000, 1, 1), datetime(9998, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
NOW = datetime(2026, 3, 14, 10, 17, 40, tzinfo=UTC)


@given(st.none() | st.dates())
def test_days_read_back(day: date | None) -> None:
    assert read_day(write_day(day)) == day


@given(instants)
def test_clock_times_read_back_to_the_minute(instant: datetime) -> None:
    minute = instant.replace(second=0, microsecond=0)
    assert read_clock(write_clock(instant)) == minute == minute_of(instant)
    assert read_clock("le " + write_clock(instant)) == minute


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16 mars 2026", date(2026, 3, 16)),
        ("9 avr. 2026", date(2026, 4, 9)),
        ("9 avril 2026", date(2026, 4, 9)),
        ("09 Févr. 2026", date(2026, 2, 9)),
        ("1er août 2026", date(2026, 8, 1)),
        ("3 dec 2026", date(2026, 12, 3)),
        ("5 fe\u0301vrier 2026", date(2026, 2, 5)),
        ("5\u00a0juil.\u00a02026", date(2026, 7, 5)),
        ("Invalid date", None),
    ],
)
def test_days_as_they_are_met(text: str, day: date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text", ["", "16 marz 2026", "31 avr. 2026", "29 févr. 2025", "16 mars", "16 mars 26", "0 mai 2026", "1 mai 0000"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) is Reason.NOT_A_DAY


@pytest.mark.parametrize(
    "text", ["16 mars 2026 à 24h00", "16 mars 2026 à 07h60", "16 mars 2026", "à 07h00", "31 avr. à 1h00"]
)
def test_what_is_no_time(text: str) -> None:
    assert read_clock(text, NOW) is Reason.NOT_A_TIME


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("14 mars à 10h17", datetime(2026, 3, 14, 10, 17, tzinfo=UTC)),
        ("14 mars à 10h18", datetime(2025, 3, 14, 10, 18, tzinfo=UTC)),
        ("31 déc. à 23h59", datetime(2025, 12, 31, 23, 59, tzinfo=UTC)),
        ("29 février à 8h00", datetime(2024, 2, 29, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_year_is_its_last_occurrence(text: str, instant: datetime) -> None:
    assert read_clock(text, NOW) == instant
    assert read_clock(text) is Reason.NOT_A_TIME


@given(st.datetimes(datetime(1999, 3, 1), datetime(2999, 1, 1)), st.timedeltas(timedelta(-180), timedelta(180)))  # noqa: DTZ001
def test_a_date_without_a_year_is_the_nearest(near: datetime, away: timedelta) -> None:
    near = near.replace(tzinfo=UTC)
    instant = minute_of(near + away)
    text = write_clock(instant).replace(f" {instant.year:04} ", " ")
    assert read_clock(text, near=near) == instant
    assert read_clock(write_clock(instant).replace("h", ":"), near=near) == instant


def test_the_nearest_leap_day_and_no_day_at_all() -> None:
    near = datetime(2102, 2, 1, tzinfo=UTC)
    assert read_clock("29 févr. à 8h00", near=near) == datetime(2104, 2, 29, 8, 0, tzinfo=UTC)
    assert read_clock("30 févr. à 8h00", near=near) is Reason.NOT_A_TIME


def test_a_leap_day_is_found_over_a_century_without_one() -> None:
    now = datetime(2104, 2, 28, 12, tzinfo=UTC)
    assert read_clock("29 févr. à 8h00", now) == datetime(2096, 2, 29, 8, 0, tzinfo=UTC)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=364)))
def test_dropping_the_year_of_a_recent_post_loses_nothing(now: datetime, age: timedelta) -> None:
    posted = minute_of(now - age)
    text = write_clock(posted).replace(f" {posted.year:04} ", " ")
    assert read_clock(text, now) == posted


def test_an_arrival_is_rounded_up_once() -> None:
    late = datetime(2026, 3, 14, 10, 17, 0, 1, tzinfo=UTC)
    assert next_minute(late) == next_minute(next_minute(late)) == datetime(2026, 3, 14, 10, 18, tzinfo=UTC)
    zone = datetime.fromisoformat("2026-03-14T11:17:00+01:00")
    assert next_minute(zone) == minute_of(zone) == datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


@given(st.text() | st.text("0123456789 àhmars.", max_size=30))
def test_any_text_gives_a_value(text: str) -> None:
    assert isinstance(read_day(text), date | Reason | None)
    assert isinstance(read_clock(text, NOW), datetime | Reason)


MONTHS = """
janv. janvier, févr. février, mars mars, avr. avril, mai mai, juin juin,
juil. juillet, août août, sept. septembre, oct. octobre, nov. novembre, déc. décembre
"""


@pytest.mark.parametrize(("month", "names"), [*enumerate(MONTHS.split(","), 1)])
def test_months_are_written_short_and_read_in_full(month: int, names: str) -> None:
    short, full = names.split()
    day = date(2026, month, 9)
    assert write_day(day) == f"9 {short} 2026"
    assert [read_day(f"9 {name} 2026") for name in (short, full, full.upper(), short.rstrip("."))] == [day] * 4


def test_days_that_were_not_set_are_written_as_the_extension_writes_them() -> None:
    assert write_day(None) == "Invalid date"
    assert read_day(" INVALID  date ") is None
