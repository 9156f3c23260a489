"""W4: 2,000 sockets on one process: of 50 posts a second each hears its topic's, or of 5 a second all hear each.

How late they come, what a delivery takes of the processor, what a socket holds, beside the floor.
"""

import asyncio
import base64
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from benchmarks.processor import cpu, memory
from benchmarks.servers import free_port, running
from engine.operation import token
from engine.operation.node import global_id
from models.account.role import Role
from models.account.session import Session
from models.account.user import User
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.tree.category import Category

SOCKETS, SECONDS = int(os.environ.get("SOCKETS", "2000")), float(os.environ.get("LIVE_SECONDS", "10"))
TOPICS = 40
LISTEN = "subscription L($id: ID) { postAdded(topicId: $id) { id body authorName createdAt cursor } }"
CREATE = "mutation($input: PostInput!) { createPost(input: $input) { id } }"
TEXT_FRAME, PING, PONG = 1, 9, 10  # A server ends a socket that answers no ping, which on a busy machine comes in time.
TEXT = "Une phrase de jeu de rôle, ni courte ni longue. " * 4


class Listener(asyncio.Protocol):
    """One client socket: takes frames apart no further than their lengths, and notes when each stamp came."""

    def __init__(self, key: bytes, path: str, first: list[bytes], delays: list[float]) -> None:
        self.request = (
            b"GET " + path.encode() + b" HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: " + key
        )
        self.first, self.delays = first, delays
        self.buffer, self.is_open = b"", False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request + b"\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self.buffer += data
        if not self.is_open:
            _, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self.is_open, self.buffer = True, rest
            self.send_next()
        while len(self.buffer) >= 4:
            length, start = self.buffer[1] & 127, 2
            if length == 126:
                length, start = int.from_bytes(self.buffer[2:4], "big"), 4
            if len(self.buffer) < start + length:
                return
            kind, frame = self.buffer[0] & 15, self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            if kind == PING:
                self.transport.write(masked(frame, PONG))
                continue
            if not self.ready.done():
                self.send_next()
            stamp = frame.find(b"stamp=")
            if stamp >= 0:
                self.delays.append(now - float(frame[stamp + 6 : stamp + 22]))

    def send_next(self) -> None:
        """The next of the first messages; each but the last is answered by one."""
        self.transport.write(masked(self.first.pop(0)))
        if not self.first:
            self.ready.set_result(None)


def masked(message: bytes, kind: int = TEXT_FRAME) -> bytes:
    """A client's frame, masked with zeros."""
    length = bytes([0x80 | len(message)]) if len(message) < 126 else b"\xfe" + len(message).to_bytes(2, "big")
    return bytes([0x80 | kind]) + length + b"\0\0\0\0" + message


@dataclass(frozen=True)
class Form:
    """How many hear what: the sockets are spread over so many topics, each of which is posted in, in turns."""

    name: str
    topics: int
    posts_a_second: int
    most_milliseconds: int  # Of a delivery, at the 99th percentile.


FORMS = (Form("50 hear each post", TOPICS, 50, 250), Form("all hear each post", 1, 5, 1000))


@dataclass
class Place:
    """A server to measure: who listens how, and how something is said in a room."""

    name: str
    port: int
    path: str
    first: Callable[[int], list[bytes]]
    say: Callable[[int, str], tuple[str, bytes]]
    bearer: str = ""


def stamp() -> str:
    return f"stamp={time.perf_counter():016.6f} {TEXT}"


async def measure(form: Form, place: Place, process: int) -> list[str]:
    """Opens the sockets, speaks at an even pace, and prints what it took; gives what should have been otherwise."""
    loop, delays = asyncio.get_running_loop(), list[float]()
    empty = memory(process)
    listeners = []
    for number in range(SOCKETS):
        key, first = base64.b64encode(os.urandom(16)), place.first(number)
        _, listener = await loop.create_connection(
            lambda key=key, first=first: Listener(key, place.path, first, delays),  # type: ignore[misc]
            "127.0.0.1",
            place.port,
        )
        listeners.append(listener)
        if number % 50 == 49:
            await asyncio.gather(*(each.ready for each in listeners[-50:]))
    await asyncio.sleep(5)
    full, before, started = memory(process), cpu(process), time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    posts = int(form.posts_a_second * SECONDS)
    for number in range(posts):
        await asyncio.sleep(max(0, started + number / form.posts_a_second - time.perf_counter()))
        path, body = place.say(number % form.topics, stamp())
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {place.bearer}"
            f"\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.split(b":")[1]))
    took = time.perf_counter() - started
    await asyncio.sleep(3)
    used = cpu(process) - before
    expected = posts * SOCKETS // form.topics
    quantiles = [1000 * delay for delay in statistics.quantiles(delays, n=100)]
    name = f"W4 {form.name}, {place.name}"
    print(
        f"{name}: {len(delays)} of {expected} deliveries, {posts / took:.0f} posts/s;"
        f" p50 {quantiles[49]:.1f} ms, p99 {quantiles[98]:.1f} ms; {(full - empty) / SOCKETS:.1f} KiB a socket;"
        f" processor {1e6 * used / len(delays):.0f} µs a delivery, its part of the post among them",
        flush=True,
    )
    writer.close()
    for each in listeners:
        each.transport.close()
    late = quantiles[98] > form.most_milliseconds
    missed = [f"{name}: p99 {quantiles[98]:.0f} ms is more than {form.most_milliseconds}"] if late else []
    return missed if len(delays) == expected else [*missed, f"{name}: {expected - len(delays)} were not delivered"]


async def plant_live(secret: str) -> tuple[list[int], list[str]]:
    """Topics to post in, and a token for each socket: 200 accounts, each with ten sign-ins."""
    role, now = await Role.get(name="player"), datetime.now(UTC)
    section = await Section.create(
        category=await Category.get(slug="general"), slug="live", name="Live", name_key="live"
    )
    topics = [
        await Topic.create(
            uuid=uuid4(), section=section, title=f"Sujet {n}", author_name="x", created_at=now, last_post_at=now
        )
        for n in range(TOPICS)
    ]
    bearers = []
    for number in range(200):
        name = f"live{number}"
        user = await User.create(
            username=name, username_key=name, email=name, email_key=name, password_hash="!", role=role
        )
        for _ in range(10):
            session = await Session.create(id=uuid4(), user=user, created_at=now)
            bearers.append(token.issue(secret, user.id, role.id, session.id, now, 7200)[0])
    return [topic.id for topic in topics], bearers


async def measure_live(environment: dict[str, str], topics: list[int], bearers: list[str]) -> list[str]:
    """Each form, of the service and of the floor; gives what the service should have done otherwise."""
    return [missed for form in FORMS for missed in await _measure(form, environment, topics, bearers)]


async def _measure(form: Form, environment: dict[str, str], topics: list[int], bearers: list[str]) -> list[str]:
    ids = [global_id("Topic", pk) for pk in topics]
    own, bare = free_port(), free_port()

    def first(number: int) -> list[bytes]:
        signed = {"type": "connection_init", "payload": {"authorization": f"Bearer {bearers[number % len(bearers)]}"}}
        payload = {"query": LISTEN, "variables": {"id": ids[number % form.topics]}}
        return [
            json.dumps(message).encode() for message in (signed, {"type": "subscribe", "id": "1", "payload": payload})
        ]

    def post(room: int, text: str) -> tuple[str, bytes]:
        variables = {"input": {"topicId": ids[room], "body": text}}
        return "/graphql", json.dumps({"query": CREATE, "variables": variables}).encode()

    def frame(room: int, text: str) -> tuple[str, bytes]:
        found = {"id": "UG9zdDoxMjM0NQ==", "body": text, "authorName": "live0", "createdAt": "2026-03-14T10:17:00Z"}
        data = {"postAdded": {**found, "cursor": "WzEyMzQ1XQ=="}}
        message = {"id": "1", "type": "next", "payload": {"data": data}}
        return f"/say/{room}", json.dumps(message, ensure_ascii=False).encode()

    async def one(arguments: list[str], place: Place, settings: dict[str, str]) -> list[str]:
        async with running(arguments, place.port, settings) as process:
            await asyncio.sleep(1)
            return await measure(form, place, process)

    by_hand = ["uvicorn", "benchmarks.floor_live:app", "--port", str(bare), "--log-level", "warning"]
    service = Place("service", own, "/graphql", first, post, bearers[0])
    missed = await one(["cli", "serve"], service, {**environment, "PORT": str(own), "SOCKETS_PER_ADDRESS": "5000"})
    await one(by_hand, Place("floor", bare, "/listen", lambda n: [str(n % form.topics).encode()], frame), environment)
    return missed
