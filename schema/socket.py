"""The graphql-transport-ws socket: who speaks on it, and that each operation is judged afresh. No events of its own."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation

from domain.refusal import Refusal
from resolvers.context import Context
from schema.body import check_text


class TextSocket(ASGIWebSocketAdapter):
    """Sends text frames, as the protocol asks; orjson's bytes alone would go out as binary ones."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            await self.ws.send_text(self.view.encode_json_string(message))
        except WebSocketDisconnect as error:
            raise WebSocketDisconnected from error


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, with a context for each operation and no trust in the shape of a message."""

    async def handle_message(self, message: Any) -> None:
        if not _well_formed(message):
            await self.handle_invalid_message("Malformed message")
            return
        await super().handle_message(message)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """The viewer is loaded again: what was revoked since the socket opened is revoked for this operation too."""
        handler = SocketHandler.__new__(SocketHandler)
        handler.__dict__ = {**self.__dict__, "context": await self.context.renewed()}
        await super(SocketHandler, handler).run_operation(operation)

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
