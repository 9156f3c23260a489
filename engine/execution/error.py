"""Errors at the edge: each becomes an answer once, with a code, in the reader's language. Nothing internal leaks.

Tested in tests/engine/transport/test_endpoint.py.
"""

import logging
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from tortoise.exceptions import IntegrityError

from domain.core.refusal import Code, Refusal
from engine.execution.invalid_request import field_of, refusal_of
from engine.operation.context import Context
from engine.operation.message import localize
from models.core.driver.outage import RETRY_AFTER_SECONDS, outage
from observability.failure import log_failure
from observability.metrics import ERRORS

logger = logging.getLogger("pheromone.errors")


def translate(error: GraphQLError, context: Context) -> GraphQLError:
    """An error as a client may read it: message, `code`, and where they help `field`, `retryAfter`, `after`."""
    refusal = _refusal(error, context)
    ERRORS.labels((refusal.code if refusal else Code.INTERNAL).value).inc()
    if refusal is None or refusal.code is Code.UNAVAILABLE:
        log_failure(logger, _original(error) or error, "request %s failed", context.request_id)
    if refusal is None:
        return _answer(error, localize("internal", context.language), Code.INTERNAL, request_id=context.request_id)
    text = localize(refusal.message, context.language, refusal.details)
    if "suggested" in refusal.details:
        text = f"{text} {localize('suggestion', context.language, {'names': refusal.details['suggested']})}"
    told = {name: refusal.details.get(name) for name in ("retry_after", "after")}
    return _answer(error, text, refusal.code, field=refusal.field, **told)


def _refusal(error: GraphQLError, context: Context) -> Refusal | None:
    original = _original(error)
    if isinstance(original, Refusal):
        # What a scalar refuses knows no argument, since it is asked of a value alone; what a resolver does has a path.
        if original.code is not Code.BAD_INPUT or original.field or error.path:
            return original
        return Refusal(original.code, original.message, field_of(error, context), **original.details)
    if original is not None and outage(original) is not None:
        return unavailable()
    if isinstance(original, IntegrityError):
        # A rule that only the database could see broken: somebody else was quicker, or a name is taken.
        return Refusal(Code.CONFLICT, "conflict")
    if original is None or isinstance(original, GraphQLError):
        return refusal_of(error, context)
    return None


def unavailable() -> Refusal:
    """What is said of everything that the database could not answer, or not in time."""
    return Refusal(Code.UNAVAILABLE, "unavailable", retry_after=RETRY_AFTER_SECONDS)


def is_unavailable(result: Any) -> bool:
    """Whether that is all that an answer says."""
    if not result.errors or (result.data and any(value is not None for value in result.data.values())):
        return False
    return all((error.extensions or {}).get("code") == Code.UNAVAILABLE for error in result.errors)


def _original(error: GraphQLError) -> Exception | None:
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    return original


def _answer(error: GraphQLError, message: str, code: Code, **more: object) -> GraphQLError:
    extensions = {"code": code.value, **{_camel(key): value for key, value in more.items() if value is not None}}
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, None, extensions)


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def translate_all(result: Any, context: Context) -> Any:
    """A result whose errors can all be read by a client. What an extension threw has passed by TranslateErrors."""
    if result.errors:
        result.errors = [e if e.extensions and "code" in e.extensions else translate(e, context) for e in result.errors]
    return result


class TranslateErrors(SchemaExtension):
    """Rewrites the errors of every result, of one-off operations and of each event of a stream."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._translate(self.execution_context.result)

    def on_stream_result(self, result: object) -> Iterator[None]:
        self._translate(result)
        yield

    def _translate(self, result: Any) -> None:
        errors = getattr(result, "errors", None)
        if errors:
            context: Context = self.execution_context.context
            result.errors = [translate(error, context) for error in errors]
