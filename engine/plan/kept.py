"""The plans that are kept: made from a document's second use on, a bounded number, the last used last."""

from graphql import GraphQLSchema, OperationDefinitionNode

from engine.document.document import Document, kept_document
from engine.plan.operation import CompiledOperation, compile_operation

KEPT_PLANS = 64
FIRST_USE = 2
"""The use of a document that it is compiled for: the one before tells that there is another."""

_KEPT: dict[tuple[GraphQLSchema, Document, int], CompiledOperation | None] = {}


def is_due(document: Document) -> bool:
    """Whether the next use of a document is by its plan, if it can have one."""
    return document.uses >= FIRST_USE - 1


def plan_of(schema: GraphQLSchema, operation: OperationDefinitionNode) -> CompiledOperation | None:
    """The plan of an operation whose document is kept; None where it is not, or not used often enough yet."""
    document = None if operation.loc is None else kept_document(operation.loc.source.body)
    if document is None:
        return None
    document.uses += 1
    if document.uses < FIRST_USE:
        return None
    key = (schema, document, id(operation))  # The document keeps the node, and with it its identity.
    if key in _KEPT:
        found = _KEPT[key] = _KEPT.pop(key)
        return found
    name = None if operation.name is None else operation.name.value
    found = _KEPT[key] = compile_operation(schema, document.parsed, name)
    if len(_KEPT) > KEPT_PLANS:
        del _KEPT[next(iter(_KEPT))]
    return found
