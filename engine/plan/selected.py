"""What one operation selects, and what is known of its fields before any code is made of them.

Tested in tests/engine/plan/test_compilation.py.
"""

from typing import Any

from graphql import GraphQLField, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, is_abstract_type
from graphql.execution.collect_fields import collect_subfields
from graphql.execution.values import VariableValues
from strawberry.schema.schema import Schema
from strawberry.types.field import StrawberryField

from engine.execution.field import reader_of
from engine.plan.run import StepsAside
from engine.plan.weight import Group, Weights

MOST_FIELDS = 600
"""Of all functions together: what is larger is not worth the wait."""


class Selected:
    """One operation with one set of @skip and @include."""

    def __init__(self, schema: GraphQLSchema, operation: Any, fragments: Any, variables: VariableValues) -> None:
        self.schema = schema
        self.strawberry: Schema = schema._strawberry_schema  # type: ignore[attr-defined]  # noqa: SLF001
        self.operation = operation
        self.fragments = fragments
        self.variables = variables
        self.weights = Weights(self.fields_of)
        self._fields = 0
        self._collected: dict[Any, dict[str, Group]] = {}
        self._awaits: dict[Any, bool] = {}

    def count(self, type_: GraphQLObjectType, fields: int) -> None:
        """Before a function is made for rows of a type."""
        self._fields += fields
        if self._fields > MOST_FIELDS:
            raise StepsAside("size")
        if type_.is_type_of is not None and not getattr(type_.is_type_of, "is_always", False):
            raise StepsAside("is_type_of")

    def fields_of(self, type_: GraphQLObjectType, group: Group) -> dict[str, Group]:
        """What is selected of a type below these nodes, by the names in the answer."""
        key = _key(type_, group)
        if key not in self._collected:
            self._collected[key] = self._collect(type_, group)
        return self._collected[key]

    def _collect(self, type_: GraphQLObjectType, group: Group) -> dict[str, Group]:
        if any(detail.fragment_variable_values for detail in group):
            raise StepsAside("fragment arguments")
        found = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, list(group), hide_suggestions=False
        )
        if found.new_defer_usages:
            raise StepsAside("defer")
        return dict(found.grouped_field_set)

    def definition(self, type_: GraphQLObjectType, group: Group) -> tuple[GraphQLField, StrawberryField]:
        definition = type_.fields.get(group[0].node.name.value)
        field = None if definition is None else definition.extensions.get("strawberry-definition")
        if definition is None or not isinstance(field, StrawberryField):
            raise StepsAside("introspection")
        return definition, field

    def awaits(self, type_: Any, group: Group) -> bool:
        """Whether something is awaited below values of a type."""
        if isinstance(type_, (GraphQLNonNull, GraphQLList)):
            return self.awaits(type_.of_type, group)
        if is_abstract_type(type_):
            return any(self.awaits(one, group) for one in self.schema.get_possible_types(type_))
        if not isinstance(type_, GraphQLObjectType):
            return False
        key = _key(type_, group)
        if key not in self._awaits:
            self._awaits[key] = any(self._is_awaited(type_, one) for one in self.fields_of(type_, group).values())
        return self._awaits[key]

    def _is_awaited(self, type_: GraphQLObjectType, group: Group) -> bool:
        if group[0].node.name.value == "__typename":
            return False
        definition, field = self.definition(type_, group)
        return (reader_of(definition) is None and field.is_async) or self.awaits(definition.type, group)


def _key(type_: GraphQLObjectType, group: Group) -> Any:
    return type_.name, tuple(id(detail.node) for detail in group)
