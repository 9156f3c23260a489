"""Limits on queries: what a page may hold is weighed whether its size is written or not, through fragments too."""

import pytest
from graphql import parse

from schema.limit import excess

POSTS = "{{ edges {{ node {{ topic {{ posts{size} {inner} }} }} }} }}"


def _nested(levels: int, size: str = "") -> str:
    inner = "{ edges { node { body } } }"
    for _ in range(levels):
        inner = POSTS.format(size=size, inner=inner)
    return f'{{ topic(id: "x") {{ posts{size} {inner} }} }}'


@pytest.mark.parametrize("size", ["", "(first: 20)", "(first: $n)", '(after: "x")'])
def test_pages_in_pages_in_pages_are_too_much(size: str) -> None:
    assert excess(parse(_nested(1))) == []
    errors = excess(parse(_nested(4, size)))
    assert [error.extensions for error in errors] == [{"code": "TOO_COMPLEX"}]


def test_small_pages_in_pages_are_not() -> None:
    assert excess(parse(_nested(4, "(first: 2)"))) == []


def test_a_fragment_weighs_as_much_as_what_it_stands_for() -> None:
    levels = 4
    fragments = [
        f"fragment F{level} on PostConnection {{ edges {{ node {{ topic {{ posts {{ ...F{level + 1} }} }} }} }} }}"
        for level in range(levels)
    ]
    document = f'{{ topic(id: "x") {{ posts {{ ...F0 }} }} }} {" ".join(fragments)}'
    document += f" fragment F{levels} on PostConnection {{ edges {{ node {{ body }} }} }}"
    assert len(excess(parse(document))) == 1
