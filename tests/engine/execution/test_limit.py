"""Limits on queries: what a page may hold is weighed whether its size is written or not, through fragments too."""

import pytest
from graphql import parse

from engine.execution import limit
from engine.execution.limit import limit_errors
from tests.wire.client import Client

POSTS = "{{ edges {{ node {{ topic {{ posts{size} {inner} }} }} }} }}"


def _nested(levels: int, size: str = "") -> str:
    inner = "{ edges { node { body } } }"
    for _ in range(levels):
        inner = POSTS.format(size=size, inner=inner)
    return f'{{ topic(id: "x") {{ posts{size} {inner} }} }}'


@pytest.mark.parametrize("size", ["", "(first: 20)", "(first: $n)", '(after: "x")'])
def test_pages_in_pages_in_pages_are_too_much(size: str) -> None:
    assert limit_errors(parse(_nested(1))) == []
    errors = limit_errors(parse(_nested(4, size)))
    assert [error.extensions for error in errors] == [{"code": "TOO_COMPLEX"}]


def test_small_pages_in_pages_are_not() -> None:
    assert limit_errors(parse(_nested(4, "(first: 2)"))) == []


def test_a_fragment_weighs_as_much_as_what_it_stands_for() -> None:
    levels = 4
    fragments = [
        f"fragment F{level} on PostConnection {{ edges {{ node {{ topic {{ posts {{ ...F{level + 1} }} }} }} }} }}"
        for level in range(levels)
    ]
    document = f'{{ topic(id: "x") {{ posts {{ ...F0 }} }} }} {" ".join(fragments)}'
    document += f" fragment F{levels} on PostConnection {{ edges {{ node {{ body }} }} }}"
    assert len(limit_errors(parse(document))) == 1


@pytest.mark.parametrize(("times", "codes"), [(20, []), (200, ["TOO_COMPLEX"])])
async def test_fields_of_one_name_are_not_compared_for_seconds(client: Client, times: int, codes: list[str]) -> None:
    assert await client.codes("{" + "categories { id } " * times + "}") == codes


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("{ me { id } }", True),
        ("{ me { id } } #" + "x" * limit.KEPT_LENGTH, False),
        ("{" + " id" * limit.KEPT_TOKENS + "}", False),
    ],
)
def test_short_documents_are_kept(query: str, kept: bool) -> None:
    assert (limit.known(query) is limit.known(query)) is kept


def test_documents_that_are_kept_are_few_and_the_last_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "KEPT_DOCUMENTS", 2)
    monkeypatch.setattr(limit, "_KEPT", {})
    for query in ("{ a }", "{ b }", "{ a }", "{ c }"):
        limit.known(query)
    assert list(limit._KEPT) == ["{ a }", "{ c }"]
