"""Names of sections: what they may be, and which two are one."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.refusal import Code, Refusal
from domain.forum.section import (
    LONGEST_NAME,
    LONGEST_NAME_KEY,
    checked_description,
    checked_name,
    checked_position,
    section_name_key,
)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=130))
def test_a_name_is_taken_trimmed_or_refused_with_its_field(text: str) -> None:
    try:
        name = checked_name(text)
    except Refusal as refusal:
        assert (refusal.code, refusal.field) == (Code.BAD_INPUT, "name")  # noqa: PT017 - most texts are names
        return
    assert name == text.strip()
    assert 0 < len(name) <= LONGEST_NAME
    assert 0 < len(section_name_key(name)) <= LONGEST_NAME_KEY


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_forms_of_one_name_are_one(text: str, form: str) -> None:
    assert section_name_key(unicodedata.normalize(form, text)) == section_name_key(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        "TAVERNE  DU PORT",
        " taverne du port",
        "ｔaverne du port",
        "taverne\u00a0du p\u200dort",
        "taverne\x07 du\ud800 port",
    ],
)
def test_what_looks_alike_is_one(other: str) -> None:
    assert section_name_key(other) == section_name_key("Taverne du Port")


@pytest.mark.parametrize("other", ["Taverne du Pont", "TaverneduPort", "Tàverne du Port"])
def test_what_looks_different_is_not(other: str) -> None:
    assert section_name_key(other) != section_name_key("Taverne du Port")


def test_descriptions_and_positions_have_bounds() -> None:
    assert checked_description("  \n") == ""
    assert checked_description(" a\nb ") == "a\nb"
    assert (checked_position(0), checked_position(1_000_000)) == (0, 1_000_000)


@pytest.mark.parametrize(
    ("refused", "field", "message", "most"),
    [
        (lambda: checked_name("a" * 121), "name", "long_text", 120),
        (lambda: checked_name("\ufdfa" * 21), "name", "long_text", 120),
        (lambda: checked_description("a" * 2001), "description", "long_text", 2000),
        (lambda: checked_position(-1), "position", "bad_position", 1_000_000),
        (lambda: checked_position(1_000_001), "position", "bad_position", 1_000_000),
        (lambda: checked_name("a" * 121, "title"), "title", "long_text", 120),
        (lambda: checked_name("\ufdfa" * 21, "title"), "title", "long_text", 120),
        (lambda: checked_description("a" * 2001, "text"), "text", "long_text", 2000),
        (lambda: checked_position(-1, "place"), "place", "bad_position", 1_000_000),
    ],
)
def test_a_refusal_names_its_field_and_its_bound(
    refused: Callable[[], object], field: str, message: str, most: int
) -> None:
    with pytest.raises(Refusal) as caught:
        refused()
    told = caught.value
    assert (told.code, told.field, told.message, told.details) == (Code.BAD_INPUT, field, message, {"most": most})


def test_a_key_may_be_three_times_as_long_as_its_name() -> None:
    assert checked_name("\ufdfa" * 20) == "\ufdfa" * 20
    assert len(section_name_key("\ufdfa" * 20)) == LONGEST_NAME_KEY == 360
    assert checked_name("a" * 120)
    assert checked_description("a" * 2000)
