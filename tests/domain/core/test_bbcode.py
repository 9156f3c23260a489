"""Proves that quoted and struck-out blocks are left out whole, that the rest keeps its lines, and in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.bbcode import own_words, without_tags

pieces = st.lists(
    st.sampled_from(["[quote]", "[quote=Zoé]", "[/quote]", "[s]", "[/s]", "[b]", "[/b]", "a", "\n", "[", "]"]),
    max_size=20,
).map("".join)
balanced = st.recursive(
    st.sampled_from(["mine", "\n", ""]),
    lambda inner: st.tuples(st.sampled_from(["quote", "S", "del", "barré", "b"]), inner).map(
        lambda one: f"[{one[0]}]{one[1]}[/{one[0]}]"
    ),
)


@given(pieces, balanced, pieces)
def test_lines_stay_where_they_were(before: str, block: str, after: str) -> None:
    body = before + block + after
    assert own_words(body).count("\n") == body.count("\n")


@given(balanced, st.text("xyz\n"), st.text("xyz\n"))
def test_what_stands_outside_of_blocks_stays(block: str, before: str, after: str) -> None:
    quoted = f"[quote=Zoé]{block}secret[/quote]"
    assert own_words(before + quoted + after) == before + "\n" * block.count("\n") + after


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("[quote]a", "[quote]a"),
        ("a[/quote]b", "a[/quote]b"),
        ("[s]a[quote]b[/s]c", "c"),
        ("[s]a[/quote]b[/s]c", "c"),
        ("a[STRIKE]b[/strike]c", "ac"),
        ("[sup]a[/sup]", "[sup]a[/sup]"),
    ],
)
def test_blocks_that_do_not_match(body: str, left: str) -> None:
    assert own_words(body) == left


def test_tags() -> None:
    assert without_tags("[b]a[/b] [color=#f00]b[/color][*] [1] [très long non]") == "a b [1] [très long non]"


@pytest.mark.parametrize("unit", ["[s]", "[/s]", "[s][/quote]", "[s][/s]", "[quote][s][/quote]", "["])
def test_any_nesting_costs_little(unit: str) -> None:
    start = time.perf_counter()
    own_words(unit * 20_000 + "[/quote]" * 20_000)
    assert time.perf_counter() - start < 2
