"""Texts at the door: what shows and fits passes unchanged, anything else is refused with the argument at fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.refusal import Code, Refusal
from domain.core.text import LONGEST_BODY, LONGEST_TITLE, checked_body, checked_title

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
    assert checked_title("é" * LONGEST_TITLE) == "é" * LONGEST_TITLE
    assert checked_body("🐜" * LONGEST_BODY) == "🐜" * LONGEST_BODY


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=50))
def test_what_shows_passes_as_it_is(text: str) -> None:
    assert checked_body(f"\n {text} ") == f"\n {text} "
    assert checked_title(f"  {text} ") == text
