"""Devices in words: what common browsers say of themselves, and what programs do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account.device import LONGEST_DEVICE, device

MOZILLA = "Mozilla/5.0"


LIKE_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0"
LIKE_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {LIKE_CHROME} Safari/537.36 Edg/139.0.0.0", "Edge, Windows"),
        (f"{MOZILLA} (Linux; Android 15; K) {LIKE_CHROME} Mobile Safari/537.36", "Chrome, Android"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_5 like Mac OS X) {LIKE_SAFARI}", "Safari, iOS"),
        ("curl/8.7.1", "curl"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("", ""),
        ("\x1b[31mred", "[31mred"),
    ],
)
def test_a_device_in_words(user_agent: str, words: str) -> None:
    assert device(user_agent) == words


@given(st.text(max_size=300))
def test_words_are_short_and_show(user_agent: str) -> None:
    words = device(user_agent)
    assert len(words) <= LONGEST_DEVICE
    assert words.isprintable()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("OPR/1 Chrome/1", "Opera"),
        ("FxiOS/1 Safari/1 iPad; CPU OS 18 like Mac OS X", "Firefox, iPadOS"),
        ("CriOS/1 Safari/1 iPhone like Mac OS X", "Chrome, iOS"),
        ("Safari/1 Macintosh; Intel Mac OS X 10_15", "Safari, macOS"),
        ("Chrome/1 Safari/1 X11; CrOS x86_64", "Chrome, ChromeOS"),
        ("  Linux", "Linux, Linux"),
        ("a" * 61, "a" * 60),
    ],
)
def test_programs_and_systems_by_what_they_say_first(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
