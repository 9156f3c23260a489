"""Texts at the door: what shows and fits passes unchanged, anything else is refused with the argument at fault."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.refusal import Code, Refusal
from domain.core.text import (
    LONGEST_BODY,
    LONGEST_TITLE,
    checked_body,
    checked_line,
    checked_text,
    checked_title,
    plain_text,
    storable_text,
)

BLANK = ["", " ", "\n\t ", "\u200b", "\u00a0\u2003", "\ufeff\u2060"]
POISON = ["a\0b", "a\ud800b", "\udfff", "\0"]


@pytest.mark.parametrize(
    ("text", "message"),
    [(text, "empty_text") for text in BLANK]
    + [(text, "bad_text") for text in POISON]
    + [("a" * (LONGEST_BODY + 1), "long_text")],
)
def test_a_body_is_refused_with_its_field(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_body(text)
    assert (refused.value.code, refused.value.field, refused.value.message) == (Code.BAD_INPUT, "body", message)


@pytest.mark.parametrize("text", [*BLANK, *POISON, "a" * (LONGEST_TITLE + 1), "deux\nlignes", "bip\x07"])
def test_a_title_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_title(text)
    assert (refused.value.code, refused.value.field) == (Code.BAD_INPUT, "title")


def test_the_longest_texts_pass() -> None:
    assert (LONGEST_TITLE, LONGEST_BODY) == (200, 60_000)
    assert checked_title("é" * LONGEST_TITLE) == "é" * LONGEST_TITLE
    assert checked_body("🐜" * LONGEST_BODY) == "🐜" * LONGEST_BODY


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=50))
def test_what_shows_passes_as_it_is(text: str) -> None:
    assert checked_body(f"\n {text} ") == f"\n {text} "
    assert checked_title(f"  {text} ") == text


def faults(of: Callable[[], object]) -> tuple[object, ...]:
    with pytest.raises(Refusal) as refused:
        of()
    return refused.value.code, refused.value.field, refused.value.message, refused.value.details


def test_refusals_say_why_and_what_would_do() -> None:
    assert faults(lambda: checked_line("a\nb", "line", 9)) == (Code.BAD_INPUT, "line", "one_line", {})
    assert faults(lambda: storable_text("abc", "a", 2)) == (Code.BAD_INPUT, "a", "long_text", {"most": 2})
    assert faults(lambda: storable_text("abc", "a", 9, 4)) == (Code.BAD_INPUT, "a", "short_text", {"least": 4})
    assert storable_text("abc", "a", 3, 3) == "abc"
    assert storable_text("", "a", 3) == ""


def test_a_text_needs_one_sign_that_shows() -> None:
    assert checked_text("\u200bX", "a", 9) == "\u200bX"


@given(st.text())
def test_what_no_database_can_hold_is_made_storable_in_place(text: str) -> None:
    plain = plain_text(text)
    assert storable_text(plain, "body", len(text)) == plain
    assert all(new in (old, "\ufffd") for old, new in zip(text, plain, strict=True))
    storable = "".join(letter for letter in text if letter != "\0" and not "\ud800" <= letter <= "\udfff")
    assert plain_text(storable) == storable


def test_every_sign_that_no_database_can_hold_is_replaced() -> None:
    assert plain_text("a\0b\ud800c\udfff\ud7ff\ue000") == "a\ufffdb\ufffdc\ufffd\ud7ff\ue000"
