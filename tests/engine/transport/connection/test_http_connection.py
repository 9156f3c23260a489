"""Connections of clients that send too much, too slowly or nothing: each is answered with why, and ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from engine.transport.connection import http_connection
from engine.transport.connection.http_connection import BoundedHttp
from tests.wire.server import PromptServer, served

PATIENCE = 0.5
LINGER = 0.3
GET = b"GET / HTTP/1.1\r\nhost: x\r\n"
POST = b"POST / HTTP/1.1\r\nhost: x\r\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body, or at once with 413 on /early; /large is more than sockets hold."""
    assert scope["type"] == "http"
    if scope["path"] == "/early":
        await PlainTextResponse("too large", 413)(scope, receive, send)
        return
    body = await Request(scope, receive).body()
    text = "x" * 8_000_000 if scope["path"] == "/large" else str(len(body))
    await PlainTextResponse(text)(scope, receive, send)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PromptServer]:
    monkeypatch.setattr(http_connection, "LINGER_SECONDS", LINGER)
    async with served(application, lifespan="off", timeout_keep_alive=PATIENCE) as made:
        yield made


class Link:
    """One connection, spoken to in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *parts: bytes, pause: float = 0.0) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
            await asyncio.sleep(pause)

    async def send_for_ever(self, part: bytes, pause: float = 0.0) -> None:
        async with asyncio.timeout(10):
            while True:
                await self.send(part, pause=pause)

    async def status(self) -> int:
        return int((await asyncio.wait_for(self.reader.readline(), 5)).split()[1])

    async def rest(self, seconds: float = 5.0) -> bytes:
        """What comes until the server closes; TimeoutError if it does not."""
        return await asyncio.wait_for(self.reader.read(), seconds)


@asynccontextmanager
async def link(server: PromptServer) -> AsyncIterator[Link]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    try:
        yield Link(reader, writer)
    finally:
        writer.transport.abort()


@pytest.mark.parametrize(
    "head",
    [
        GET + b"a: " + b"b" * 40_000 + b"\r\n\r\n",
        GET + b"".join(b"a%d: %s\r\n" % (number, b"b" * 100) for number in range(400)) + b"\r\n",
        b"GET /?" + b"a" * 40_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["one header", "many headers", "the address"],
)
@pytest.mark.parametrize("piece", [1_000_000, 1_000], ids=["at once", "in pieces"])
async def test_a_head_that_is_too_large_is_answered_with_431(server: PromptServer, head: bytes, piece: int) -> None:
    async with link(server) as one:
        await one.send(*(head[start : start + piece] for start in range(0, len(head), piece)))
        assert await one.status() == 431
        assert b"nosniff" in await one.rest()


async def test_an_endless_header_is_not_kept(server: PromptServer) -> None:
    async with link(server) as one:
        await one.send(GET + b"a: ")
        with pytest.raises(ConnectionError):
            await one.send_for_ever(b"b" * 65_536)


async def test_a_head_of_a_usual_size_passes_again_and_again(server: PromptServer) -> None:
    async with link(server) as one:
        for _ in range(5):
            await one.send(GET + b"a: " + b"b" * 20_000, b"\r\n\r\n", pause=0.01)
            assert await one.status() == 200
            await one.reader.readuntil(b"\r\n\r\n0")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", None),
        (b"\r\n", 408),
        (GET, 408),
        (POST + b"content-length: 5\r\n\r\nab", 408),
        (POST + b"transfer-encoding: chunked\r\n\r\n5\r\nab", 408),
        (GET + b"\r\n" + GET, 200),
        (GET + b"\r\n", 200),
    ],
    ids=["silence", "a line", "half a head", "half a body", "half a chunk", "half a second head", "nothing more"],
)
async def test_who_stops_in_the_middle_is_not_waited_for(server: PromptServer, sent: bytes, status: int | None) -> None:
    began = asyncio.get_running_loop().time()
    async with link(server) as one:
        await one.send(sent)
        if status is not None:
            assert await one.status() == status
        await one.rest()
    assert PATIENCE * 0.9 < asyncio.get_running_loop().time() - began < PATIENCE + 2


@pytest.mark.parametrize(
    ("start", "part", "status"),
    [
        (POST + b"content-length: 4800\r\n\r\n", b"b" * 600, 200),
        (POST + b"content-length: 80\r\n\r\n", b"b" * 10, 408),
        (GET + b"a: ", b"b", 408),
    ],
    ids=["a slow body", "a trickling body", "a trickling head"],
)
async def test_a_trickle_is_stopped_and_a_slow_body_is_not(
    server: PromptServer, start: bytes, part: bytes, status: int
) -> None:
    async with link(server) as one:
        sending = asyncio.create_task(one.send(start, *[part] * 8, pause=0.15))
        assert await one.status() == status
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_body_that_was_refused_is_not_read_for_ever(server: PromptServer) -> None:
    async with link(server) as one:
        await one.send(POST.replace(b"/", b"/early", 1) + b"transfer-encoding: chunked\r\n\r\n")
        assert await one.status() == 413
        with pytest.raises(ConnectionError):
            await one.send_for_ever(b"5\r\nabcde\r\n", pause=0.05)


async def test_an_answer_that_nobody_reads_is_dropped(server: PromptServer) -> None:
    async with link(server) as one:
        one.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await one.send(GET.replace(b"/", b"/large", 1) + b"\r\n")
        async with asyncio.timeout(10):
            await asyncio.sleep(0.5)
            while server.server_state.connections:  # noqa: ASYNC110 - told by nothing else
                await asyncio.sleep(0.05)


async def test_a_large_answer_may_be_read_slowly(server: PromptServer) -> None:
    async with link(server) as one:
        await one.send(GET.replace(b"/", b"/large", 1) + b"\r\n")
        read = 0
        while read < 8_000_000:
            read += len(await asyncio.wait_for(one.reader.read(200_000), 5))
            await asyncio.sleep(0.02)


async def test_the_server_does_not_name_itself(server: PromptServer) -> None:
    async with link(server) as one:
        await one.send(GET + b"connection: close\r\n\r\n")
        assert b"uvicorn" not in (await one.rest()).lower()
    assert server.config.http_protocol_class is BoundedHttp
