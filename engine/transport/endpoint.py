"""The GraphQL endpoint: bodies in, answers out. Knows HTTP, decides nothing."""

import contextlib
import logging
import secrets
import time
from contextlib import nullcontext
from functools import partial
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.http import GraphQLRequestData, process_result

from engine.operation.context import Context
from engine.operation.message import preferred_language
from engine.throttle.budget import budget_headers
from engine.throttle.throttle import place_of
from engine.transport.answer import JSON, encoded, failed, media_type, refused, status_of
from engine.transport.body import bounded
from engine.transport.held_connections import TooManyConnections
from engine.transport.origin import check_origin
from engine.transport.plain_post import PlainPost, plain_post, request_data
from engine.transport.revalidation import revalidated
from engine.transport.single import answer_once, begin
from engine.transport.socket import TRY_AGAIN_LATER
from engine.transport.view import View
from models.core.driver.outage import RETRY_AFTER_SECONDS, outage
from observability import log
from observability.failure import log_failure
from observability.metrics import SOCKETS
from observability.request import note

logger = logging.getLogger("pheromone.endpoint")

Answer = tuple[int, bytes, list[tuple[bytes, bytes]]]
"""A status, a body and headers."""


class Endpoint(View):
    """The view at its address, and the short way past it for what most clients send."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._socket(scope, receive, send)
            return
        post = plain_post(scope, receive)
        answer = self._any(scope, receive, send) if post is None else self._plain(post, send)
        await answer

    async def _any(self, scope: Scope, receive: Receive, send: Send, known: Context | None = None) -> None:
        """Any request, as the library answers it; of a context that is `known` already."""
        started = time.perf_counter()
        request = Request(scope, bounded(receive, self.runtime.max_body_bytes))
        request_id = secrets.token_hex(8) if known is None else known.request_id
        log.request_id.set(request_id)
        request.state.request_id, request.state.context = request_id, known
        response = revalidated(request, await self._response(request, request_id))
        response.headers["x-request-id"] = request_id
        context: Context | None = request.state.context
        response.headers.update({} if context is None else budget_headers(context))
        address = scope["client"][0] if scope.get("client") else ""
        note(response.status_code, time.perf_counter() - started, address, **_noted(context))
        is_stream = isinstance(response, StreamingResponse)
        with self.connections.held(place_of(address)) if is_stream else nullcontext():
            await response(scope, receive, send)

    async def _plain(self, post: PlainPost, send: Send) -> None:
        """What most clients send, from its bytes to those of the answer."""
        started, request_id = time.perf_counter(), secrets.token_hex(8)
        log.request_id.set(request_id)
        language, kind = preferred_language(post.header(b"accept-language")), media_type(post.header(b"accept"))
        client = post.scope.get("client")
        context = Context(
            runtime=self.runtime,
            language=language,
            address=client[0] if client else "",
            user_agent=post.header(b"user-agent"),
            request_id=request_id,
        )
        told: Context | None = None
        try:
            key = post.headers.get(b"idempotency-key")
            context.idempotency_key = None if key is None else key.decode("latin-1")
            asked = request_data(self.parse_json(await post.body(self.runtime.max_body_bytes)))
            told = context
            context.asked = self.asked(asked)
            await context.sign_in(post.header(b"authorization"))
            if asked is None:
                await self._any(post.scope, post.again, send, context)
                return
            answer = await self._answer(post, context, asked, kind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            response = failed(error, language, kind, request_id)
            answer = response.status_code, bytes(response.body), response.raw_headers
        status, body, headers = answer
        headers.append((b"x-request-id", request_id.encode()))
        headers += [(name.encode(), value.encode()) for name, value in budget_headers(context).items()]
        note(status, time.perf_counter() - started, context.address, **_noted(told))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, post: PlainPost, context: Context, asked: GraphQLRequestData, kind: str) -> Answer:
        await begin(context, asked)
        # The view of Strawberry's own looks at the method alone.
        nothing: Any = None
        rest = {"request": nothing, "request_adapter": cast("Any", post), "sub_response": nothing, "root_value": None}
        ordinary = partial(self.execute_by_library, context=context, request_data=asked, **rest)
        result = await answer_once(self.own_schema, self.secret_answers, context, asked, post.receive, ordinary)
        status = status_of(kind, result)
        body = encoded(cast("dict[str, Any]", process_result(result)), status, kind)
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", kind.encode())]
        if status == 503:
            headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
        return status, body, headers

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = place_of(scope["client"][0] if scope.get("client") else "")
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

    async def _response(self, request: Request, request_id: str) -> Response:
        try:
            if "text/event-stream" in request.headers.get("accept", ""):
                check_origin(request, self.runtime.allowed_origins)
            response: Response = await self.run(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            language = preferred_language(request.headers.get("accept-language", ""))
            return failed(error, language, media_type(request.headers.get("accept", "")), request_id)
        return response


def _noted(context: Context | None) -> dict[str, object]:
    """What the log says of an operation."""
    return {} if context is None else {"operation": context.operation, "account": context.viewer.user_id}
