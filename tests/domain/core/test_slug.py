"""Slugs: plain, bounded, never empty, never taken twice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.slug import LONGEST_BASE, free_slug, slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Taverne des Survivants", "taverne-des-survivants"),
        ("L'Oasis des Transformés", "l-oasis-des-transformes"),
        ("  La Citadelle — Inaltérée !  ", "la-citadelle-inalteree"),
        ("Œufs & cætera", "oeufs-caetera"),
        ("Straße", "strasse"),
        ("Ωμέγα", "sans-nom"),
        ("日本", "sans-nom"),
        ("", "sans-nom"),
        ("Łódź, Đorđe, Þórr, Ðan, Øre", "lodz-dorde-thorr-dan-ore"),
        ("a" * 200, "a" * LONGEST_BASE),
        ("a" * (LONGEST_BASE - 1) + " b", "a" * (LONGEST_BASE - 1)),
    ],
)
def test_a_slug_is_the_name_in_plain_letters(name: str, expected: str) -> None:
    assert slug(name) == expected
    assert LONGEST_BASE == 80


@given(st.text())
def test_a_slug_is_never_empty_nor_foreign_to_an_address(name: str) -> None:
    made = slug(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= LONGEST_BASE
    assert slug(made) == made


def test_numbers_follow_from_two() -> None:
    assert free_slug("Été", set()) == "ete"
    assert free_slug("Été", {"ete"}) == "ete-2"
    assert free_slug("Été", {"ete", "ete-2", "ete-3", "ete-5"}) == "ete-4"


@given(st.sampled_from(["Été", "ete", "!", "ete 2"]), st.sets(st.sampled_from(["ete", "ete-2", "ete-3", "sans-nom"])))
def test_a_taken_slug_is_not_given_again(name: str, taken: set[str]) -> None:
    made = free_slug(name, taken)
    assert made not in taken
    assert made.startswith(slug(name))
