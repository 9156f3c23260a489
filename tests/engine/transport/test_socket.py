"""The graphql-transport-ws socket: signing in, hostile messages, and operations that are given up half-way."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation
from strawberry.types.execution import ExecutionResult
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from app import create_app
from config import Settings
from engine.operation.context import Context, Runtime
from engine.transport import view
from engine.transport.socket import SocketHandler
from models.account.session import Session
from models.live.event import newest_event
from tests.wire.client import SECRET, Client
from tests.wire.live import POST_ADDED, Subscriber, ask, socket, start
from tests.wire.server import served
from tests.worlds import world


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
async def test_the_token_comes_in_connection_init(client: Client, name: str) -> None:
    player = await world.user()
    await world.section("hrp", "Discussions")
    signed_in = await client.as_user(player)
    async with socket(client, {name: f"Bearer {signed_in.bearer}"}) as connection:
        slugs = [one["slug"] for one in (await ask(connection, "{ categories { slug } }"))["data"]["categories"]]
    assert slugs == ["general", "hrp"]


async def test_a_worthless_token_closes_the_socket(client: Client) -> None:
    url = client.base_url.replace("http", "ws") + "/graphql"
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": {"authorization": "Bearer forged"}}))
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 4403


async def test_what_was_revoked_is_revoked_for_the_next_operation(client: Client) -> None:
    player = await world.user()
    signed_in = await client.as_user(player)
    async with socket(client, {"authorization": f"Bearer {signed_in.bearer}"}) as connection:
        assert len((await ask(connection, "{ categories { slug } }"))["data"]["categories"]) == 2
        await Session.filter(user_id=player.id).delete()
        answer = await ask(connection, "{ categories { slug } }", 2)
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_operations_given_up_at_once_leave_the_service_answering(client: Client) -> None:
    await world.section("general", "Annonces")
    async with socket(client) as connection:
        for number in range(60):
            payload = {"query": "{ categories { slug sections { name } } }"}
            await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))
            if number % 3 == 0:
                await asyncio.sleep(0.002)
            await connection.send(json.dumps({"type": "complete", "id": str(number)}))
        answer = await asyncio.wait_for(ask(connection, "{ categories { slug } }", 1000), 10)
    assert answer["data"] == {"categories": [{"slug": "general"}]}
    assert await asyncio.wait_for(client.data("{ categories { slug } }"), 10) == answer["data"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_operation_given_up_as_it_ends_is_no_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client's `complete` comes while the last answer is on the way."""
    original = Operation.send_operation_message

    async def sent_late(self: Any, message: Any) -> None:
        if message["type"] == "complete":
            await self.handler.cleanup_operation(self.id)
        await original(self, message)

    monkeypatch.setattr(Operation, "send_operation_message", sent_late)
    async with socket(client) as connection:
        assert (await ask(connection, "{ __typename }"))["data"] == {"__typename": "Query"}
        assert (await ask(connection, "{ __typename }", 2))["data"] == {"__typename": "Query"}
    assert "worker task" not in caplog.text


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """The server that is started after this closes silent sockets at once; gives how long it would wait in service."""
    usual = view.INIT_TIMEOUT
    monkeypatch.setattr(view, "INIT_TIMEOUT", timedelta(milliseconds=50))
    return usual


async def test_a_socket_that_does_not_say_who_speaks_is_closed_soon(impatience: timedelta, client: Client) -> None:
    assert impatience <= timedelta(seconds=10)
    url = client.base_url.replace("http", "ws") + "/graphql"
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection, asyncio.timeout(5):
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 4408


async def test_a_syntax_error_fails_its_operation_alone(client: Client) -> None:
    async with socket(client) as connection:
        errors = await ask(connection, "{")
        assert errors[0]["extensions"]["code"] == "BAD_INPUT"
        assert (await ask(connection, "{ __typename }", 2))["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_query_too_long_to_read_fails_its_operation_alone(client: Client) -> None:
    async with socket(client) as connection:
        errors = await ask(connection, "{ __typename } " + "#" * 150_000)
        assert errors[0]["extensions"]["code"] == "TOO_COMPLEX"
        assert (await ask(connection, "{ __typename }", 2))["data"] == {"__typename": "Query"}


class LateSchema:
    """Streams one answer that is on its way when its operation is cancelled, as a read that has just returned is."""

    async def stream(self, *_: object, **__: object) -> Any:
        return self._answers()

    async def _answers(self) -> AsyncIterator[ExecutionResult]:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        yield ExecutionResult({"late": True}, None)


async def test_completing_what_is_just_ending_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []
    websocket = AsyncMock()
    websocket.send_json = AsyncMock(side_effect=sent.append)
    context = Context(Runtime(SECRET))
    handler = SocketHandler(AsyncMock(), websocket, context, None, cast("Any", LateSchema()), timedelta(seconds=9), 100)
    handler.connection_acknowledged = True
    subscribe = {"type": "subscribe", "id": "59", "payload": {"query": "{ late }"}}
    await handler.handle_message(subscribe)
    first = handler.operations["59"].task
    assert first is not None
    await asyncio.sleep(0.01)
    await handler.handle_message({"type": "complete", "id": "59"})
    await handler.handle_message(subscribe)  # The id is free for the next operation, which is another one.
    await asyncio.wait([first])
    assert "59" in handler.operations
    await handler.shutdown()
    assert sent == []
    assert caplog.records == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_says_nothing_is_sent_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert timedelta(seconds=10) == view.INIT_TIMEOUT
    monkeypatch.setattr(view, "INIT_TIMEOUT", timedelta(seconds=0.2))
    async with served(create_app(settings)) as server:
        url = server.url.replace("http", "ws") + "/graphql"
        async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(connection.recv(), 5)
            assert connection.close_code == 4408


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_pong_says_that_subscriptions_asked_for_before_have_begun(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_begin = asyncio.Event()

    async def held_up() -> int:
        await may_begin.wait()
        return await newest_event()

    monkeypatch.setattr("resolvers.forum.stream.post_added.newest_event", held_up)
    async with socket(client) as connection:
        await start(connection, POST_ADDED)
        await connection.send('{"type": "ping"}')
        assert await Subscriber(connection).hears_nothing()
        may_begin.set()
        assert await Subscriber(connection).message() == {"type": "pong"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_pong_waits_neither_for_queries_nor_for_what_was_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("resolvers.forum.tree.forum._categories", never)
    async with socket(client) as connection:
        await start(connection, "{ categories { slug } }", 1)
        await start(connection, 'subscription { rightsUpdated(allianceTag: "X") { id } }', 2)
        await connection.send('{"type": "ping"}')
        types = [(await Subscriber(connection).message(patience=5))["type"] for _ in range(2)]
        assert sorted(types) == ["error", "pong"]
