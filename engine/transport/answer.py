"""The type and the status of answers over HTTP, after the GraphQL over HTTP specification. Decides nothing they say.

Tested in tests/clients/test_clients.py.
"""

from typing import Any

import orjson
from starlette.responses import Response

from domain.core.refusal import Refusal
from engine.execution.error import is_unavailable
from engine.operation.message import localize
from models.core.driver.outage import RETRY_AFTER_SECONDS

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"


def media_type(accept: str) -> str:
    """GraphQL's own for those who ask for it and do not rank JSON above it; its statuses tell what failed."""
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


def set_status(response: Response, result: Any) -> None:
    """503 where all that is said is UNAVAILABLE. Of a request that was not begun with, GraphQL's own type tells 400."""
    if is_unavailable(result):
        response.status_code = 503
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    elif response.media_type == RESPONSE_JSON and result.data is None and not any(e.path for e in result.errors or ()):
        response.status_code = 400


def refused(refusal: Refusal, language: str, kind: str, status: int, **more: object) -> Response:
    """The answer to a request of which no operation came."""
    wait = refusal.details.get("retry_after")
    told = {"field": refusal.field, "retryAfter": wait}
    extensions = {"code": refusal.code.value, **{key: value for key, value in told.items() if value}, **more}
    error = {"message": localize(refusal.message, language, refusal.details), "extensions": extensions}
    answer: dict[str, object] = {"errors": [error]} if kind == RESPONSE_JSON else {"data": None, "errors": [error]}
    headers = {"retry-after": str(wait)} if wait else None
    return Response(orjson.dumps(answer), status, headers, media_type=kind)
