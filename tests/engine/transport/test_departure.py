"""Clients that go before their answer: what was read for them ends at once, what they asked to be changed is done."""

import asyncio
import json
import time
from typing import Any

import pytest

from models.account import session
from models.account.session import Session
from models.account.session import logout as end_session
from models.core.database import fetch, is_postgres
from models.core.driver.patience import REQUEST
from resolvers.forum import search
from tests.wire.client import Client
from tests.wire.live import ask, socket, start
from tests.worlds import world

GREEDY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) FROM n"
RUNNING = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH RECURSIVE n(i)%'"
SEARCH = '{ searchPosts(query: "reine") { edges { node { id } } } }'
CLIENTS = 12


async def ask_and_leave(client: Client, query: str, begun: asyncio.Barrier) -> None:
    """Breaks the connection off while what it asked for is being done."""
    address, _, port = client.base_url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(address, int(port))
    body = json.dumps({"query": query}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    bearer = f"authorization: Bearer {client.bearer}\r\n" if client.bearer else ""
    writer.write(f"{head}{bearer}\r\n".encode() + body)
    await begun.wait()
    await asyncio.sleep(0.3)
    writer.transport.abort()


async def test_greedy_searches_end_with_their_clients(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Barrier(2 * CLIENTS)

    async def greedy(*_: Any, **__: Any) -> list[int]:
        await begun.wait()
        return [row[0] for row in await fetch(GREEDY)]

    monkeypatch.setattr(search, "search_post_ids", greedy)
    await asyncio.gather(*(ask_and_leave(client, SEARCH, begun) for _ in range(CLIENTS)))
    left = time.monotonic()
    assert await client.data("{ categories { slug } }")
    while is_postgres() and await fetch(RUNNING):  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.02)
    assert time.monotonic() - left < 1


async def test_what_a_socket_reads_ends_when_it_is_completed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def greedy(*_: Any, **__: Any) -> list[int]:
        begun.set()
        try:
            return [row[0] for row in await fetch(GREEDY)]
        finally:
            ended.set()

    monkeypatch.setattr(search, "search_post_ids", greedy)
    async with socket(client) as connection:
        await start(connection, SEARCH)
        await begun.wait()
        while is_postgres() and not await fetch(RUNNING):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)
        await connection.send(json.dumps({"type": "complete", "id": "1"}))
        async with asyncio.timeout(REQUEST.statement / 2):
            await ended.wait()
            while is_postgres() and await fetch(RUNNING):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (await ask(connection, "{ categories { slug } }", 2))["data"], "the socket goes on"


async def test_a_change_is_made_though_its_client_has_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = asyncio.Barrier(2), asyncio.Event()

    async def late(*arguments: Any) -> None:
        await begun.wait()
        await asyncio.sleep(0.5)
        await end_session(*arguments)
        ended.set()

    monkeypatch.setattr(session, "logout", late)
    signed_in = await client.as_user(await world.user())
    await ask_and_leave(signed_in, "mutation { logout }", begun)
    await asyncio.wait_for(ended.wait(), 5)
    assert (await Session.get()).revoked_at is not None
