"""Strawberry's view of one endpoint with our encoding, our context and a code on every refusal. Sends nothing itself.

Tested in tests/engine/transport/test_endpoint.py.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, cast

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from domain.core.refusal import Code, Refusal, bad_input
from domain.core.trusted_document import spell_out
from engine.kept.answer import Asked
from engine.kept.reading import part_of
from engine.operation.context import Context, Runtime
from engine.operation.message import preferred_language
from engine.operation.secret_answer import secret_answers
from engine.throttle.throttle import place_of
from engine.transport.answer import JSON, encoded, media_type, status_of
from engine.transport.body import ESCAPED_NUL, check_text, decode
from engine.transport.event_stream import Chunks, EventStream, until
from engine.transport.held_connections import HeldConnections, TooManyConnections
from engine.transport.idempotency import HEADER, mutation_of
from engine.transport.origin import ForeignOrigin, check_origin
from engine.transport.plain_post import request_data as data_of
from engine.transport.revalidation import may_revalidate
from engine.transport.single import answer_once, begin
from engine.transport.socket import SocketHandler, TextSocket, sign_in
from models.core.driver.outage import RETRY_AFTER_SECONDS

PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
INIT_TIMEOUT = timedelta(seconds=10)
"""How long a socket may stay open before it says who speaks on it."""


class View(GraphQL[Context, None]):
    """Strawberry's ASGI view with orjson, our context, and a code on every refusal."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = TextSocket

    def __init__(self, schema: Schema, runtime: Runtime, page: Callable[[Request], Awaitable[Response]]) -> None:
        """`page` answers browsers that come to look."""
        super().__init__(
            schema,
            graphql_ide="graphiql",
            subscription_protocols=PROTOCOLS,
            connection_init_wait_timeout=INIT_TIMEOUT,
        )
        self.stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: EventStream}
        self.own_schema = schema
        self.runtime = runtime
        self.page = page
        self.secret_answers = secret_answers(schema)
        self.connections = HeldConnections(runtime.sockets_per_address)

    def _check_websocket_origin(self, request: WebSocket) -> bool:
        """By the rule of event streams, and with its line in the log."""
        try:
            check_origin(request, self.runtime.allowed_origins)
        except ForeignOrigin:
            return False
        return True

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        response.media_type = media_type(request.headers.get("accept", ""))
        return response

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        kind = sub_response.media_type or JSON
        body = encoded(response_data, sub_response.status_code, kind)
        headers = dict(sub_response.headers)
        return Response(body, sub_response.status_code or 200, headers, media_type=kind)

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        ends = (request.state.over, self.runtime.hub.closing)
        return await super().create_streaming_response(
            request, lambda: until(cast("Chunks", stream()), *ends), sub_response, headers
        )

    def should_render_graphql_ide(self, request: AsyncHTTPRequestAdapter) -> bool:  # type: ignore[override]
        """For browsers alone: a client that takes any type wants data."""
        asks = {"query", "documentId", "extensions"} & request.query_params.keys()
        return request.method == "GET" and not asks and "text/html" in request.headers.get("accept", "")

    async def render_graphql_ide(self, request: Request) -> Response:
        return await self.page(request)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002
        known: Context | None = getattr(request.state, "context", None)
        if known is not None:
            return known
        headers = request.headers
        context = Context(
            runtime=self.runtime,
            language=preferred_language(headers.get("accept-language", "")),
            address=request.client.host if request.client else "",
            user_agent=headers.get("user-agent", ""),
            request_id=getattr(request.state, "request_id", "") or secrets.token_hex(8),
        )
        if isinstance(request, Request):  # A socket's headers are not those of one operation.
            context.idempotency_key = headers.get("idempotency-key")
            over = request.state.over = asyncio.Event()
            context.end = context.interrupt = over.set
            context.asked = self._asked_by_address(request)
        request.state.context = context
        await context.sign_in(headers.get("authorization"))
        return context

    def asked(self, data: GraphQLRequestData | None) -> Asked | None:
        """What is read along with the viewer, so that the answer may be one that is kept."""
        if data is None or not data.query:
            return None
        part = part_of(self.own_schema._schema, data.query, data.operation_name)  # noqa: SLF001 - it has no public name
        return self.runtime.answers.asked(part, data.variables)

    def _asked_by_address(self, request: Request) -> Asked | None:
        """What a GET has read along with the viewer. Why an address cannot be read is told as it is answered."""
        if request.method != "GET":
            return None
        try:
            return self.asked(data_of(self.parse_query_params(request.query_params)))
        except (HTTPException, Refusal):
            return None

    async def on_ws_connect(self, context: Context) -> None:
        await sign_in(context, context.connection_params)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData | list[GraphQLRequestData]:
        data = await super().parse_http_body(request)
        if isinstance(data, GraphQLRequestData) and not isinstance(data.operation_name, (str, type(None))):
            raise Refusal(Code.BAD_INPUT, "bad_body")
        return data

    async def execute_operation(self, *, context: Context, request_data: Any, **rest: Any) -> Any:  # type: ignore[override]
        """Over a stream nothing is kept: a client that counts on its key is told so."""
        await begin(context, request_data)
        streamed, key = request_data.protocol != "http", context.idempotency_key
        if key is not None and streamed and mutation_of(context, request_data.query, request_data.operation_name):
            raise bad_input(HEADER, "key_on_stream")
        if streamed and self.connections.is_full(place_of(context.address)):
            raise TooManyConnections
        return await super().execute_operation(context=context, request_data=request_data, **rest)

    async def execute_single(self, *, context: Context, request_data: GraphQLRequestData, **rest: Any) -> Any:  # type: ignore[override]
        ordinary = partial(self.execute_by_library, context=context, request_data=request_data, **rest)
        receive, sub_response = rest["request"].receive, rest["sub_response"]
        result = await answer_once(self.own_schema, self.secret_answers, context, request_data, receive, ordinary)
        sub_response.status_code = status_of(sub_response.media_type, result)
        if sub_response.status_code == 503:
            sub_response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
        if rest["request_adapter"].method == "GET" and not result.errors:
            may_revalidate(sub_response.headers)
        return result

    async def execute_by_library(self, **given: Any) -> Any:
        """One operation as Strawberry's own view executes it."""
        return await super().execute_single(**given)

    def parse_json(self, data: str | bytes) -> Any:
        """The body, or the `variables` of a GET: an object or nothing."""
        value = super().parse_json(data)
        if not isinstance(value, dict):
            raise Refusal(Code.BAD_INPUT, "bad_body")
        if isinstance(data, str) or ESCAPED_NUL in data:
            check_text(value)
        if isinstance(data, bytes):  # A body; the parts of a GET come as text.
            spell_out(value, self.runtime.trusted_documents)
        return value

    def parse_query_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        request = super().parse_query_params(params)
        spell_out(request, self.runtime.trusted_documents)
        return request

    def decode_json(self, data: str | bytes) -> object:
        return decode(data)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)
