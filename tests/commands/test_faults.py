"""A database that stops, dies, hangs, is full, too slow or cuts everybody off, under load: what clients see meanwhile.

SQLite's file may be locked by another program, or its disk be full; and Redis may hang.

They are answered in time, with one code; nothing that was acknowledged is lost, no event is missed or doubled, and all
is well within a second of the end. FAULT_SECONDS=20 makes each fault longer.
"""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from models.core.database import close_database, fetch, open_database
from tests.documents.forum import CREATE_POST, gid
from tests.wire.client import Client
from tests.wire.database import prepare
from tests.wire.live import Subscriber, subscribed
from tests.wire.missing import skip_for_want_of
from tests.wire.postgres import OwnServer, find_binaries
from tests.wire.processes import Process
from tests.wire.redis_server import OwnRedis
from tests.worlds import world

SECONDS = float(os.environ.get("FAULT_SECONDS", "2"))
BOUND, BACK = 20.0, 1.0
"""Seconds: what an answer may take at most, of a frozen server and on a busy machine too; and until all is well."""

WRITERS = 4
CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pheromone'"
CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'pheromone' AND state = 'active'"
BROKEN = (ConnectionClosed, OSError, InvalidHandshake, InvalidMessage, AssertionError, TimeoutError)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + SECONDS * 12)]
Fault = Callable[[OwnServer], Awaitable[None]]
FaultOfFile = Callable[[Process, Path], Awaitable[None]]


@pytest.fixture(scope="module")
def own_server() -> OwnServer:
    binaries = find_binaries()
    if binaries is None:
        skip_for_want_of("PostgreSQL's binaries (initdb and pg_ctl)")
    return OwnServer(binaries or Path())


@pytest.fixture(scope="module")
async def forum(own_server: OwnServer) -> AsyncIterator[str]:
    """The URL of a migrated database with room for few connections."""
    await asyncio.to_thread(own_server.start)
    admin = await asyncpg.connect(own_server.url)
    await admin.execute("ALTER SYSTEM SET max_connections = 30")
    await admin.close()
    own_server.send(signal.SIGINT)
    await asyncio.sleep(1)
    await asyncio.to_thread(own_server.start_again)
    yield await prepare(own_server.url)
    own_server.stop()


# ---- faults -------------------------------------------------------------------------


async def stopped(server: OwnServer) -> None:
    server.send(signal.SIGINT)
    await asyncio.sleep(SECONDS)
    await asyncio.to_thread(server.start_again)


async def crashed(server: OwnServer) -> None:
    server.crash()
    await asyncio.sleep(SECONDS)
    await asyncio.to_thread(server.start_again)


async def frozen(server: OwnServer) -> None:
    server.send(signal.SIGSTOP)
    await asyncio.sleep(SECONDS)
    server.send(signal.SIGCONT)


async def cut_off(server: OwnServer) -> None:
    admin = await asyncpg.connect(server.url)
    for _ in range(3):
        await admin.fetch(CUT_OFF)
        await asyncio.sleep(SECONDS / 3)
    await admin.close()


async def full(server: OwnServer) -> None:
    async with contextlib.AsyncExitStack() as stack:
        admin = await asyncpg.connect(server.url)
        stack.push_async_callback(admin.close)
        for terminate in (False, True):  # At last the places of the service's own connections too.
            if terminate:
                await admin.fetch(CUT_OFF)
            with contextlib.suppress(asyncpg.TooManyConnectionsError):
                while True:
                    stack.push_async_callback((await asyncpg.connect(server.url)).close)
        await asyncio.sleep(SECONDS)


async def too_slow(server: OwnServer) -> None:
    """Writes wait for a row, and their statements are ended with the state of those that took too long."""
    async with contextlib.AsyncExitStack() as stack:
        holder, admin = await asyncpg.connect(server.url), await asyncpg.connect(server.url)
        for connection in (holder, admin):
            stack.push_async_callback(connection.close)
        await stack.enter_async_context(holder.transaction())
        await holder.fetch("SELECT seq FROM event_heads FOR UPDATE")
        for _ in range(10):
            await asyncio.sleep(SECONDS / 10)
            await admin.fetch(CANCEL)


async def locked(_: Process, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(SECONDS)
        other.execute("ROLLBACK")


async def disk_full(process: Process, file: Path) -> None:
    """No file of the process's grows past what the journal has now: what a full disk does to writes."""
    journal = file.with_name(f"{file.name}-wal").stat().st_size
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (journal, before[1]))
    await asyncio.sleep(SECONDS)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


# ---- load ---------------------------------------------------------------------------


class Load:
    """Writers and one who listens; what they were told, and how long that took."""

    def __init__(self, client: Client, topic: str) -> None:
        self.client, self.topic = client, topic
        self.codes = Counter[str]()
        self.slowest = 0.0
        self.acknowledged: list[str] = []
        self.heard: list[str] = []
        self.done_at = 0.0
        self.cursor: str | None = None
        self.hears = asyncio.Event()
        self.over = False

    async def write(self, name: int) -> None:
        number = 0
        headers = {"authorization": f"Bearer {self.client.bearer}"}
        while not self.over:
            body, number = f"{name}-{number}", number + 1
            payload = {"query": CREATE_POST, "variables": {"input": {"topicId": self.topic, "body": body}}}
            began = time.monotonic()
            response = await self.client.http.post("/graphql", json=payload, headers=headers)
            self.slowest = max(self.slowest, time.monotonic() - began)
            errors = response.json().get("errors")
            self.codes[f"{response.status_code} {errors[0]['extensions']['code']}" if errors else "200"] += 1
            if not errors:
                self.acknowledged.append(body)
                self.done_at = time.monotonic()
            await asyncio.sleep(0.05)

    async def listen(self) -> None:
        while True:
            variables: dict[str, Any] = {"topicId": self.topic, **({"after": self.cursor} if self.cursor else {})}
            with contextlib.suppress(*BROKEN):
                async with subscribed(self.client, **variables) as subscriber:
                    self.hears.set()
                    await self._hear(subscriber)
            await asyncio.sleep(0.1)

    async def _hear(self, subscriber: Subscriber) -> None:
        while True:
            body = (await subscriber.post(60))["body"]
            self.cursor = subscriber.cursor
            self.heard.append(body)

    def unheard(self) -> set[str]:
        """A count does not tell: of what was kept, not all was acknowledged."""
        return set(self.acknowledged) - set(self.heard)


@asynccontextmanager
async def load(process: Process, topic: str, client: Client) -> AsyncIterator[Load]:
    running = Load(client, topic)
    listener = asyncio.create_task(running.listen())
    async with asyncio.timeout(BOUND):
        await running.hears.wait()
    writers = [asyncio.create_task(running.write(number)) for number in range(WRITERS)]
    async with asyncio.timeout(BOUND):
        while running.cursor is None:  # noqa: ASYNC110 - without one nobody can resume
            await asyncio.sleep(0.01)
    await asyncio.sleep(1)
    yield running
    running.over = True
    await asyncio.gather(*writers)
    deadline = time.monotonic() + BOUND
    while running.unheard() and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    listener.cancel()
    await asyncio.wait([listener])


@pytest.mark.thorough
@pytest.mark.parametrize("fault", [stopped, crashed, frozen, cut_off, full])
async def test_nothing_is_lost_and_all_are_told(
    own_server: OwnServer, forum: str, tmp_path: Path, fault: Fault
) -> None:
    await _suffer(forum, tmp_path, fault.__name__, lambda _: fault(own_server))


@pytest.mark.thorough
async def test_statements_that_take_too_long_are_told(own_server: OwnServer, forum: str, tmp_path: Path) -> None:
    codes = await _suffer(forum, tmp_path, "too_slow", lambda _: too_slow(own_server))
    assert codes["503 UNAVAILABLE"] >= WRITERS


@pytest.mark.parametrize("fault", [locked, disk_full])
async def test_of_a_file_too(sqlite_template: str, tmp_path: Path, fault: FaultOfFile) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "forum.sqlite3"))
    await _suffer(f"sqlite://{file}", tmp_path, fault.__name__, lambda process: fault(process, file))


async def test_a_redis_that_hangs_costs_nobody_an_answer(sqlite_template: str, tmp_path: Path, redis: OwnRedis) -> None:
    async def hangs(_: Process) -> None:
        redis.freeze()
        await asyncio.sleep(SECONDS)
        redis.thaw()

    url = f"sqlite://{shutil.copy(sqlite_template, tmp_path / 'forum.sqlite3')}"
    codes = await _suffer(url, tmp_path, "hangs", hangs, REDIS_URL=redis.url)
    assert set(codes) == {"200"}


async def _suffer(
    forum: str, tmp_path: Path, name: str, fault: Callable[[Process], Awaitable[None]], **environment: str
) -> Counter[str]:
    """A process under load, a fault, its end: asserts what clients may expect, and gives what they were told."""
    await open_database(forum)
    topic = await world.topic(await world.section("general", f"Accueil {name}"), "Sujet")
    client = await Client("http://none").as_user(await world.user())
    await close_database()
    async with Process(tmp_path, "serve", DATABASE_URL=forum, JOBS="off", **environment) as process:
        async with httpx.AsyncClient(base_url=process.url, timeout=60) as http:
            asking = Client(process.url, http, client.bearer)
            async with load(process, gid(topic), asking) as running:
                await fault(process)
                ended = time.monotonic()
                async with asyncio.timeout(BOUND):
                    while running.done_at < ended:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                back = running.done_at - ended
                await asyncio.sleep(1)
        log = process.log.read_text()
    if "FAULT_SECONDS" in os.environ:
        print(name, dict(running.codes), f"slowest {running.slowest:.2f} s, back {back:.2f} s, {len(log)} B")  # noqa: T201
    await open_database(forum)
    kept = Counter(row[0] for row in await fetch("SELECT body FROM posts WHERE topic_id = $1", topic.id))
    await close_database()
    await client.http.aclose()
    assert set(running.acknowledged) - set(kept) == set()
    assert max(kept.values()) == 1
    assert running.unheard() == set()
    assert max(Counter(running.heard).values()) == 1
    assert set(running.codes) <= {"200", "503 UNAVAILABLE"}
    assert running.slowest < BOUND
    assert back < BACK * 5, "one second on a quiet machine"
    return running.codes
