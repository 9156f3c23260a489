"""Which operations have an answer that may be kept: one declared root field, and below it nothing that is not."""

import pytest
from graphql import specified_rules

from engine.document.document import read
from engine.execution.limit import check
from engine.kept.part import Part
from engine.kept.reading import _PARTS, KEPT_PARTS, part_of
from schema.root import schema

CORE = schema._schema


def _part(query: str, name: str | None = None) -> Part | None:
    check(read(query), CORE, specified_rules)
    return part_of(CORE, query, name)


@pytest.mark.parametrize(
    "query",
    [
        "{ categories { id } }",
        "query A { again: categories { ...on Category { id ...more } } } fragment more on Category { name __typename }",
        "query A($more: Boolean!) { categories { id name @include(if: $more) } }",
    ],
)
def test_what_is_declared_may_be_kept(query: str) -> None:
    found = _part(query)
    assert found is not None
    assert found.name == ("again" if "again" in query else "categories")


@pytest.mark.parametrize(
    "query",
    [
        "{ me { id } }",
        "{ categories { id } me { id } }",
        "{ categories { id } other: categories { id } }",
        "{ ... on Query { categories { id } } }",
        "query A($more: Boolean!) { categories @include(if: $more) { id } }",
        "query A($more: Boolean!) { categories { sections { viewerAttention @include(if: $more) } } }",
        "{ categories { ...deep } } fragment deep on Category { sections { subsections { viewerAttention } } }",
        '{ node(id: "x") { id } }',
        "{ __typename }",
        "{ __schema { types { name } } }",
        "subscription { postAdded { id } }",
        "{ categories { nothing } }",
    ],
)
def test_what_is_not_declared_may_not(query: str) -> None:
    assert _part(query) is None


@pytest.mark.parametrize(
    ("selected", "is_counted"),
    [("id", False), ("postCount", True), ("parent { ...more }", True), ("a: topicCount @skip(if: true)", True)],
)
def test_numbers_are_known_wherever_they_are_selected(selected: str, *, is_counted: bool) -> None:
    more = " fragment more on Section { topicCount }" if "more" in selected else ""
    found = _part(f"{{ categories {{ sections {{ {selected} }} }} }}{more}")
    assert found is not None
    assert (found.numbers is not None) is is_counted


def test_an_operation_is_known_by_its_name() -> None:
    query = "query A { categories { id } } query B { me { id } }"
    assert _part(query, "A") is not None
    assert _part(query, "B") is None
    assert _part(query, "C") is None


def test_a_part_in_use_outlasts_any_number_of_others() -> None:
    query = "query Hot { categories { slug } }"
    found = _part(query, "Hot")
    for number in range(2 * KEPT_PARTS):
        assert part_of(CORE, query, f"None{number}") is None
        assert part_of(CORE, query, "Hot") is found
    assert len(_PARTS) <= KEPT_PARTS
