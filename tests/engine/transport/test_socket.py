"""The graphql-transport-ws socket: signing in, hostile messages, and operations that are given up half-way."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models.account.session import Session
from tests.wire.client import Client
from tests.wire.live import ask, socket
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
