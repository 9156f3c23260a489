"""The server's end of a WebSocket below its messages: how it closes on frames that are no good. Reads no message."""

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

LINGER_SECONDS = 2.0


class LingeringSocket(WebSocketsSansIOProtocol):
    """uvicorn's, except that after a close for a bad frame it reads on and throws away what still comes.

    Closing a connection with bytes of the peer unread resets it, and the reset overtakes the close frame: the client
    would see a broken connection (1006) instead of why it was closed (1009 for a frame that is too large).

    And a client that is just leaving is not told of a shutdown: uvicorn's would raise, and end the server's own midway.
    """

    is_lingering = False

    def handle_parser_exception(self) -> None:
        if self.is_lingering or self.conn.close_sent is None:
            return
        self.is_lingering = self.close_sent = True
        close = self.conn.close_sent
        self.queue.put_nowait({"type": "websocket.disconnect", "code": close.code, "reason": close.reason})
        self.stop_keepalive()
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def shutdown(self) -> None:
        if self.handshake_complete and not self.close_sent and self.conn.state is not State.OPEN:
            self.stop_keepalive()
            self.transport.close()
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        if not self.is_lingering:
            super().data_received(data)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True  # By a refusal: without this uvicorn would log that none was given.
