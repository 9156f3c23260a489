"""The server's end of an HTTP connection below its requests: how large a head may be, how long a client may dawdle.

uvicorn bounds neither where httptools parses. Reads no request and knows no route.
"""

import asyncio
from enum import Enum
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 32_768
LEAST_BYTES_A_SECOND = 2_000
"""What each second of a body must bring once the patience is used up: a slow telephone passes, a trickle does not."""

LINGER_SECONDS = 2.0


class Part(Enum):
    """Which part of a request is being received."""

    NONE = "none"
    HEAD = "head"
    BODY = "body"


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's, with bounds. They are its own settings: `timeout_keep_alive`, `h11_max_incomplete_event_size`."""

    part = Part.NONE
    head_bytes = 0
    is_refused = False
    waits_until: float | None = None
    timer: asyncio.TimerHandle | None = None

    # ---- what comes in ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self.timeout_keep_alive)

    def data_received(self, data: bytes) -> None:
        if self.is_refused:
            return
        super().data_received(data)
        if self.is_refused or self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        if self.part is Part.BODY:
            self._wait_for_body(len(data))
        elif self.part is Part.HEAD or not self._is_answering():
            self._wait_for_head(len(data))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.part = Part.HEAD

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._most_head_bytes:
            # The parser gives up where a callback raises; `send_400_response` then says why.
            self.head_bytes = size
            raise ValueError("the head is too large")
        self.head_bytes, self.waits_until, self.part = 0, None, Part.BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.part = Part.NONE
        self._stop_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.part is Part.BODY:  # Answered before its end, as one that is too large: what still comes is dropped.
            self._wait(LINGER_SECONDS)

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    # ---- waiting ------------------------------------------------------------------------

    @property
    def _most_head_bytes(self) -> int:
        return self.config.h11_max_incomplete_event_size or MOST_HEAD_BYTES

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_for_head(self, size: int) -> None:
        """However often something comes, a head has one deadline: it is small."""
        self.head_bytes += size
        if self.head_bytes > self._most_head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self.waits_until is None or self.head_bytes == size:
            self._wait(self.timeout_keep_alive)

    def _wait_for_body(self, size: int) -> None:
        """A body's deadline moves with what it brings, unless its request is answered already."""
        if self.cycle.response_complete:
            return
        if self.waits_until is None:
            self._wait(self.timeout_keep_alive)
        else:
            self.waits_until += size / LEAST_BYTES_A_SECOND

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self.waits_until = self.loop.time() + seconds
        self.timer = self.loop.call_later(seconds, self._look)

    def _stop_waiting(self) -> None:
        self.waits_until = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _look(self) -> None:
        """Ends the connection if its deadline has passed. What the service itself does not read yet, nobody sends."""
        left = 0.0 if self.waits_until is None else self.waits_until - self.loop.time()
        if self.flow.read_paused:
            left = self.timeout_keep_alive
        half_sent = self.part is Part.BODY and self._is_answering()
        if left > 0:
            self.timer = self.loop.call_later(left, self._look)
        elif self.head_bytes or half_sent:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._close()

    # ---- ending -------------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the status says it
        too_large = self.head_bytes > self._most_head_bytes
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answers, unless an answer has begun, and reads on for a moment: a reset would overtake the answer."""
        self.is_refused = True
        self._stop_waiting()
        if not (self._is_answering() and self.cycle.response_started):
            self.transport.write(_answer(status, self.server_state.default_headers))
            if self.transport.can_write_eof():
                self.transport.write_eof()
        self.timer = self.loop.call_later(LINGER_SECONDS, self._close)

    def timeout_keep_alive_handler(self) -> None:
        self._close()

    def _close(self, unsent: int = 0) -> None:
        """Closes once what was answered is sent, at the latest when the client has read nothing for a while."""
        self.transport.close()
        left = self.transport.get_write_buffer_size()
        if left and left == unsent:
            self.transport.abort()
        elif left:
            self.timer = self.loop.call_later(self.timeout_keep_alive, self._close, left)


def _answer(status: HTTPStatus, headers: list[tuple[bytes, bytes]]) -> bytes:
    text = status.phrase.encode()
    lines: list[tuple[bytes, Any]] = [
        *headers,
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    head = b"".join(b"%b: %b\r\n" % line for line in lines)
    return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, text, head, text)
