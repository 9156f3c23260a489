"""What an operation selects: fragments, directives and aliases as GraphQL means them."""

from typing import Any

import pytest
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from engine.operation.selection import Selection, below, mentions, merged, selection_of


class Info:
    """What graphql-core tells a resolver of the first field of a query."""

    def __init__(self, query: str, **variables: Any) -> None:
        definitions = parse(query).definitions
        self.fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        self.variable_values = variables
        (operation,) = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        self.field_nodes = [one for one in operation.selection_set.selections if isinstance(one, FieldNode)]


@pytest.mark.parametrize(
    ("query", "selection"),
    [
        ("{ a }", {}),
        ("{ a { b c { d } } }", {"b": {}, "c": {"d": {}}}),
        ("{ a { one: b { c } two: b { d } } }", {"b": {"c": {}, "d": {}}}),
        ("{ a { b } a { c } }", {"b": {}, "c": {}}),
        ("{ a { ...F } } fragment F on T { b { ...G } } fragment G on U { c }", {"b": {"c": {}}}),
        ("{ a { ... on T { b } ... @skip(if: true) { c } } }", {"b": {}}),
        ("{ a { b @include(if: false) c @skip(if: false) d @include(if: true) } }", {"c": {}, "d": {}}),
        ("query($y: Boolean!, $n: Boolean!) { a { b @include(if: $n) c @skip(if: $n) d @skip(if: $y) } }", {"c": {}}),
        ("{ a { b @include(if: true) @skip(if: true) ...F @skip(if: true) } } fragment F on T { c }", {}),
        ("{ a { b @other(if: true) } }", {"b": {}}),
    ],
)
def test_only_what_is_answered_is_selected(query: str, selection: Selection) -> None:
    assert selection_of(Info(query, y=True, n=False)) == selection


def test_selections_are_walked_searched_and_merged() -> None:
    one: Selection = {"a": {"b": {"c": {}}}}
    other: Selection = {"a": {"d": {}}, "e": {}}
    assert below(one, "a", "b") == {"c": {}}
    assert below(one, "a", "x", "b") == {}
    assert mentions(one, "x", "c")
    assert not mentions(one, "x")
    assert merged(one, other) == {"a": {"b": {"c": {}}, "d": {}}, "e": {}}
    assert one == {"a": {"b": {"c": {}}}}, "merging changes neither"
