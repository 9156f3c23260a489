"""The type and the status of answers over HTTP, after the GraphQL over HTTP specification. Decides nothing they say.

Tested in tests/clients/test_clients.py.
"""

import logging
from functools import partial
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from domain.core.refusal import Code, Refusal
from engine.execution.error import is_unavailable, unavailable
from engine.operation.message import localize
from engine.transport.body import TooLarge
from engine.transport.held_connections import TooManyConnections
from engine.transport.origin import ForeignOrigin
from models.core.driver.outage import outage
from observability.failure import log_failure

logger = logging.getLogger("pheromone.endpoint")
STATUSES: dict[type[Refusal], int] = {ForeignOrigin: 403, TooLarge: 413, TooManyConnections: 429}

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"


def media_type(accept: str) -> str:
    """GraphQL's own for those who ask for it and do not rank JSON above it; its statuses tell what failed."""
    if not accept or accept == "*/*":
        return JSON
    ranks = {JSON: 0.0, RESPONSE_JSON: 0.0}
    for part in accept.split(",")[:20]:
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind in ranks:
            ranks[kind] = _quality(parameters)
    return RESPONSE_JSON if ranks[RESPONSE_JSON] > 0 and ranks[RESPONSE_JSON] >= ranks[JSON] else JSON


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def status_of(kind: str, result: Any) -> int:
    """503 where all that is said is UNAVAILABLE. Of a request that was not begun with, GraphQL's own type tells 400."""
    if not result.errors:
        return 200
    if is_unavailable(result):
        return 503
    never_begun = result.data is None and not any(error.path for error in result.errors)
    return 400 if never_begun and kind == RESPONSE_JSON else 200


def encoded(answer: dict[str, Any], status: int, kind: str) -> bytes:
    """An answer's bytes. In GraphQL's own type one that was not begun with has no `data`."""
    if status == 400 and kind == RESPONSE_JSON:
        del answer["data"]
    return orjson.dumps(answer)


def refused(refusal: Refusal, language: str, kind: str, status: int, **more: object) -> Response:
    """The answer to a request of which no operation came."""
    wait = refusal.details.get("retry_after")
    told = {"field": refusal.field, "retryAfter": wait}
    extensions = {"code": refusal.code.value, **{key: value for key, value in told.items() if value}, **more}
    error = {"message": localize(refusal.message, language, refusal.details), "extensions": extensions}
    answer: dict[str, object] = {"errors": [error]} if kind == RESPONSE_JSON else {"data": None, "errors": [error]}
    headers = {"retry-after": str(wait)} if wait else None
    return Response(orjson.dumps(answer), status, headers, media_type=kind)


def failed(error: Exception, language: str, kind: str, request_id: str) -> Response:
    """The answer to a request that could not be answered: with a code, and nothing of what is inside."""
    refuse = partial(refused, language=language, kind=kind)
    if isinstance(error, Refusal):
        return refuse(error, status=STATUSES.get(type(error), 400))
    if isinstance(error, HTTPException):
        return refuse(Refusal(Code.BAD_INPUT, "bad_query", reason=error.reason), status=error.status_code)
    if isinstance(error, ClientDisconnect):  # There is nobody to answer.
        return Response(status_code=408)
    log_failure(logger, error, "request %s failed", request_id)
    if outage(error) is not None:
        return refuse(unavailable(), status=503)
    return refuse(Refusal(Code.INTERNAL, "internal"), status=500, requestId=request_id)
