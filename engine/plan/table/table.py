"""Compiles lists of objects below which nothing is awaited: a generated function for all rows, a line for each column.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
)

from engine.execution.field import reader_of
from engine.kept.field import hole_of, number_of
from engine.plan.reading import Reading
from engine.plan.run import ONE_BY_ONE, StepsAside
from engine.plan.selected import Selected
from engine.plan.source import Source
from engine.plan.table.column import around_nulls, let_pass, lists, objects, one_by_one
from engine.plan.table.leaf_column import Completion, leaf_column
from engine.plan.weight import Group


class Tables:
    """`kind_function` gives the name of a function that completes one value of an abstract type."""

    def __init__(
        self,
        selected: Selected,
        source: Source,
        reading: Reading,
        kind_function: Callable[[GraphQLAbstractType, Group], str],
    ) -> None:
        self._selected = selected
        self._source = source
        self._reading = reading
        self._kind_function = kind_function
        self._known: dict[Any, str] = {}

    def column(self, type_: Any, group: Group, weight: int) -> Completion:
        """The completion of a column of values."""
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            return leaf_column(inner, nullable=nullable)
        if isinstance(inner, GraphQLObjectType):
            complete = objects(self._source.namespace, self._table(inner, group, weight), weight)
        elif isinstance(inner, GraphQLList):
            complete = lists(self.items(inner, group, weight))
        else:
            complete = one_by_one(self._source.namespace, self._kind_function(inner, group))
        return around_nulls(complete, nullable=nullable)

    def items(self, type_: GraphQLList[Any], group: Group, weight: int) -> Completion:
        """The completion of a list's items."""
        item = type_.of_type
        is_columnar = weight == ONE_BY_ONE and self._selected.weights.is_columnar(item, group)
        return self.column(item, group, 1 if is_columnar else weight)

    def _table(self, type_: GraphQLObjectType, group: Group, weight: int) -> str:
        """The name of the function that completes rows."""
        key = (type_.name, tuple(id(detail.node) for detail in group), weight)
        if key not in self._known:
            fields = self._selected.fields_of(type_, group)
            self._selected.count(type_, len(fields))
            name = self._known[key] = self._source.new_function()
            self._source.add(name, "rows, run", self._body(type_, fields, weight))
        return self._known[key]

    def _body(self, type_: GraphQLObjectType, fields: dict[str, Group], weight: int) -> list[str]:
        body, shown, cells = list[str](), list[str](), dict[str, str]()
        for number, (key, group) in enumerate(fields.items()):
            if group[0].node.name.value == "__typename":
                shown.append(f"{key!r}: {type_.name!r}")
                continue
            body += self._field(type_, group, weight, f"c{number}_")
            cells[f"x{number}"] = f"c{number}_"
            shown.append(f"{key!r}: x{number}")
        if not any("[r." in line for line in body):
            body.insert(0, f"for r in rows: {self._reading.check_row}(r)")
        answer = f"{{{', '.join(shown)}}}"
        if len(cells) > 1:
            rows = f"{', '.join(cells)} in zip({', '.join(cells.values())})"
        else:
            rows = " in ".join(next(iter(cells.items()), ("_", "rows")))
        return [*body, f"return [{answer} for {rows}]"]

    def _field(self, type_: GraphQLObjectType, group: Group, weight: int, c: str) -> list[str]:
        """Lines that complete a field of all rows in the variable `c`."""
        definition, field = self._selected.definition(type_, group)
        complete = self._source.name_of(self.column(definition.type, group, weight))
        reader = reader_of(definition)
        if reader is None:
            call, spec = self._reading.called(type_, group, checked=False)
            if field.is_async:
                raise StepsAside("awaited")
            named = self._source.name_of(call), self._source.name_of(spec)
            return [
                f"i, a = run.info({named[1]}), run.arguments({named[1]})",
                f"{c} = {complete}([{named[0]}(r, i, a) for r in rows], run)",
            ]
        lines = [f"{c} = {complete}([{self._reading.read(field, reader)} for r in rows], run)"]
        for name, left in (("dig", hole_of(definition)), ("leave", number_of(definition))):
            if left is not None:
                cells = f"[run.{name}({self._source.name_of(left)}, r, x) for r, x in zip(rows, {c})]"
                lines.append(f"if run.holes is not None: {c} = {cells}")
        guard = self._reading.guard(definition, group)
        if guard is None:
            return lines
        asked = f"run.verdicts({guard[0]}, rows, {guard[1]})"
        if isinstance(definition.type, GraphQLNonNull):
            return [f"if {asked} is not None: {self._reading.aside}()", *lines]
        of_field, split = self._source.new_function(), self._source.name_of(let_pass)
        self._source.add(of_field, "rows, run", [*lines, f"return {c}"])
        return [
            f"{c} = {asked}",
            f"{c} = {of_field}(rows, run) if {c} is None else {split}({of_field}, rows, {c}, run)",
        ]
