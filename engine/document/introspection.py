"""What the schema tells about itself: introspection, as the settings allow. Reads memory only."""

import re
from collections.abc import Iterator

from graphql import BREAK, DocumentNode, FieldNode, GraphQLError, Visitor, VisitorAction, visit
from strawberry.extensions import SchemaExtension

from domain.core.refusal import Code, Refusal, forbidden
from engine.operation.context import Context
from permissions.introspection import Introspection, may_introspect

# Names have no escapes in GraphQL: a query without these letters does not introspect, and need not be searched.
_MENTIONED = re.compile(r"__(?:schema|type)\b")


def may_describe(query: str) -> bool:
    """Whether a query may ask of the schema; only those that may are searched for it."""
    return _MENTIONED.search(query) is not None


class SelfDescription(SchemaExtension):
    """Refuses introspection to those it is closed to. Stands after Limits, whose kept verdicts know no viewer."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        if document is not None and not execution.pre_execution_errors and may_describe(execution.query or ""):
            refusal = _refusal(execution.context)
            node = _introspecting(document) if refusal is not None else None
            if node is not None:
                execution.pre_execution_errors = [GraphQLError(str(refusal), node, original_error=refusal)]
        yield


def _refusal(context: Context) -> Refusal | None:
    allowed = context.runtime.introspection
    if may_introspect(context.viewer, allowed):
        return None
    if allowed is Introspection.NOBODY:
        return forbidden("no_introspection")
    return context.token_refusal or Refusal(Code.UNAUTHENTICATED, "sign_in_to_introspect")


class _Search(Visitor):
    found: FieldNode | None = None

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        if node.name.value in ("__schema", "__type"):
            self.found = node
            return BREAK
        return None


def _introspecting(document: DocumentNode) -> FieldNode | None:
    """The first field of the document that introspects, in an operation or a fragment. `__typename` does not."""
    search = _Search()
    visit(document, search)
    return search.found
