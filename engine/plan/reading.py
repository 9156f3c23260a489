"""Source that reads a field of a row `r`: its attribute, its function, its resolver; and what asks its guard.

Tested in tests/engine/plan/test_compilation.py.
"""

import keyword
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, Undefined
from strawberry.types.field import StrawberryField

from engine.execution.field import row_guard_of
from engine.plan.calling import Call, arguments_of, call_of
from engine.plan.run import InfoSpec, StepsAside
from engine.plan.selected import Selected
from engine.plan.source import Source
from engine.plan.weight import Group


class Reading:
    """Of the fields of one operation."""

    def __init__(self, selected: Selected, source: Source) -> None:
        self._selected = selected
        self._source = source

    @property
    def aside(self) -> str:
        """The name of what steps aside for a value."""
        return self._source.name_of(_aside)

    @property
    def check_row(self) -> str:
        """The name of what asks whether a row is one, where no attribute of it is read."""
        return self._source.name_of(_check_row)

    def read(self, field: StrawberryField, reader: Any) -> str:
        if not isinstance(reader, str):
            return f"{self._source.name_of(reader)}(r)"
        if field.default_resolver is not getattr or not reader.isidentifier() or keyword.iskeyword(reader):
            return f"{self._source.name_of(field.default_resolver)}(r, {reader!r})"
        return f"r.{reader}"

    def guard(self, definition: GraphQLField, group: Group) -> tuple[str, str] | None:
        """The names of a field's guard and of its nodes; None for a field without a guard."""
        guard = row_guard_of(definition)
        if guard is None:
            return None
        return self._source.name_of(guard), self._source.name_of([detail.node for detail in group])

    def called(self, type_: GraphQLObjectType, group: Group, *, checked: bool) -> tuple[Call, InfoSpec]:
        """What calls a field's resolver for a row, and what its info and arguments are made of."""
        definition, field = self._selected.definition(type_, group)
        call = call_of(self._selected.strawberry, field, checked=checked)
        if call is None:
            raise StepsAside("resolver")
        node, nodes = group[0].node, [detail.node for detail in group]
        make = arguments_of(self._selected.strawberry, field, definition, node)
        return call, InfoSpec(definition, nodes, type_, field, make)


def _check_row(row: Any) -> None:
    if row is None or row is Undefined or isinstance(row, Exception):
        _aside()


def _aside() -> None:
    raise StepsAside("value")
