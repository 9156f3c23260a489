"""Compiles the selections of one operation: generated functions for rows, levels for what is awaited.

What is not understood raises StepsAside, with the reason: the operation is then graphql-core's.
"""

import keyword
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    is_abstract_type,
)
from graphql.execution.collect_fields import collect_subfields
from graphql.execution.values import VariableValues
from strawberry.schema.schema import Schema
from strawberry.types.field import StrawberryField

from engine.execution.field import reader_of, row_guard_of
from engine.guard.guard import Guard
from engine.plan.calling import arguments_of, call_of, calling, reading
from engine.plan.kind import kind_of
from engine.plan.leaf import careful, leaf_lines
from engine.plan.level import Awaited, Complete, Level, around_nulls, each, kinds, lists, objects
from engine.plan.run import ONE_BY_ONE, InfoSpec, StepsAside
from engine.plan.source import Source
from engine.plan.weight import Group, Weights

MOST_FIELDS = 600
"""Of all functions together: what is larger is not worth the wait."""


class Compilation:
    """The work of compiling one operation with one set of @skip and @include."""

    def __init__(self, schema: GraphQLSchema, operation: Any, fragments: Any, variables: VariableValues) -> None:
        self.schema = schema
        self.strawberry: Schema = schema._strawberry_schema  # type: ignore[attr-defined]  # noqa: SLF001
        self.operation = operation
        self.fragments = fragments
        self.variables = variables
        self.source = Source()
        self.fields = 0
        self._objects: dict[Any, str | Level] = {}
        self.weights = Weights(self._collected)
        self._aside = self.source.name_of(_aside)

    def level_of(self, type_: GraphQLObjectType, fields: Any) -> Level:
        """The operation's root: always a level, whether or not anything is awaited below it."""
        name, awaited = self._row(type_, fields, ONE_BY_ONE, is_root=True)
        return Level(self.source.compiled(), name, awaited)

    # ---- objects ------------------------------------------------------------------------

    def object_(self, type_: GraphQLObjectType, group: Group, weight: int) -> str | Level:
        """The name of the function that completes one row, or the level that completes many."""
        key = (type_.name, tuple(id(detail.node) for detail in group), weight)
        if key not in self._objects:
            name, awaited = self._row(type_, self._collected(type_, group), weight, is_root=False)
            self._objects[key] = Level(self.source.namespace, name, awaited) if awaited else name
        return self._objects[key]

    def _collected(self, type_: GraphQLObjectType, group: Group) -> dict[str, Group]:
        if any(detail.fragment_variable_values for detail in group):
            raise StepsAside("fragment arguments")
        found = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, list(group), hide_suggestions=False
        )
        if found.new_defer_usages:
            raise StepsAside("defer")
        return dict(found.grouped_field_set)

    def _row(
        self, type_: GraphQLObjectType, fields: dict[str, Group], weight: int, *, is_root: bool
    ) -> tuple[str, list[Awaited]]:
        """The name of the function that answers one row, but for what is awaited."""
        self.fields += len(fields)
        if self.fields > MOST_FIELDS:
            raise StepsAside("size")
        name = self.source.new_function()
        body, shown, awaited = list[str](), [], list[Awaited]()
        if type_.is_type_of is not None and not getattr(type_.is_type_of, "is_always", False):
            raise StepsAside("is_type_of")
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
            body.insert(0, f"if r is None: {self._aside}()" if reads else f"{self.source.name_of(_check_row)}(r)")
        self.source.add(name, "r, run", body)
        return name, awaited

    def _field(
        self, type_: GraphQLObjectType, key: str, group: Group, weight: int, v: str, *, is_root: bool
    ) -> tuple[list[str], "str | Awaited"]:
        """Lines that complete a field of the row `r`, and what is then its value; or what is awaited for it."""
        name = group[0].node.name.value
        if name == "__typename":
            return [], repr(type_.name)
        definition = type_.fields.get(name)
        field = None if definition is None else definition.extensions.get("strawberry-definition")
        if definition is None or not isinstance(field, StrawberryField):
            raise StepsAside("introspection")
        reader = reader_of(definition)
        if reader is None:
            return self._called(type_, key, group, weight, v, is_root=is_root)
        asked = self._guard(definition, group)
        below = self._column(definition.type, group, weight)
        if below is not None:
            lines = [f"if {asked} is not None: {self._aside}()"] if asked else []
            return lines, Awaited(key, reading(field, reader), below, is_called=False)
        lines = [f"{v} = {self._read(field, reader)}", *self._value(definition.type, group, weight, v)]
        if asked and isinstance(definition.type, GraphQLNonNull):
            lines = [f"if {asked} is not None: {self._aside}()", *lines]
        elif asked:
            lines = [f"{v} = {asked}", f"if {v} is None:", *(f"    {line}" for line in lines)]
        return lines, v

    def _read(self, field: StrawberryField, reader: Any) -> str:
        if not isinstance(reader, str):
            return f"{self.source.name_of(reader)}(r)"
        if field.default_resolver is not getattr or not reader.isidentifier() or keyword.iskeyword(reader):
            return f"{self.source.name_of(field.default_resolver)}(r, {reader!r})"
        return f"r.{reader}"

    def _guard(self, definition: GraphQLField, group: Group) -> str | None:
        """What asks the guard of a field of the row `r`; None for a field without one."""
        guard = row_guard_of(definition)
        if guard is None:
            return None
        nodes = [detail.node for detail in group]
        return f"run.checked({self.source.name_of(guard)}, r, {self.source.name_of(nodes)})"

    def _called(
        self, type_: GraphQLObjectType, key: str, group: Group, weight: int, v: str, *, is_root: bool
    ) -> tuple[list[str], "str | Awaited"]:
        """A field with a resolver: called for each row, with the info and the arguments of all."""
        node = group[0].node
        definition = type_.fields[node.name.value]
        field: StrawberryField = definition.extensions["strawberry-definition"]
        guards = [one for one in field.extensions if type(one) is Guard]
        checked = is_root and len(guards) == len(field.extensions)
        call = call_of(self.strawberry, field, checked=checked)
        if call is None:
            raise StepsAside("resolver")
        nodes = [detail.node for detail in group]
        spec = InfoSpec(definition, nodes, type_, field, arguments_of(self.strawberry, field, definition, node))
        if field.is_async:
            complete = self._column(definition.type, group, weight) or self._each(definition.type, group, weight)
            refusable = () if isinstance(definition.type, GraphQLNonNull) else nodes
            read = calling(call, spec, guards if checked else (), refusable)
            return [], Awaited(key, read, complete, refusable, is_called=True)
        if checked and guards:
            raise StepsAside("guarded without awaiting")
        if self._column(definition.type, group, weight) is not None:
            raise StepsAside("awaited below a resolver")
        named, info = self.source.name_of(call), self.source.name_of(spec)
        lines = [f"{v} = {named}(r, run.info({info}), run.arguments({info}))"]
        return [*lines, *self._value(definition.type, group, weight, v)], v

    # ---- values -------------------------------------------------------------------------

    def _each(self, type_: Any, group: Group, weight: int) -> Complete:
        """Completes a column of values below which nothing is awaited."""
        return each(self.source.namespace, self._value_function(type_, group, weight))

    def _value_function(self, type_: Any, group: Group, weight: int) -> str:
        lines = self._value(type_, group, weight, "v")
        name = self.source.new_function()
        self.source.add(name, "v, run", [*lines, "return v"])
        return name

    def _value(self, type_: Any, group: Group, weight: int, v: str) -> list[str]:
        """Lines that complete the variable `v` in its place; nothing below it is awaited."""
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            return leaf_lines(inner, v, self.source, nullable=nullable)
        if isinstance(inner, GraphQLObjectType):
            completed = f"{self.object_(inner, group, weight)}({v}, run)"
            lines = [f"run.spend({weight}); {v} = {completed}"]
        elif isinstance(inner, GraphQLList):
            lines = self._list(inner, group, weight, v)
        elif is_abstract_type(inner):
            lines = [f"{v} = {self._kind_function(inner, group)}({v}, run)"]
        else:  # pragma: no cover - there are no other types
            raise StepsAside("type")
        if nullable:
            return [f"if {v} is not None:", *(f"    {line}" for line in lines)]
        return [f"if {v} is None: {self._aside}()", *lines]

    def _list(self, type_: GraphQLList[Any], group: Group, weight: int, v: str) -> list[str]:
        item = type_.of_type
        if weight == ONE_BY_ONE and self.weights.is_columnar(item, group):
            weight = 1
        inner = item.of_type if isinstance(item, GraphQLNonNull) else item
        lines = [f"if type({v}) is not list: {self._aside}()"]
        if isinstance(inner, GraphQLObjectType):
            called = f"{self.object_(inner, group, weight)}(x, run)"
            if inner is item:
                called = f"None if x is None else {called}"
            spent = v if inner is not item else f"[x for x in {v} if x is not None]"
            return [*lines, f"run.spend({weight} * len({spent}))", f"{v} = [{called} for x in {v}]"]
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            named = self.source.name_of(careful(inner))
            called = f"{named}(x)" if inner is not item else f"None if x is None else {named}(x)"
            return [*lines, f"{v} = [{called} for x in {v}]"]
        return [*lines, f"{v} = [{self._value_function(item, group, weight)}(x, run) for x in {v}]"]

    def _column(self, type_: Any, group: Group, weight: int) -> Complete | None:
        """The completion of a column of values of which something is awaited below; None where nothing is."""
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        complete: Complete | None = None
        if isinstance(inner, GraphQLObjectType):
            found = self.object_(inner, group, weight)
            complete = objects(found, weight) if isinstance(found, Level) else None
        elif isinstance(inner, GraphQLList):
            within = 1 if weight == ONE_BY_ONE and self.weights.is_columnar(inner.of_type, group) else weight
            items = self._column(inner.of_type, group, within)
            complete = None if items is None else lists(items)
        elif is_abstract_type(inner):
            complete = self._kinds(inner, group)
        return None if complete is None else around_nulls(complete, nullable=nullable)

    # ---- abstract types -----------------------------------------------------------------

    def _kinds(self, type_: GraphQLAbstractType, group: Group) -> Complete | None:
        possible = self.schema.get_possible_types(type_)
        found = {one.name: self.object_(one, group, ONE_BY_ONE) for one in possible}
        if not any(isinstance(one, Level) for one in found.values()):
            return None
        by_kind = {
            one.name: self._column(one, group, ONE_BY_ONE) or self._each(one, group, ONE_BY_ONE) for one in possible
        }
        return kinds(kind_of(type_, group[0].node), by_kind)

    def _kind_function(self, type_: GraphQLAbstractType, group: Group) -> str:
        """A function that completes one value of an abstract type; StepsAside or KeyError for what is none of it."""
        by_kind = {one.name: self.object_(one, group, ONE_BY_ONE) for one in self.schema.get_possible_types(type_)}
        name, kind = self.source.new_function(), self.source.name_of(kind_of(type_, group[0].node))
        table = ", ".join(f"{kind_name!r}: {function}" for kind_name, function in by_kind.items())
        self.source.add(name, "v, run", [f"run.spend({ONE_BY_ONE})", f"return {{{table}}}[{kind}(v, run)](v, run)"])
        return name


def _check_row(row: Any) -> None:
    if row is None or row is Undefined or isinstance(row, Exception):
        _aside()


def _aside() -> None:
    raise StepsAside("value")
