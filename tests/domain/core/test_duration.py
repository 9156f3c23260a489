"""Proves that durations read back and that no text is read as one by mistake."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.duration import read_duration, write_duration
from domain.core.parsing import Reason


@given(st.integers(0, 10**12))
def test_durations_read_back(seconds: int) -> None:
    assert read_duration(write_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1A 1J 1h 1m 1s", 31626061),
        ("3J 2h 42s", 266442),
        ("29m 22s", 1762),
        ("0 sec", 0),
        ("", 0),
        ("1J2h", 93600),
        (" 1J \u00a02h ", 93600),
    ],
)
def test_durations_as_they_are_met(text: str, seconds: int) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["1s 1m", "1X", "1", "h", "-1s", "1h 1h", "1 sec", "1" * 12 + "s"])
def test_what_is_no_duration(text: str) -> None:
    assert read_duration(text) is Reason.NOT_A_DURATION


def test_zero_and_the_past_are_written_alike() -> None:
    assert write_duration(0) == write_duration(-5) == "0 sec"


def test_a_long_text_is_read_in_no_time() -> None:
    start = time.perf_counter()
    assert read_duration("1A" + " " * 100_000 + "x") is Reason.NOT_A_DURATION
    assert time.perf_counter() - start < 1
