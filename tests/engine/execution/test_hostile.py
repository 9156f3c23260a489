"""Broken and hostile bytes against a server as it is started for use: an error or a clean close, and little work."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from tests.documents.hostile import BODIES
from tests.wire.processes import Process

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
TICKS = os.sysconf("SC_CLK_TCK")
QUERY = '{"query": "{ __typename }"}'


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[Process]:
    async with Process(tmp_path, "serve", DATABASE_URL=database_url, JOBS="off", MAX_BODY_BYTES="200000") as process:
        yield process


def cpu_seconds(process: Process) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def subscribe(payload: object, **more: object) -> str:
    return json.dumps({"type": "subscribe", "id": "1", "payload": payload, **more})


def deep(depth: int, inside: str = "") -> str:
    return "[" * depth + inside + "]" * depth


SOCKET_MESSAGES: list[str | bytes] = [
    "", "null", "1", '"x"', "[]", "{}", "{", "nul", "[" * 50_000, deep(500), "\ufeff{}", "9" * 50_000,
    '{"type": null}', '{"type": 1}', '{"type": []}', '{"type": {}}', '{"type": "oops"}', '{"type": "Subscribe"}',
    '{"type": "subscribe"}', '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "payload": {"query": "{ me }"}}',
    subscribe(None), subscribe([]), subscribe(7), subscribe("x"), subscribe({}), subscribe({"query": None}),
    subscribe({"query": 7}), subscribe({"query": ["{ __typename }"]}), subscribe({"query": ""}),
    subscribe({"query": "{ __typename }"}, id=1), subscribe({"query": "{ __typename }"}, id=None),
    subscribe({"query": "{ __typename }", "variables": []}), subscribe({"query": "{ __typename }", "variables": 3}),
    subscribe({"query": "{ __typename }", "operationName": {}}), subscribe({"query": "\0"}),
    subscribe({"query": "{ a(b: " + "[" * 3000}), subscribe({"query": "{ " + "a " * 40_000 + "}"}),
    subscribe({"query": "query Q($n: Int) { users(first: $n) { totalCount } }", "variables": {"n": int("9" * 400)}}),
    subscribe({"query": "subscription { postAdded(after: \"x\") { id } }"}),
    subscribe({"query": "subscription { postAdded(topicId: \"x\") { id } }"}),
    subscribe({"query": "subscription { a: postAdded { id } b: postAdded { id } }"}),
    subscribe({"query": "subscription { postAdded { id } } query { __typename }"}),
    subscribe({"query": "subscription { " + "...F " * 2000 + "} fragment F on Subscription { postAdded { id } }"}),
    '{"type": "complete"}', '{"type": "complete", "id": 5}', '{"type": "complete", "id": "never"}',
    '{"type": "connection_init"}', '{"type": "connection_init", "payload": 3}',
    '{"type": "ping", "payload": "\\ud800"}',
    '{"type": "pong", "payload": ' + deep(500) + "}", '{"type": "ping", "payload": ' + "1" * 400 + "}",
    '{"type": "ping", "payload": NaN}', '{"type": "ping", "type": "subscribe"}', '{"\\u0000": 1}',
    b"\xff\xfe\x00", b"\x00" * 1000, '{"type": "ping", "payload": "' + "x" * 8_000_000 + '"}',
]  # fmt: skip


async def _after_the_message(server: Process, message: str | bytes, *, is_text: bool) -> str:
    """What the server makes of one message: the type of its first answer, or the code it closes with."""
    url = f"{server.url.replace('http', 'ws')}/graphql"
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        await connection.send('{"type": "connection_init"}')
        await connection.recv()
        try:
            await connection.send(message, text=is_text)
            await connection.send('{"type": "ping"}')
            async with asyncio.timeout(10):
                return str(json.loads(await connection.recv())["type"])
        except ConnectionClosed:
            return str(connection.close_code)


@pytest.mark.thorough
async def test_hostile_messages_end_in_an_error_or_a_clean_close(server: Process) -> None:
    assert len(SOCKET_MESSAGES) >= 36
    for message in SOCKET_MESSAGES:
        for is_text in (True, False):
            before = cpu_seconds(server)
            outcome = await _after_the_message(server, message, is_text=is_text)
            clean = outcome in {"pong", "error", "next", "1003", "1007", "1009"} or outcome.startswith("44")
            assert clean, (message[:80], is_text, outcome)
            assert cpu_seconds(server) - before < 1, message[:80]
    answered = await _after_the_message(server, subscribe({"query": "{ __typename }"}), is_text=True)
    assert answered in {"next", "pong"}


async def test_other_protocols_and_other_paths_get_no_socket(server: Process) -> None:
    for protocols in (["graphql-ws"], ["mqtt"], []):
        path = f"{server.url.replace('http', 'ws')}/graphql"
        async with connect(path, subprotocols=[Subprotocol(name) for name in protocols] or None) as connection:
            with pytest.raises(ConnectionClosed):
                await connection.recv()
            assert connection.close_code == 4406
    with pytest.raises(InvalidHandshake):
        await connect(f"{server.url.replace('http', 'ws')}/elsewhere")


def http(
    body: str | bytes = QUERY, *headers: str, line: str = "POST /graphql HTTP/1.1", length: object = None
) -> bytes:
    """A request, byte by byte; its length is told truly unless another is given."""
    content = body.encode() if isinstance(body, str) else body
    lines = [line, "Host: x", "Connection: close", f"Content-Length: {len(content) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + content


JSON = "Content-Type: application/json"
GET = "GET /graphql?{} HTTP/1.1"
REQUESTS: list[bytes] = [
    *(http(body, JSON) for _, body in BODIES),
    http(QUERY), http(QUERY, "Content-Type: text/plain"), http(QUERY, "Content-Type: " + "x" * 4000),
    http(QUERY, "Content-Type: multipart/form-data; boundary=x"), http(QUERY, "Content-Type: multipart/form-data"),
    http("--x\r\n\r\n", "Content-Type: multipart/form-data; boundary=x"),
    http(QUERY, "Content-Type: application/json; charset=utf-7"), http(QUERY, "Content-Type: multipart/mixed"),
    http("", line="PUT /graphql HTTP/1.1"), http("", line="DELETE /graphql HTTP/1.1"),
    http("", line="PATCH /graphql HTTP/1.1"), http("", line="TRACE /graphql HTTP/1.1"),
    http("", line="POST /nowhere HTTP/1.1"), http("", line="POST //graphql HTTP/1.1"),
    http("", line=GET.format("query=%7B")), http("", line=GET.format("query=%00")),
    http("", line=GET.format("query=%FF%FE")), http("", line=GET.format("query=mutation%7Bx%7D")),
    http("", line=GET.format("query=%7B__typename%7D&variables=[]")),
    http("", line=GET.format("query=%7B__typename%7D&variables=%7B")),
    http("", line=GET.format("query=%7B__typename%7D&variables=null&extensions=1")),
    http("", line=GET.format("query=subscription%7BpostAdded%7Bid%7D%7D")),
    http("", line=GET.format("query=" + "%20" * 15_000)), http("", line=GET.format("&&&=&=%")),
    http("", "Accept: text/event-stream", line=GET.format("query=%7B")),
    http('{"query": "{"}', JSON, "Accept: text/event-stream"), http("[]", JSON, "Accept: text/event-stream"),
    http('{"query": "subscription { postAdded(after: 1) { id } }"}', JSON, "Accept: text/event-stream"),
    http(QUERY, JSON, "Authorization: Bearer"), http(QUERY, JSON, "Authorization: Basic x"),
    http(QUERY, JSON, "Authorization: Bearer " + "a." * 2000), http(QUERY, JSON, "Authorization: \xff"),
    http(QUERY, JSON, "Accept-Language: " + "fr;q=x," * 500), http(QUERY, JSON, "Transfer-Encoding: chunked"),
    http("zz\r\n", JSON, "Transfer-Encoding: chunked", length=""), http(QUERY, JSON, "Content-Encoding: gzip"),
    http(QUERY, JSON, length=-1), http(QUERY, JSON, length="9" * 30), http(QUERY, JSON, length="x"),
    http('{"query": "' + " " * 250_000 + '"}', JSON), http(QUERY, JSON, length=250_000),
    http(QUERY, JSON, "X: " + "y" * 100_000), http(QUERY, JSON, *(f"X-{n}: y" for n in range(2000))),
    b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"\x00" * 100, b"POST /graphql HTTP/9.9\r\n\r\n",
    b"POST /graphql HTTP/1.1\r\nHost x\r\n\r\n", b"POST /graphql HTTP/1.1\nHost: x\n\n",
    http("", "Upgrade: websocket", "Sec-WebSocket-Version: 1", line="GET /graphql HTTP/1.1"),
    http("", "Upgrade: h2c", line="GET /graphql HTTP/1.1"),
]  # fmt: skip


async def _answer(server: Process, request: bytes) -> bytes:
    """All that comes back until the connection is closed; our side of it ends with the request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(request)
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_malformed_requests_get_an_error_or_a_clean_close(server: Process) -> None:
    assert len(REQUESTS) >= 77
    for request in REQUESTS:
        before = cpu_seconds(server)
        answer = await _answer(server, request)
        status = answer[9:12]
        assert not status.startswith(b"5"), (request[:200], answer[:300])
        assert not answer or answer.startswith(b"HTTP/1.1 "), (request[:200], answer[:100])
        assert b"Traceback" not in answer
        assert cpu_seconds(server) - before < 1, request[:200]
    good = await _answer(server, http(QUERY, JSON))
    assert good.startswith(b"HTTP/1.1 200")
    assert "Traceback" not in server.log.read_text()


async def test_who_goes_on_sending_a_huge_frame_still_reads_why_it_was_closed(server: Process) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x81\xff" + (4_000_000).to_bytes(8, "big") + bytes(4))
        for _ in range(40):
            await asyncio.sleep(0.01)
            writer.write(b" " * 10_000)
        async with asyncio.timeout(10):
            assert (await reader.readexactly(4))[2:] == (1009).to_bytes(2, "big")
    finally:
        writer.close()
