"""Refuses documents that are not trusted. Which are is told by the runtime."""

from collections.abc import Iterator

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from domain.core.refusal import Code, Refusal, forbidden
from engine.operation.context import Context
from permissions.exploration import Exploration, may_explore


class TrustedOnly(SchemaExtension):
    """Goes by the text: a trusted document may be sent by its name or whole, over any transport.

    Stands after Limits, whose kept verdicts know no viewer, and takes their place: what is wrong with a document that
    would not be run anyway might tell of the schema.
    """

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        context: Context = execution.context
        trusted = context.runtime.trusted_texts
        if trusted is not None and execution.query not in trusted:
            refusal = _refusal(context)
            if refusal is not None:
                execution.pre_execution_errors = [GraphQLError(str(refusal), original_error=refusal)]
        yield


def _refusal(context: Context) -> Refusal | None:
    allowed = context.runtime.exploration
    if may_explore(context.viewer, allowed):
        return None
    if allowed is Exploration.NOBODY:
        return forbidden("untrusted_document")
    return context.token_refusal or Refusal(Code.UNAUTHENTICATED, "sign_in_to_explore")
