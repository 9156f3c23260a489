"""The one place for limits on documents: depth, nesting, aliases, directives, operations and cost.

What is refused here is refused before anything is resolved; what grows while it runs is bounded by execution.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from domain.core.refusal import Refusal
from engine.document.document import Document, document_of, too_complex
from engine.execution.cost import MAX_NESTING, Cost, CostAnalysis, TooNestedError, cost_of_variables
from engine.operation.context import Context

MAX_DEPTH = 30
MAX_ALIASES = 60
MAX_DIRECTIVES = 60
MAX_OPERATIONS = 50
MAX_COST = 50_000
MAX_EVENT_COST = 1_000
"""Of a subscription: each of its events costs this anew, and it is not asked for."""

# Fields that answer to the same name are compared in pairs: a page of `id id id …` would take seconds. The widest query
# of the whole schema takes 600.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000


def check(document: Document, schema: GraphQLSchema, rules: tuple[Any, ...]) -> list[GraphQLError]:
    """What is wrong with a document that could be read: past a limit, or not valid. Asked once of a kept document."""
    if document.schema is not schema:
        # The limits come first: they are linear, while validation's own cost grows with what they bound.
        document.costs, errors = _weigh(document, schema)
        found = errors or validate_document(schema, document.parsed, rules)
        document.errors = [_as_said(error) for error in found]
        document.schema = schema
    return document.errors


def limit_errors(parsed: DocumentNode, schema: GraphQLSchema) -> list[GraphQLError]:
    """An error with TOO_COMPLEX for each limit that the document passes."""
    return _weigh(Document(parsed), schema)[1]


def _weigh(document: Document, schema: GraphQLSchema) -> tuple[dict[str | None, Cost], list[GraphQLError]]:
    analysis, operations = CostAnalysis(document.parsed, schema), document.operations
    if len(operations) > MAX_OPERATIONS:
        return {}, [too_complex("too_many_operations", MAX_OPERATIONS)]
    try:
        costs = [analysis.operation(node) for node in operations]
        nesting = analysis.nesting_of_fragments()
    except TooNestedError:
        return {}, [too_complex("too_nested", MAX_NESTING)]
    errors = [error for node, cost in zip(operations, costs, strict=True) for error in _excess(node, cost)]
    if not errors and nesting > MAX_NESTING:
        errors = [too_complex("too_nested", MAX_NESTING)]
    names = [node.name.value if node.name else None for node in operations]
    return dict(zip(names, costs, strict=True)), errors


def _excess(node: OperationDefinitionNode, cost: Cost) -> Iterator[GraphQLError]:
    costly = ("too_costly", MAX_COST)
    if node.operation is OperationType.SUBSCRIPTION:
        costly = ("event_too_costly", MAX_EVENT_COST)
    measured = (
        ("too_deep", cost.depth, MAX_DEPTH),
        ("too_nested", cost.nesting, MAX_NESTING),
        ("too_many_aliases", cost.aliases, MAX_ALIASES),
        ("too_many_directives", cost.directives, MAX_DIRECTIVES),
        ("allowed_once", cost.once, 1),
        (costly[0], cost.price, costly[1]),
    )
    return (too_complex(message, most, node) for message, found, most in measured if found > most)


def _as_said(error: GraphQLError) -> GraphQLError:
    """An error of validation as one of the document, whatever its literals did to those who tried them."""
    if _gave_up(error):
        return too_complex("too_complex")
    known = error.original_error is None or isinstance(error.original_error, Refusal)
    return error if known else GraphQLError(error.message, error.nodes)


def _gave_up(error: GraphQLError) -> bool:
    """Whether validation was not finished; too many errors end it too, but then they are what is wrong."""
    return isinstance(error, ValidationAbortedError) and error.message == "Validation aborted."


def price_with(document: Document, name: str | None, variables: Mapping[str, Any] | None) -> int:
    """What an operation of a checked document costs with its variables."""
    cost = document.costs.get(name) or next(iter(document.costs.values()), Cost())
    return cost.price + cost_of_variables(variables)


class Limits(SchemaExtension):
    """Reads and checks each distinct document once, within the limits."""

    document: Document | None = None

    def on_parse(self) -> Iterator[None]:
        execution = self.execution_context
        if execution.query:
            context = execution.context if isinstance(execution.context, Context) else None
            self.document = document_of(context, execution.query)
            # What cannot be read is refused when it is validated: an error raised here would end a socket's task
            # instead of answering, and without a document Strawberry would parse again, without a limit.
            unread = self.document.failure is not None
            execution.graphql_document = _stand_in(self._name) if unread else self.document.parsed
        yield

    def on_validate(self) -> Iterator[None]:
        execution, document = self.execution_context, self.document
        if document is not None:
            execution.pre_execution_errors = self._errors(document) or self._price(document)
        yield

    def _errors(self, document: Document) -> list[GraphQLError]:
        if document.failure is not None:
            return [document.failure]
        execution = self.execution_context
        errors = check(document, execution.schema._schema, execution.validation_rules)  # noqa: SLF001
        if len(document.operations) > 1 and self._name is None:
            # The specification asks for a name; Strawberry would run the first.
            return [*errors, GraphQLError("operationName is needed to choose one of several operations")]
        return errors

    def _price(self, document: Document) -> list[GraphQLError]:
        """Tells the context what the operation costs with its variables, or why that is too much."""
        execution = self.execution_context
        cost = price_with(document, self._name, execution.variables)
        if isinstance(execution.context, Context):
            execution.context.cost = cost
        return [too_complex("too_costly", MAX_COST)] if cost > MAX_COST else []

    @property
    def _name(self) -> str | None:
        return self.execution_context._provided_operation_name  # noqa: SLF001


def _stand_in(name: str | None) -> DocumentNode:
    """A document with an operation of this name, for those who ask which operation it is."""
    named = None if name is None else NameNode(value=name)
    field = FieldNode(name=NameNode(value="__typename"))
    selection_set = SelectionSetNode(selections=(field,))
    operation = OperationDefinitionNode(operation=OperationType.QUERY, name=named, selection_set=selection_set)
    return DocumentNode(definitions=(operation,))
