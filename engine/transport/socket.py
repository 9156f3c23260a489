"""The graphql-transport-ws socket: who speaks on it, and that each operation is judged afresh. No events of its own."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import orjson
from graphql import GraphQLError, OperationType
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    PingMessage,
    SubscribeMessage,
)

from domain.core.refusal import Refusal
from domain.core.trusted_document import spell_out
from engine.document.document import Document, document_of
from engine.document.reading import charge_reading
from engine.execution.error import translate
from engine.live.shared_answer import SharedAnswer, text_of
from engine.operation.context import Context
from engine.transport.body import check_text
from models.core.driver.outage import outage
from models.core.driver.patience import one_deadline
from observability.failure import log_failure

logger = logging.getLogger("pheromone.socket")
SESSION_OVER = 4403
TRY_AGAIN = 1012
TRY_AGAIN_LATER = 1013
BEGINNING_SECONDS = 10.0
"""How long a pong waits for subscriptions to begin: a client that hears nothing takes the connection for dead."""


class TextSocket(ASGIWebSocketAdapter):
    """Sends text frames, as the protocol asks; orjson's bytes alone would go out as binary ones."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        payload = message.get("payload")
        if message["type"] == "next" and isinstance(payload, dict):
            await self.send_next(orjson.dumps(message["id"]).decode(), text_of(payload, self.view.encode_json_string))
        else:
            await self.send_text(self.view.encode_json_string(message))

    async def send_next(self, operation_id: str, payload: str) -> None:
        """An answer that is text already, to an operation by its id as text."""
        await self.send_text(f'{{"id":{operation_id},"type":"next","payload":{payload}}}')

    async def send_text(self, text: str) -> None:
        """A message to a client that is gone, or that was just sent away, is dropped: its operations end with it."""
        if self.ws.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect):
                await self.ws.send_text(text)

    async def close(self, code: int, reason: str) -> None:
        if self.ws.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect):
                await self.ws.close(code, reason)


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, with a context for each operation and no trust in the shape of a message."""

    async def handle_message(self, message: Any) -> None:
        try:
            _spell_out(message, self.context)
        except Refusal as refusal:
            error = translate(GraphQLError(str(refusal), original_error=refusal), self.context).formatted
            await self.websocket.send_json({"id": message["id"], "type": "error", "payload": [error]})
            return
        if not _well_formed(message):
            await self.handle_invalid_message("Malformed message")
            return
        await super().handle_message(message)

    websocket: TextSocket

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unwatch: Callable[[], None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._operation: Operation[Context, None] | None = None
        self._beginning: dict[Operation[Context, None], asyncio.Future[None]] = {}

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged:
            self._unwatch = self.context.runtime.hub.watch(self.context, self._end)
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        """The clock for connection_init has nothing left to end: thousands of sockets would each keep a task of it."""
        if self.connection_init_timeout_task is not None:
            self.connection_init_timeout_task.cancel()
            self.connection_init_timeout_task = None

    def _end(self) -> None:
        """The token expired or the session ended: 4403, after which clients connect again with a new token."""
        self._ending = asyncio.create_task(self.websocket.close(SESSION_OVER, "Session over"))

    def _interrupt(self) -> None:
        """Something failed that may work again in a moment: 1012, as when the service is started anew."""
        self._ending = asyncio.create_task(self.websocket.close(TRY_AGAIN, "Try again"))

    async def shutdown(self) -> None:
        if self._unwatch is not None:
            self._unwatch()
        await super().shutdown()

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        before = self.operations.get(message["id"])
        await super().handle_subscribe(message)
        operation = self.operations.get(message["id"])
        if operation is not None and operation is not before and operation.task is not None:
            self._beginning[operation] = asyncio.get_running_loop().create_future()
            operation.task.add_done_callback(lambda _: self._begun(operation))

    def _begun(self, operation: Operation[Context, None]) -> None:
        """It hears of events from now on, or it never will."""
        begun = self._beginning.pop(operation, None)
        if begun is not None and not begun.done():
            begun.set_result(None)

    async def handle_ping(self, message: PingMessage) -> None:
        """The pong says as well that the subscriptions asked for before have begun: who reads after it misses nothing.

        The protocol has no other word for that. Messages behind the ping wait, so that many pings are not many tasks.
        """
        if self._beginning:
            await asyncio.wait(list(self._beginning.values()), timeout=BEGINNING_SECONDS)
        await super().handle_ping(message)

    async def cleanup_operation(self, operation_id: str) -> None:
        """One that ends while it is being cancelled has nothing more to say: its id may be another's by then."""
        if operation_id in self.operations:
            self.operations[operation_id].completed = True
        await super().cleanup_operation(operation_id)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """The viewer is loaded again: what was revoked since the socket opened is revoked for this operation too."""
        handler = SocketHandler.__new__(SocketHandler)
        handler.__dict__ = {**self.__dict__, "context": self.context, "_operation": operation}
        try:
            context = await self.context.renewed()
            await charge_reading(context, operation.query)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            if outage(error) is not None and _subscribes(document_of(None, operation.query), operation):
                log_failure(logger, error, "a subscription does not begin")
                self._interrupt()  # No client subscribes again after an error.
            else:
                await handler.handle_task_exception(error)
            return
        asked = document_of(context, operation.query)  # From the operation's memory: one that is refused is not read.
        label = asked.label(operation.operation_name)
        fields = {"address": context.address, "operation": label, "account": context.viewer.user_id}
        logger.info("operation on a socket", extra={"fields": fields})
        context.end, context.interrupt = self._end, self._interrupt
        context.pass_on = partial(self._pass_on, operation, orjson.dumps(operation.id).decode())
        handler.__dict__["context"] = context
        subscribes = _subscribes(asked, operation)
        if subscribes:
            context.begun = partial(self._begun, operation)
        else:
            self._begun(operation)
        with contextlib.nullcontext() if subscribes else one_deadline():
            await super(SocketHandler, handler).run_operation(operation)

    async def _pass_on(self, operation: Operation[Context, None], operation_id: str, answer: SharedAnswer) -> None:
        """What `send_next` of an operation does, for an answer that was made for another."""
        if not operation.completed:
            await self.websocket.send_next(operation_id, answer.text(self.view.encode_json_string))

    async def handle_task_exception(self, error: Exception) -> None:
        """What no result tells of, such as a fault of an extension, ends its operation with an error."""
        translated = translate(GraphQLError(str(error), original_error=error), self.context)
        if self._operation is not None:
            await self._operation.send_initial_errors([translated])

    @staticmethod
    def _get_pre_execution_close_reason(_error: GraphQLError) -> str | None:
        """A query that cannot be parsed fails its own operation, not its neighbours on the socket."""
        return None


async def sign_in(context: Context, parameters: dict[str, Any] | None) -> None:
    """Signs in by the `Authorization` of connection_init, in any case; the handshake's header counts without it."""
    for name, value in (parameters or {}).items():
        if name.lower() == "authorization" and isinstance(value, str):
            await context.sign_in(value)
    if context.token_refusal is not None:
        raise ConnectionRejectionError


def _subscribes(asked: Document, operation: Operation[Context, None]) -> bool:
    found = asked.operation(operation.operation_name)
    return found is not None and found.operation is OperationType.SUBSCRIPTION


def _spell_out(message: Any, context: Context) -> None:
    if isinstance(message, dict) and message.get("type") == "subscribe" and isinstance(message.get("id"), str):
        payload = message.get("payload")
        if isinstance(payload, dict):
            spell_out(payload, context.runtime.trusted_documents)


def _well_formed(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    try:
        check_text(message)
    except Refusal:
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    if message["type"] != "subscribe":
        return True
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), (dict, type(None)))
        and isinstance(payload.get("operationName"), (str, type(None)))
    )
