"""What an object costs of the limit on an answer: by graphql-core's path it counts once in columns, more one by one.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType

from engine.execution.field import reader_of

Group = Sequence[Any]
"""What one name of an answer is made of: graphql-core's details of all nodes that were merged into it."""


class Weights:
    """Tells lists that graphql-core's path completes in columns from others. `collected` gives a selection's fields."""

    def __init__(self, collected: Callable[[GraphQLObjectType, Group], dict[str, Group]]) -> None:
        self._collected = collected
        self._known: dict[Any, bool] = {}

    def is_columnar(self, type_: Any, group: Group) -> bool:
        """Whether a list of such items is completed in columns."""
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList):
            return self.is_columnar(inner.of_type, group)
        if not isinstance(inner, GraphQLObjectType):
            return isinstance(inner, (GraphQLScalarType, GraphQLEnumType))
        key = (inner.name, tuple(id(detail.node) for detail in group))
        if key not in self._known:
            self._known[key] = all(self._is_plain(inner, one) for one in self._collected(inner, group).values())
        return self._known[key]

    def _is_plain(self, type_: GraphQLObjectType, group: Group) -> bool:
        name = group[0].node.name.value
        definition = type_.fields.get(name)
        if definition is None:
            return bool(name == "__typename")
        return reader_of(definition) is not None and self.is_columnar(definition.type, group)
