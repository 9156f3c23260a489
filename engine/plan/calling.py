"""How a field of Strawberry's comes by its value: an attribute, a function of the row, or its resolver called directly.

What is not understood is called as graphql-core calls it. Nothing is decided about who may: guards are called too.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

from graphql import FieldNode, GraphQLField, Node, VariableNode, get_argument_values
from graphql.execution.values import VariableValues
from strawberry import ID
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import build_field_extension_resolvers
from strawberry.schema.schema import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.types.info import Info

from engine.guard.guard import Guard
from engine.plan.run import InfoSpec, Run, unbegun

Call = Callable[[Any, Info, dict[str, Any]], Any]
"""Gives a field's value, or what is to be awaited for it, from its row, its info and its arguments."""

Arguments = Callable[[VariableValues, Info], dict[str, Any]]
_UNCHANGING = (str, int, float, bool, type(None))


def arguments_of(schema: Schema, field: StrawberryField, definition: GraphQLField, node: FieldNode) -> Arguments:
    """A field's arguments as its resolver takes them: made once where the document says them all."""
    if not definition.args:
        return lambda _variables, _info: {}

    converter = schema.schema_converter
    names = {schema.config.name_converter.from_argument(one): one for one in field.arguments}
    plain = {name: one.python_name for name, one in names.items() if _is_plain(one.type)}

    def make(variables: VariableValues | None, info: Info | None) -> dict[str, Any]:
        given = get_argument_values(definition, node, variables)
        if plain.keys() >= given.keys():
            return {plain[name]: value for name, value in given.items()}
        return convert_arguments(given, field.arguments, converter.scalar_registry, schema.config, info)

    if any(_holds_variable(one) for one in node.arguments or ()):
        return make
    constant = make(None, None)
    if all(isinstance(value, _UNCHANGING) for value in constant.values()):
        return lambda _variables, _info: constant
    return make


def _is_plain(type_: Any) -> bool:
    """Whether what graphql-core gives for an argument is what its resolver takes, or null."""
    inner = type_.of_type if type(type_) is StrawberryOptional else type_
    return inner in (str, int, float, bool, ID)


def _holds_variable(node: Node) -> bool:
    if isinstance(node, VariableNode):
        return True
    for key in node.keys:
        child = getattr(node, key, None)
        children = child if isinstance(child, (list, tuple)) else (child,)
        if any(isinstance(one, Node) and _holds_variable(one) for one in children):
            return True
    return False


def call_of(schema: Schema, field: StrawberryField, *, checked: bool) -> Call | None:
    """The resolver, behind the field's extensions unless they were `checked`; None for what is not understood."""
    if (
        type(field).get_result is not StrawberryField.get_result
        or any(type(one).map_arguments is not FieldExtension.map_arguments for one in field.extensions)
        or schema.schema_converter._get_field_exception_handlers(field)  # noqa: SLF001 - nothing public tells
    ):
        return None
    resolver = field.base_resolver
    if field.extensions and not checked:
        return _behind_extensions(field, resolver)
    return None if resolver is None else _direct(resolver)


def _direct(resolver: StrawberryResolver[Any]) -> Call:
    takes_self, place, info_name = _declared(resolver)

    def call(source: Any, info: Info, arguments: dict[str, Any]) -> Any:
        given = dict(arguments)
        if place is not None:
            given[place] = source
        if info_name is not None:
            given[info_name] = info
        return resolver(source, **given) if takes_self else resolver(**given)

    return call


def _behind_extensions(field: StrawberryField, resolver: StrawberryResolver[Any] | None) -> Call:
    """As Strawberry's converter chains them, which makes the chain anew for each call."""
    takes_self, place, info_name = _declared(resolver)

    def innermost(source: Any, info: Info, **arguments: Any) -> Any:
        if info_name == "info":
            arguments["info"] = info
        return field.get_result(source, info, [source] if takes_self else [], arguments)

    chain: Callable[..., Any] = reduce(
        lambda inner, outer: partial(outer, inner), build_field_extension_resolvers(field), innermost
    )

    def call(source: Any, info: Info, arguments: dict[str, Any]) -> Any:
        given = dict(arguments)
        if place is not None:
            given[place] = source
        if info_name is not None and info_name != "info":
            given[info_name] = info
        return chain(source, info, **given)

    return call


def _declared(resolver: StrawberryResolver[Any] | None) -> tuple[bool, str | None, str | None]:
    """Whether a function takes the row as its `self`, by which name it takes it, and by which the info."""
    if resolver is None:
        return False, None, None
    row, info = resolver.root_parameter or resolver.parent_parameter, resolver.info_parameter
    return resolver.self_parameter is not None, row.name if row else None, info.name if info else None


def reading(field: StrawberryField, reader: Any) -> Any:
    if isinstance(reader, str):
        read, name = field.default_resolver, reader
        return lambda rows, _run: [read(row, name) for row in rows]
    return lambda rows, _run: [reader(row) for row in rows]


def calling(call: Call, spec: InfoSpec, guards: Sequence[Guard], refusable: Sequence[Any]) -> Any:
    """Calls a field for each row, unless a guard refuses: guards know the context alone."""

    def read(rows: Sequence[Any], run: Run) -> list[Any]:
        try:
            for guard in guards:
                guard.check(run.context)
        except Exception as error:  # noqa: BLE001 - whatever a guard raises, it does not let pass
            return [run.refused(error, refusable) for _ in rows]
        info, arguments = run.info(spec), run.arguments(spec)
        raw: Any = info._raw_info  # noqa: SLF001 - Strawberry's Info hides what it is made of
        raw.calls += len(rows)
        values = list[Any]()
        try:
            values.extend(call(row, info, arguments) for row in rows)
        except BaseException:
            unbegun(values)
            raise
        return values

    return read
