"""What graphql-core says of a request that it cannot run, as refusals in our own sentences, with the field at fault.

graphql-core words its errors in English and keeps no kind with them, so they are told apart by those words. What is
not known here is quoted, and named as English.
"""

import re
from collections.abc import Iterator

from graphql import (
    ArgumentNode,
    GraphQLError,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
)

from domain.core.refusal import Code, Refusal
from engine.document.document import document_of
from engine.operation.context import Context

_VALUE = re.compile(
    r"(?:Variable '\$(?P<variable>\w+)'|Argument '\w+') has invalid (?:default )?value(?: at (?P<path>[\w.\[\]]+))?: "
)
_SUGGESTION = re.compile(r" ?Did you mean (?P<names>.+?)\?")
KINDS = {
    "unknown_field": r"Cannot query field '(?P<name>\w+)' on type '(?P<type>\w+)'\.",
    "unknown_argument": r"Unknown argument '(?P<argument>\w+)' on \w+ '(?P<place>[^']+)'\.",
    "unknown_type": r"Unknown type '(?P<name>\w+)'\.",
    "unknown_fragment": r"Unknown fragment '(?P<name>\w+)'\.",
    "unknown_directive": r"Unknown directive '(?P<name>@\w+)'\.",
    "unused_fragment": r"Fragment '(?P<name>\w+)' is never used\.",
    "missing_argument": r"Argument '(?P<place>[^(']+)\((?P<argument>\w+):\)' of type '[^']+' is required",
    "missing_selection": r"Field '(?P<name>\w+)' of type '(?P<type>[^']+)' must have a selection",
    "needless_selection": r"Field '(?P<name>\w+)' must not have a selection since type '(?P<type>[^']+)'",
    "conflicting_fields": r"Fields '(?P<name>\w+)' conflict because",
    "undefined_variable": r"Variable '(?P<name>\$\w+)' is not defined",
    "unused_variable": r"Variable '(?P<name>\$\w+)' is never used",
    "variable_of_other_type": (
        r"Variable '(?P<name>\$\w+)' of type '(?P<type>[^']+)' used in position expecting type '(?P<wanted>[^']+)'"
    ),
    "bad_int": r"Int cannot represent",
    "bad_float": r"Float cannot represent",
    "bad_string": r"String cannot represent",
    "bad_boolean": r"Boolean cannot represent",
    "bad_id": r"ID cannot represent",
    "bad_choice": r"Value '.*' does not exist in '(?P<type>\w+)' enum|Enum '(?P<type_>\w+)' cannot represent",
    "missing_value": r"Expected (?:a )?value of non-null type '[^']+'|Expected variable '\$\w+' provided to ",
    "missing_input_field": r"Expected value of type '(?P<type>\w+)' to include required field '(?P<inner>\w+)'",
    "unknown_input_field": r"Expected value of type '(?P<type>\w+)' not to include unknown field '(?P<inner>\w+)'",
    "bad_object": r"Expected value of type '(?P<type>\w+)' to be an object",
    "bad_syntax": r"Syntax Error: (?P<reason>.+)",
}
_PATTERNS = {code: re.compile(pattern, re.DOTALL) for code, pattern in KINDS.items()}


def refusal_of(error: GraphQLError, context: Context) -> Refusal:
    """An error of graphql-core's own: of syntax, validation or variables. It speaks of the query, never of the data."""
    message = _VALUE.sub("", error.message, count=1)
    said = _SUGGESTION.sub("", message).strip()
    kinds = ((code, match) for code, one in _PATTERNS.items() if (match := one.match(said)))
    code_of_sentence, match = next(kinds, ("bad_query", None))
    groups = {"reason": said} if match is None else match.groupdict()
    named = {name.rstrip("_"): value for name, value in groups.items() if value is not None}
    suggestion = _SUGGESTION.search(message) if context.runtime.field_suggestions else None
    if suggestion is not None:
        named["suggested"] = ", ".join(re.findall(r"'([^']+)'", suggestion["names"]))
    field = named.get("argument") or field_of(error, context, named.get("inner"))
    return Refusal(Code.BAD_INPUT, code_of_sentence, field, **named)


def field_of(error: GraphQLError, context: Context, inner: str | None = None) -> str | None:
    """Where a value stands that cannot be taken, as `input.dueOn`: its argument, and the way from there."""
    node = error.nodes[0] if error.nodes else None
    if node is None or node.loc is None:
        return None
    places = _places(context, node.loc.source.body)
    said = _VALUE.match(error.message)
    if said is not None and said["variable"]:
        way = [places.get(f"${said['variable']}", said["variable"]), *re.findall(r"\w+", said["path"] or "")]
        return ".".join([*way, inner] if inner else way)
    place = places.get(node.loc.start)
    return f"{place}.{inner}" if place and inner and not isinstance(node, ObjectFieldNode) else place


def _places(context: Context, query: str) -> dict[int | str, str]:
    """The way to each value of a document by where it begins, and to each variable's first use by its name."""
    found: dict[int | str, str] | None = context.memory.get((field_of, query))
    if found is None:
        found = {}
        for node, way in _values(document_of(context, query).parsed, ()):
            place = ".".join(way)
            if node.loc is not None:
                found.setdefault(node.loc.start, place)
            if isinstance(node, VariableNode):
                found.setdefault(f"${node.name.value}", place)
        context.memory[field_of, query] = found
    return found


def _values(node: Node, way: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """What stands below arguments. Recursion goes no deeper than the parser let the document be nested."""
    if isinstance(node, ArgumentNode | ObjectFieldNode):
        way = (*way, node.name.value)
    if way and isinstance(node, ValueNode | ObjectFieldNode):
        yield node, way
    for number, child in enumerate(_children(node)):
        yield from _values(child, (*way, str(number)) if isinstance(node, ListValueNode) else way)


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, VariableDefinitionNode):
        return
    for key in node.keys:
        child = getattr(node, key, None)
        if isinstance(child, Node):
            yield child
        elif isinstance(child, tuple | list):
            yield from (one for one in child if isinstance(one, Node))
