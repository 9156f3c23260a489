"""Search words: folded as the indexes fold texts, and parted where the indexes part them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forum.search import LONGEST_QUERY, SEPARATORS, fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œuf ÉCLOS", "oeuf eclos"),
        ("Œ Æ œ æ", "oe ae oe ae"),
        ("Straße", "strasse"),
        ("가나", "가나"),
        ("Ωμέγα", "ωμεγα"),
    ],
)
def test_accents_and_case_are_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La Reine, l'Œuf!", ["la", "reine", "l", "oeuf"]),
        ("  deux\tmots 12 ", ["deux", "mots", "12"]),
        ("… – ! 🐜", []),
        ("", []),
    ],
)
def test_words_in_their_order(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_a_word_holds_no_separator_and_nothing_else_is_lost(text: str) -> None:
    found = words(text)
    assert "".join(found) == re.sub(f"[{SEPARATORS}]", "", fold(text))
    assert all(found)


def test_a_query_has_a_bound() -> None:
    assert LONGEST_QUERY == 200
