"""The GraphQL endpoint: bodies in, answers out, the context of each operation. Knows HTTP, decides nothing."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from typing import Any, cast

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData, process_result
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UNSET

from domain.core.refusal import Code, Refusal, bad_input
from domain.core.trusted_document import spell_out
from engine.document.document import document_of
from engine.document.reading import charge_reading
from engine.execution.error import translate_all, unavailable
from engine.execution.planned import execute_planned
from engine.operation.context import Context, Runtime
from engine.operation.message import preferred_language
from engine.operation.secret_answer import secret_answers
from engine.throttle.budget import budget_headers
from engine.throttle.throttle import place_of
from engine.transport.answer import JSON, RESPONSE_JSON, media_type, refused, set_status
from engine.transport.body import TooLarge, bounded, check_text, decode
from engine.transport.departure import while_there
from engine.transport.event_stream import Chunks, EventStream, until
from engine.transport.held_connections import HeldConnections, TooManyConnections
from engine.transport.idempotency import HEADER, mutation_of, run_once_per_key
from engine.transport.origin import ForeignOrigin, check_origin
from engine.transport.plain_post import is_plain, request_data
from engine.transport.socket import TRY_AGAIN_LATER, SocketHandler, TextSocket, sign_in
from models.core.driver.outage import outage
from models.core.driver.patience import one_deadline
from observability import log
from observability.failure import log_failure
from observability.metrics import REQUESTS, SECONDS, SOCKETS

STATUSES: dict[type[Refusal], int] = {ForeignOrigin: 403, TooLarge: 413, TooManyConnections: 429}
PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
INIT_TIMEOUT = timedelta(seconds=10)
"""How long a socket may stay open before it says who speaks on it."""

logger = logging.getLogger("pheromone.endpoint")


class Endpoint(GraphQL[Context, None]):
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = place_of(scope["client"][0] if scope.get("client") else "")
        if scope["type"] != "http":
            await self._socket(place, scope, receive, send)
            return
        started = time.perf_counter()
        request = Request(scope, bounded(receive, self.runtime.max_body_bytes))
        request_id = request.state.request_id = secrets.token_hex(8)
        log.request_id.set(request_id)
        response = await self._response(request, request_id)
        response.headers["x-request-id"] = request_id
        context: Context | None = getattr(request.state, "context", None)
        response.headers.update({} if context is None else budget_headers(context))
        REQUESTS.labels(response.status_code).inc()
        seconds = time.perf_counter() - started
        SECONDS.observe(seconds)
        _log(request, response.status_code, seconds)
        with self.connections.held(place) if isinstance(response, StreamingResponse) else nullcontext():
            await response(scope, receive, send)

    async def _socket(self, place: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self.connections.is_full(place):
            socket = WebSocket(scope, receive, send)
            language = preferred_language(socket.headers.get("accept-language", ""))
            await socket.send_denial_response(refused(TooManyConnections(), language, JSON, 429))
            return
        with self.connections.held(place), SOCKETS.track_inprogress():
            try:
                await super().__call__(scope, receive, send)
            except Exception as error:
                if outage(error) is None:
                    raise
                log_failure(logger, error, "a socket failed")
                with contextlib.suppress(Exception):  # It may be gone.
                    await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": "Try again later"})

    def _check_websocket_origin(self, request: WebSocket) -> bool:
        """By the rule of event streams, and with its line in the log."""
        try:
            check_origin(request, self.runtime.allowed_origins)
        except ForeignOrigin:
            return False
        return True

    async def _response(self, request: Request, request_id: str) -> Response:
        language = preferred_language(request.headers.get("accept-language", ""))
        refuse = partial(refused, language=language, kind=media_type(request.headers.get("accept", "")))
        try:
            if "text/event-stream" in request.headers.get("accept", ""):
                check_origin(request, self.runtime.allowed_origins)
            response: Response = await self.run(request)
        except Refusal as refusal:
            return refuse(refusal, status=STATUSES.get(type(refusal), 400))
        except HTTPException as error:
            return refuse(Refusal(Code.BAD_INPUT, "bad_query", reason=error.reason), status=error.status_code)
        except ClientDisconnect:  # There is nobody to answer.
            return Response(status_code=408)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            log_failure(logger, error, "request %s failed", request_id)
            if outage(error) is not None:
                return refuse(unavailable(), status=503)
            return refuse(Refusal(Code.INTERNAL, "internal"), status=500, requestId=request_id)
        return response

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        """What most clients send is read here; anything else goes the library's longer way."""
        if not is_plain(request):
            return await super().run(request, context, root_value)
        sub_response = await self.get_sub_response(request)
        context = await self.get_context(request, sub_response)
        asked = request_data(self.parse_json(await request.body()))
        if asked is None:
            return await super().run(request, context)
        result = await self.execute_operation(
            request=request,
            request_adapter=self.request_adapter_class(request),
            request_data=asked,
            context=context,
            root_value=None,
            sub_response=sub_response,
        )
        return self.create_response(process_result(result), sub_response)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        response.media_type = media_type(request.headers.get("accept", ""))
        return response

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """The answer to an operation. In GraphQL's own type one that was not begun with has no `data`."""
        if sub_response.media_type == RESPONSE_JSON and sub_response.status_code == 400:
            del response_data["data"]
        response = super().create_response(response_data, sub_response)
        response.headers["content-type"] = sub_response.media_type or JSON
        return response

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
        request.state.context = context
        await context.sign_in(headers.get("authorization"))
        return context

    async def on_ws_connect(self, context: Context) -> None:
        await sign_in(context, context.connection_params)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData | list[GraphQLRequestData]:
        data = await super().parse_http_body(request)
        if isinstance(data, GraphQLRequestData) and not isinstance(data.operation_name, (str, type(None))):
            raise Refusal(Code.BAD_INPUT, "bad_body")
        return data

    async def execute_operation(self, *, context: Context, request_data: Any, **rest: Any) -> Any:  # type: ignore[override]
        """Over a stream nothing is kept: a client that counts on its key is told so."""
        await charge_reading(context, request_data.query)
        if request_data.query:
            context.operation = document_of(context, request_data.query).label(request_data.operation_name)
        streamed, key = request_data.protocol != "http", context.idempotency_key
        if key is not None and streamed and mutation_of(context, request_data.query, request_data.operation_name):
            raise bad_input(HEADER, "key_on_stream")
        if streamed and self.connections.is_full(place_of(context.address)):
            raise TooManyConnections
        return await super().execute_operation(context=context, request_data=request_data, **rest)

    async def execute_single(self, *, context: Context, request_data: GraphQLRequestData, **rest: Any) -> Any:  # type: ignore[override]
        """One operation with one answer; once, where it carries an idempotency key."""
        query, name = request_data.query, request_data.operation_name
        operation = document_of(context, query).operation(name) if query else None
        if operation is not None and operation.operation is OperationType.SUBSCRIPTION:
            raise bad_input("query", "subscription_without_stream")

        ordinary = partial(super().execute_single, context=context, request_data=request_data, **rest)

        async def run() -> Any:
            planned = await execute_planned(self.own_schema, context, request_data)
            return await ordinary() if planned is None else planned

        if context.idempotency_key is not None:
            variables, secret = request_data.variables, self.secret_answers
            run = partial(run_once_per_key, context, query, variables, name, run, secret=secret)
        is_read = operation is not None and operation.operation is OperationType.QUERY
        async with while_there(rest["request"].receive) if is_read else nullcontext():
            with one_deadline():
                result = translate_all(await run(), context)
        context.forget()
        set_status(rest["sub_response"], result)
        return result

    def parse_json(self, data: str | bytes) -> Any:
        """The body, or the `variables` of a GET: an object or nothing."""
        value = super().parse_json(data)
        if not isinstance(value, dict):
            raise Refusal(Code.BAD_INPUT, "bad_body")
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


def _log(request: Request, status: int, seconds: float) -> None:
    """A line a request: which operation, whose, where from. Nothing of what it asked or was answered."""
    context: Context | None = getattr(request.state, "context", None)
    fields: dict[str, object] = {"status": status, "milliseconds": round(seconds * 1000, 1)}
    fields["address"] = request.client.host if request.client else ""
    if context is not None:
        fields |= {"operation": context.operation, "account": context.viewer.user_id}
    logger.info("request", extra={"fields": fields})
