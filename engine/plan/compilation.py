"""Compiles the selections of one operation: generated functions for rows and lists, levels for what is awaited.

What is not understood raises StepsAside, with the reason: the operation is then graphql-core's.
"""

from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

from engine.execution.field import reader_of
from engine.guard.guard import Guard
from engine.kept.field import hole_of, number_of
from engine.plan.calling import calling, reading
from engine.plan.kind import kind_of
from engine.plan.leaf import leaf_lines
from engine.plan.level import Awaited, Complete, Level, around_nulls, at_once, each, kinds, lists, objects
from engine.plan.reading import Reading
from engine.plan.run import ONE_BY_ONE, StepsAside
from engine.plan.selected import Selected
from engine.plan.source import Source
from engine.plan.table.column import together
from engine.plan.table.table import Tables
from engine.plan.weight import Group


class Compilation:
    """The work of compiling one operation with one set of @skip and @include."""

    def __init__(self, schema: GraphQLSchema, operation: Any, fragments: Any, variables: VariableValues) -> None:
        self.selected = Selected(schema, operation, fragments, variables)
        self.source = Source()
        self.reading = Reading(self.selected, self.source)
        self.tables = Tables(self.selected, self.source, self.reading, self._kind_function)
        self._objects: dict[Any, str | Level] = {}

    def level_of(self, type_: GraphQLObjectType, fields: Any) -> Level:
        """The operation's root: always a level, whether or not anything is awaited below it."""
        name, awaited = self._row(type_, fields, ONE_BY_ONE, is_root=True)
        return Level(self.source.compiled(), name, awaited)

    # ---- objects ------------------------------------------------------------------------

    def object_(self, type_: GraphQLObjectType, group: Group, weight: int) -> str | Level:
        """The name of the function that completes one row, or the level that completes many."""
        key = (type_.name, tuple(id(detail.node) for detail in group), weight)
        if key not in self._objects:
            name, awaited = self._row(type_, self.selected.fields_of(type_, group), weight, is_root=False)
            self._objects[key] = Level(self.source.namespace, name, awaited) if awaited else name
        return self._objects[key]

    def _row(
        self, type_: GraphQLObjectType, fields: dict[str, Group], weight: int, *, is_root: bool
    ) -> tuple[str, list[Awaited]]:
        """The name of the function that answers one row, but for what is awaited."""
        self.selected.count(type_, len(fields))
        name = self.source.new_function()
        body, shown, awaited = list[str](), [], list[Awaited]()
        for number, (key, group) in enumerate(fields.items()):
            lines, value = self._field(type_, key, group, weight, f"v{number}", is_root=is_root)
            body += lines
            shown.append(f"{key!r}: {value if isinstance(value, str) else None}")
            if isinstance(value, Awaited):
                awaited.append(value)
        body.append(f"return {{{', '.join(shown)}}}")
        if not is_root:
            # Whatever is no row has no such attribute; where none is read, that is asked.
            reads = any(" = r." in line for line in body)
            body.insert(0, f"if r is None: {self.reading.aside}()" if reads else f"{self.reading.check_row}(r)")
        self.source.add(name, "r, run", body)
        return name, awaited

    def _field(
        self, type_: GraphQLObjectType, key: str, group: Group, weight: int, v: str, *, is_root: bool
    ) -> tuple[list[str], "str | Awaited"]:
        """Lines that complete a field of the row `r`, and what is then its value; or what is awaited for it."""
        if group[0].node.name.value == "__typename":
            return [], repr(type_.name)
        definition, field = self.selected.definition(type_, group)
        reader = reader_of(definition)
        if reader is None:
            return self._called(type_, key, group, weight, v, is_root=is_root)
        guard = self.reading.guard(definition, group)
        asked = guard and f"run.checked({guard[0]}, r, {guard[1]})"
        below = self._column(definition.type, group, weight)
        if below is not None:
            lines = [f"if {asked} is not None: {self.reading.aside}()"] if asked else []
            return lines, Awaited(key, reading(field, reader), below, is_called=False)
        lines = [f"{v} = {self.reading.read(field, reader)}", *self._value(definition.type, group, weight, v)]
        hole = hole_of(definition)
        if hole is not None:
            lines.append(f"{v} = run.dig({self.source.name_of(hole)}, r, {v})")
        number = number_of(definition)
        if number is not None:
            lines.append(f"if run.holes is not None: {v} = run.leave({self.source.name_of(number)}, r, {v})")
        if asked and isinstance(definition.type, GraphQLNonNull):
            lines = [f"if {asked} is not None: {self.reading.aside}()", *lines]
        elif asked:
            lines = [f"{v} = {asked}", f"if {v} is None:", *(f"    {line}" for line in lines)]
        return lines, v

    def _called(
        self, type_: GraphQLObjectType, key: str, group: Group, weight: int, v: str, *, is_root: bool
    ) -> tuple[list[str], "str | Awaited"]:
        """A field with a resolver: called for each row, with the info and the arguments of all."""
        definition, field = self.selected.definition(type_, group)
        guards = [one for one in field.extensions if type(one) is Guard]
        checked = is_root and len(guards) == len(field.extensions)
        call, spec = self.reading.called(type_, group, checked=checked)
        if field.is_async:
            complete = self._column(definition.type, group, weight) or self._each(definition.type, group, weight)
            refusable = () if isinstance(definition.type, GraphQLNonNull) else spec.nodes
            read = calling(call, spec, guards if checked else (), refusable)
            return [], Awaited(key, read, complete, refusable, is_called=True)
        if checked and guards:
            raise StepsAside("guarded without awaiting")
        if self.selected.awaits(definition.type, group):
            raise StepsAside("awaited below a resolver")
        named, info = self.source.name_of(call), self.source.name_of(spec)
        lines = [f"{v} = {named}(r, run.info({info}), run.arguments({info}))"]
        return [*lines, *self._value(definition.type, group, weight, v)], v

    # ---- values -------------------------------------------------------------------------

    def _each(self, type_: Any, group: Group, weight: int) -> Complete:
        """Completes a column of values below which nothing is awaited."""
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList):
            return at_once(together(self.tables.column(type_, group, weight)))
        lines = self._value(type_, group, weight, "v")
        name = self.source.new_function()
        self.source.add(name, "v, run", [*lines, "return v"])
        return each(self.source.namespace, name)

    def _value(self, type_: Any, group: Group, weight: int, v: str) -> list[str]:
        """Lines that complete the variable `v` in its place; nothing below it is awaited."""
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            return leaf_lines(inner, v, self.source, nullable=nullable)
        if isinstance(inner, GraphQLObjectType):
            completed = f"{self.object_(inner, group, weight)}({v}, run)"
            lines = [f"run.left -= {weight}; {v} = {completed}"]  # Asked of lists, and at the end.
        elif isinstance(inner, GraphQLList):
            items = self.source.name_of(together(self.tables.items(inner, group, weight)))
            lines = [f"if type({v}) is not list: {self.reading.aside}()", f"{v} = {items}({v}[:], run)"]
        elif is_abstract_type(inner):
            lines = [f"{v} = {self._kind_function(inner, group)}({v}, run)"]
        else:  # pragma: no cover - there are no other types
            raise StepsAside("type")
        if nullable:
            return [f"if {v} is not None:", *(f"    {line}" for line in lines)]
        return [f"if {v} is None: {self.reading.aside}()", *lines]

    def _column(self, type_: Any, group: Group, weight: int) -> Complete | None:
        """The completion of a column of values of which something is awaited below; None where nothing is."""
        if not self.selected.awaits(type_, group):
            return None
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        complete: Complete | None = None
        if isinstance(inner, GraphQLObjectType):
            found = self.object_(inner, group, weight)
            complete = objects(found, weight) if isinstance(found, Level) else None
        elif isinstance(inner, GraphQLList):
            within = 1 if weight == ONE_BY_ONE and self.selected.weights.is_columnar(inner.of_type, group) else weight
            items = self._column(inner.of_type, group, within)
            complete = None if items is None else lists(items)
        elif is_abstract_type(inner):
            complete = self._kinds(inner, group)
        return None if complete is None else around_nulls(complete, nullable=nullable)

    # ---- abstract types -----------------------------------------------------------------

    def _kinds(self, type_: GraphQLAbstractType, group: Group) -> Complete:
        by_kind = {
            one.name: self._column(one, group, ONE_BY_ONE) or self._each(one, group, ONE_BY_ONE)
            for one in self.selected.schema.get_possible_types(type_)
        }
        return kinds(kind_of(type_, group[0].node), by_kind)

    def _kind_function(self, type_: GraphQLAbstractType, group: Group) -> str:
        """A function that completes one value of an abstract type; StepsAside or KeyError for what is none of it."""
        possible = self.selected.schema.get_possible_types(type_)
        by_kind = {one.name: self.object_(one, group, ONE_BY_ONE) for one in possible}
        name, kind = self.source.new_function(), self.source.name_of(kind_of(type_, group[0].node))
        table = ", ".join(f"{kind_name!r}: {function}" for kind_name, function in by_kind.items())
        self.source.add(name, "v, run", [f"run.spend({ONE_BY_ONE})", f"return {{{table}}}[{kind}(v, run)](v, run)"])
        return name
