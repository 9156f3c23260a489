"""A database that does not answer: clients are told when to come again, however they ask, and the log stays short."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from engine.execution.error import TranslateErrors
from models.core.driver import sqlite
from models.core.driver.outage import NoConnectionError
from models.core.driver.postgres import BoundedPostgres
from observability import failure
from tests.wire.client import Client
from tests.wire.live import POST_ADDED, ask, socket, start, subscribed
from tests.worlds import world

QUERY = "{ categories { slug } }"
MUTATION = 'mutation { login(input: { login: "zoe", password: "a long password" }) { accessToken } }'


@pytest.fixture
def away(client: Client) -> Iterator[Callable[[], None]]:
    """Takes the database away when it is called."""
    patch = pytest.MonkeyPatch()

    async def refuse(*_: Any) -> NoReturn:
        raise NoConnectionError("the server is not there")

    def leave() -> None:
        patch.setattr(BoundedPostgres, "lend", refuse)
        patch.setattr(sqlite, "_taken", refuse)

    yield leave
    patch.undo()


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("query", [QUERY, MUTATION])
async def test_an_answer_that_says_nothing_else_is_a_503(
    client: Client, away: Callable[[], None], query: str, *, signed_in: bool
) -> None:
    asking = await client.as_user(await world.user()) if signed_in else client
    headers = {"authorization": f"Bearer {asking.bearer}"} if signed_in else {}
    away()
    response = await client.http.post("/graphql", json={"query": query}, headers=headers)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 2}
    assert error["message"] == "Le service est momentanément indisponible, réessayez dans 2 s."


async def test_what_could_be_answered_is_answered(client: Client, away: Callable[[], None]) -> None:
    away()
    answer = await client.ask('{ __typename me { username } section(slug: "a") { name } }')
    assert answer["data"]["__typename"] == "Query"
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"]


async def test_a_thousand_failures_are_a_line_a_second_without_a_trace(
    client: Client, away: Callable[[], None], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failure._Told, "at", 0.0)
    away()
    await asyncio.gather(*(client.http.post("/graphql", json={"query": QUERY}) for _ in range(20)))
    lines = [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert [(line.name, line.exc_info) for line in lines] == [("pheromone.database", None)]


async def test_over_a_socket_it_is_an_error_of_the_operation(client: Client, away: Callable[[], None]) -> None:
    signed_in = await client.as_user(await world.user())
    for asking in (signed_in, client):
        async with socket(asking) as connection:
            away()
            payload = await ask(connection, QUERY)
            errors = payload if isinstance(payload, list) else payload["errors"]
            assert errors[0]["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 2}


@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_subscription_that_cannot_begin_breaks_its_socket(
    client: Client, away: Callable[[], None], *, signed_in: bool
) -> None:
    """No client subscribes again after an error, and all come back to a broken socket."""
    asking = await client.as_user(await world.user()) if signed_in else client
    async with subscribed(client), socket(asking) as connection:
        away()
        await start(connection, POST_ADDED)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(connection.recv(), 5)
        assert connection.close_code == 1012


async def test_a_socket_that_cannot_sign_in_may_come_again_later(client: Client, away: Callable[[], None]) -> None:
    bearer = f"Bearer {(await client.as_user(await world.user())).bearer}"
    url = client.base_url.replace("http", "ws") + "/graphql"
    away()
    for headers, payload in (({"authorization": bearer}, {}), ({}, {"authorization": bearer})):
        protocols = [Subprotocol("graphql-transport-ws")]
        async with connect(url, subprotocols=protocols, additional_headers=headers) as connection:
            with contextlib.suppress(ConnectionClosed):  # By the handshake's header already.
                await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
            await asyncio.wait_for(connection.wait_closed(), 5)
            assert connection.close_code == 1013


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_fault_beside_the_operation_ends_it_with_an_error(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> NoReturn:
        raise RuntimeError("planted")

    async with socket(client) as connection:
        monkeypatch.setattr(TranslateErrors, "_translate", fails)
        (error,) = await ask(connection, QUERY)
        assert error["extensions"]["code"] == "INTERNAL"
        monkeypatch.undo()
        assert "data" in await ask(connection, QUERY)
