"""The GraphQL endpoint: bodies in, answers out, the context of each operation. Knows HTTP, decides nothing."""

import json
import secrets
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from domain.refusal import Code, Refusal
from resolvers.context import Context, Terms
from schema.message import preferred_language, worded
from schema.root import schema


class Endpoint(GraphQL[Context, None]):
    """Strawberry's ASGI view with orjson, our context, and codes on every refusal."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql",
            allow_queries_via_get=True,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
        )
        self.terms = terms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self.run(request)
        except Refusal as refusal:
            response = _refused(request, refusal, 400)
        except HTTPException as error:
            reason = Refusal(Code.BAD_INPUT, "bad_query", reason=error.reason)
            response = _refused(request, reason, error.status_code)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002
        headers = request.headers
        context = Context(
            terms=self.terms,
            language=preferred_language(headers.get("accept-language", "")),
            address=request.client.host if request.client else "",
            request_id=secrets.token_hex(8),
        )
        await context.sign_in(headers.get("authorization"))
        return context

    def decode_json(self, data: str | bytes) -> object:
        """orjson refuses lone surrogates, NaN and malformed UTF-8 that the standard library lets through."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise json.JSONDecodeError(error.msg, "", error.pos) from None

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def _refused(request: Request, refusal: Refusal, status: int) -> Response:
    language = preferred_language(request.headers.get("accept-language", ""))
    message = worded(refusal.message, language, refusal.details)
    answer: dict[str, Any] = {"errors": [{"message": message, "extensions": {"code": refusal.code.value}}]}
    return JSONResponse(answer, status_code=status)
