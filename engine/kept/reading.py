"""Which operations have an answer that may be kept: read off the document once. Deny by default: what is not declared
to be the same for all viewers of a class, or a hole, has the whole answer made anew.
"""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    get_named_type,
)

from engine.document.document import Document, kept_document
from engine.guard.guard import Guard
from engine.kept.field import Hole, Kept, Numbers, hole_of, kept_of, number_of
from engine.kept.part import Part

KEPT_PARTS = 256
"""The last used last: with a part go all answers that are kept under it."""

DESCRIBING = "__typename"

_PARTS: dict[tuple[GraphQLSchema, Document, str | None], Part | None] = {}


class NotKept(Exception):  # noqa: N818 - a word for the end of a search
    """Something is selected that is not declared."""


def part_of(schema: GraphQLSchema, query: str, name: str | None) -> Part | None:
    """The part of an operation whose document is kept and known to be good."""
    document = kept_document(query)
    if document is None or document.schema is not schema or document.errors or document.failure is not None:
        return None
    key = (schema, document, name)
    if key in _PARTS:
        found = _PARTS[key] = _PARTS.pop(key)
        return found
    try:
        found = _read(schema, document, name)
    except NotKept:
        found = None
    _PARTS[key] = found
    if len(_PARTS) > KEPT_PARTS:
        del _PARTS[next(iter(_PARTS))]
    return found


def _read(schema: GraphQLSchema, document: Document, name: str | None) -> Part:
    operation, root = document.operation(name), schema.query_type
    if operation is None or operation.operation is not OperationType.QUERY or root is None:
        raise NotKept
    node = _only_field(operation)
    definition = root.fields.get(node.name.value)
    declared = None if definition is None else kept_of(definition)
    if definition is None or declared is None:
        raise NotKept
    extensions = definition.extensions["strawberry-definition"].extensions
    if any(type(one) is not Guard for one in extensions):
        raise NotKept
    reading = _Reading(declared, document)
    type_ = get_named_type(definition.type)
    if isinstance(type_, GraphQLObjectType) and node.selection_set is not None:
        reading.read(type_, node.selection_set)
    else:
        raise NotKept
    label = (node.alias or node.name).value
    if len(reading.holes) > 1 or len(reading.numbers) > 1:
        raise NotKept
    hole, numbers = next(iter(reading.holes), None), next(iter(reading.numbers), None)
    checks = tuple(one.check for one in extensions)
    return Part(label, declared, checks, dict(_arguments(node)), hole, numbers, document)


def _only_field(operation: OperationDefinitionNode) -> FieldNode:
    """The operation's one field, without a directive that may take it away."""
    selections = operation.selection_set.selections
    if len(selections) != 1 or operation.directives:
        raise NotKept
    (node,) = selections
    if not isinstance(node, FieldNode) or node.directives:
        raise NotKept
    return node


def _arguments(node: FieldNode) -> Iterator[tuple[str, tuple[bool, str]]]:
    for argument in node.arguments or ():
        value = argument.value
        if isinstance(value, VariableNode):
            yield argument.name.value, (True, value.name.value)
        elif isinstance(value, StringValueNode):
            yield argument.name.value, (False, value.value)
        else:
            raise NotKept


class _Reading:
    """Goes through all that is selected, whichever directives would leave it out."""

    def __init__(self, declared: Kept, document: Document) -> None:
        self.declared = declared
        self.fragments = {
            one.name.value: one for one in document.parsed.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.holes: set[Hole] = set()
        self.numbers: set[Numbers] = set()
        self._seen: set[tuple[str, str]] = set()

    def read(self, type_: GraphQLObjectType, selected: SelectionSetNode) -> None:
        for node in selected.selections:
            if isinstance(node, FieldNode):
                self._field(type_, node)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is not None and condition.name.value != type_.name:
                    raise NotKept
                self.read(type_, node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                self._spread(type_, node.name.value)

    def _spread(self, type_: GraphQLObjectType, name: str) -> None:
        fragment = self.fragments[name]
        if fragment.type_condition.name.value != type_.name:
            raise NotKept
        if (type_.name, name) not in self._seen:
            self._seen.add((type_.name, name))
            self.read(type_, fragment.selection_set)

    def _field(self, type_: GraphQLObjectType, node: FieldNode) -> None:
        name = node.name.value
        if name == DESCRIBING:
            return
        hole = hole_of(type_.fields[name])
        if hole is not None:
            self.holes.add(hole)
            return
        if name not in self.declared.shows.get(type_.name, ()):
            raise NotKept
        number = number_of(type_.fields[name])
        if number is not None:
            self.numbers.add(number.of)
        below = get_named_type(type_.fields[name].type)
        if node.selection_set is not None:
            if not isinstance(below, GraphQLObjectType):
                raise NotKept
            self.read(below, node.selection_set)
