"""The one place for limits on queries: depth, aliases, directives, fields and cost, each fragment weighed once.

Also keeps parsed and validated documents, so that a client's repeated query is read once.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from domain.core.refusal import Code
from engine.operation.context import Context

MAX_TOKENS = 8_000
MAX_DEPTH = 30
MAX_ALIASES = 60
MAX_DIRECTIVES = 60
MAX_COST = 50_000
MAX_OBJECTS = 50_000
MAX_QUERY_LENGTH = 100_000
PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
KEPT_DOCUMENTS = 256
KEPT_TOKENS = 1_000
"""A longer document is read anew each time: parsed it takes 600 bytes a token, and anybody may send many."""

KEPT_LENGTH = 8_000
"""Characters of a document that is kept: its text, comments too, stays with it."""

# Fields that answer to the same name are compared in pairs: a page of `id id id …` would take seconds. The widest query
# of the whole schema takes 600.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000


@dataclass(slots=True)
class Cost:
    """What a selection weighs. `cost` counts fields, each page as many times as it may have items.

    `item_cost` is the part of it that a connection's page, whose size stands on the field above, is still to multiply.
    """

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    item_cost: int = 0

    def add(self, other: "Cost") -> None:
        self.depth = max(self.depth, other.depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.cost = min(self.cost + other.cost, MAX_COST * 1000)
        self.item_cost = min(self.item_cost + other.item_cost, MAX_COST * 1000)


class CostAnalysis:
    """Weighs the operations of one document. A fragment is weighed once, however often and deep it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._definitions = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._fragments: dict[str, Cost] = {}

    def operation(self, node: OperationDefinitionNode) -> Cost:
        weight = self._selection(node.selection_set)
        weight.directives += len(node.directives or ())
        return weight

    def _selection(self, selection_set: SelectionSetNode | None) -> Cost:
        total = Cost()
        for node in selection_set.selections if selection_set else ():
            total.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                total.add(self._field(node))
            elif isinstance(node, InlineFragmentNode):
                total.add(self._selection(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                total.add(self._fragment(node.name.value))
        return total

    def _field(self, node: FieldNode) -> Cost:
        below = self._selection(node.selection_set)
        depth, aliases = below.depth + 1, below.aliases + (1 if node.alias else 0)
        cost = 1 + below.cost + below.item_cost * _page_size(node)
        if node.name.value == "edges":
            return Cost(depth, aliases, below.directives, cost=0, item_cost=cost)
        return Cost(depth, aliases, below.directives, cost=min(cost, MAX_COST * 1000))

    def _fragment(self, name: str) -> Cost:
        if name not in self._fragments:
            self._fragments[name] = Cost()  # A cycle weighs nothing here; validation refuses it.
            definition = self._definitions.get(name)
            if definition is not None:
                weight = self._selection(definition.selection_set)
                weight.directives += len(definition.directives or ())
                self._fragments[name] = weight
        return self._fragments[name]


def _page_size(node: FieldNode) -> int:
    for argument in node.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            size = int(value.value) if isinstance(value, IntValueNode) and len(value.value) < 10 else MAX_PAGE_SIZE
            return max(1, min(size, MAX_PAGE_SIZE))
    return PAGE_SIZE


def limit_errors(document: DocumentNode) -> list[GraphQLError]:
    """An error with TOO_COMPLEX for each limit that an operation of the document passes."""
    scale = CostAnalysis(document)
    errors = []
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        weight = scale.operation(node)
        found = (
            ("depth", weight.depth, MAX_DEPTH),
            ("aliases", weight.aliases, MAX_ALIASES),
            ("directives", weight.directives, MAX_DIRECTIVES),
            ("cost", weight.cost, MAX_COST),
        )
        errors += [too_complex(f"{name} > {most}", node) for name, weighed, most in found if weighed > most]
    return errors


def too_complex(reason: str, node: Any = None) -> GraphQLError:
    return GraphQLError(reason, node, extensions={"code": Code.TOO_COMPLEX.value})


@dataclass(slots=True, eq=False)
class KnownDocument:
    """A parsed query, and what validation said of it against the schema that it was last asked of."""

    parsed: DocumentNode
    operations: int
    schema: GraphQLSchema | None = None
    errors: list[GraphQLError] = field(default_factory=list)
    costs: dict[str | None, int] = field(default_factory=dict)

    def cost(self, name: str | None) -> int:
        """What the operation of this name weighs, or the only one."""
        if not self.costs:
            scale = CostAnalysis(self.parsed)
            nodes = [node for node in self.parsed.definitions if isinstance(node, OperationDefinitionNode)]
            self.costs = {node.name.value if node.name else None: scale.operation(node).cost for node in nodes}
        return self.costs[name] if name in self.costs else next(iter(self.costs.values()))

    def check(self, schema: GraphQLSchema, rules: tuple[Any, ...]) -> list[GraphQLError]:
        if self.schema is not schema:
            # The limits come first: they are linear, while validation's own cost grows with what they bound.
            found = limit_errors(self.parsed) or validate_document(schema, self.parsed, rules)
            self.errors = [too_complex("validation") if _gave_up(error) else error for error in found]
            self.schema = schema
        return self.errors


def _gave_up(error: GraphQLError) -> bool:
    """Whether validation was not finished; too many errors end it too, but then they are what is wrong."""
    return isinstance(error, ValidationAbortedError) and error.message == "Validation aborted."


_KEPT: dict[str, KnownDocument] = {}
"""By their text, the last used last: hashing the parsed document would walk it at each request."""


def known(query: str) -> KnownDocument:
    found = _KEPT.pop(query, None) or _read(query)
    if len(query) <= KEPT_LENGTH and found.parsed.token_count <= KEPT_TOKENS:
        _KEPT[query] = found
        if len(_KEPT) > KEPT_DOCUMENTS:
            del _KEPT[next(iter(_KEPT))]
    return found


def _read(query: str) -> KnownDocument:
    parsed = parse(query, max_tokens=MAX_TOKENS)
    return KnownDocument(parsed, sum(isinstance(one, OperationDefinitionNode) for one in parsed.definitions))


_UNREAD = parse("{ __typename }")
"""Stands for a query that is too long to be parsed."""


class Limits(SchemaExtension):
    """Parses and validates each distinct query once, within the limits."""

    known: KnownDocument | None = None

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        query = context.query or ""
        if len(query) > MAX_QUERY_LENGTH:
            # Refused when it is validated: an error raised here would end a socket's task instead of answering.
            context.graphql_document = _UNREAD
        else:
            with suppress(GraphQLError):  # Strawberry parses again and words the syntax error.
                self.known = known(query) if query else None
                context.graphql_document = self.known.parsed if self.known is not None else None
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.graphql_document is _UNREAD:
            context.pre_execution_errors = [too_complex(f"length > {MAX_QUERY_LENGTH}")]
        elif self.known is not None:
            errors = self.known.check(context.schema._schema, context.validation_rules)  # noqa: SLF001
            if self.known.operations > 1 and context._provided_operation_name is None:  # noqa: SLF001
                # The specification asks for a name; Strawberry would run the first.
                errors = [*errors, GraphQLError("operationName is needed to choose one of several operations")]
            context.pre_execution_errors = errors
            if not errors and isinstance(context.context, Context):
                context.context.cost = self.known.cost(context._provided_operation_name)  # noqa: SLF001
        yield
