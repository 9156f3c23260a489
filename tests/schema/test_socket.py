"""The graphql-transport-ws socket: signing in, hostile messages, and operations that are given up half-way."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models.post import Post
from models.section import Section
from models.session import Session
from models.topic import Topic
from resolvers.node import global_id
from tests import world
from tests.client import Client


@asynccontextmanager
async def socket(client: Client, payload: Any = None) -> AsyncIterator[ClientConnection]:
    """A socket past its connection_init."""
    url = client.base_url.replace("http", "ws") + "/graphql"
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": payload or {}}))
        assert json.loads(await connection.recv())["type"] == "connection_ack"
        yield connection


async def ask(connection: ClientConnection, query: str, number: int = 1) -> Any:
    """The first message that answers one operation."""
    await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": {"query": query}}))
    while True:
        frame = await connection.recv()
        assert isinstance(frame, str), "the protocol is text"
        message = json.loads(frame)
        if message.get("id") == str(number) and message["type"] != "complete":
            return message["payload"]


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


HOSTILE = [
    "", "null", "1", '"x"', "[]", "{}", "{", '{"type": null}', '{"type": 1}', '{"type": []}', '{"type": "oops"}',
    '{"type": "subscribe"}', '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "1"}', '{"type": "subscribe", "id": "1", "payload": null}',
    '{"type": "subscribe", "id": "1", "payload": []}', '{"type": "subscribe", "id": "1", "payload": {}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": 3}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "operationName": {}}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "\\u0000"}}',
    '{"type": "complete"}', '{"type": "complete", "id": 5}', '{"type": "complete", "id": "never"}',
    '{"type": "connection_init"}', '{"type": "connection_init", "payload": 3}',
    '{"type": "ping", "payload": "\\ud800"}',
    "[" * 50_000, '{"type": "pong", "payload": ' + "[" * 500 + "]" * 500 + "}",
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ a(b: ' + "[" * 3000 + '"}}',
]  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_hostile_messages_end_in_an_error_or_a_clean_close(client: Client) -> None:
    for message in HOSTILE:
        async with socket(client) as connection:
            await connection.send(message)
            await connection.send('{"type": "ping"}')
            try:
                received = json.loads(await asyncio.wait_for(connection.recv(), 5))
                assert received["type"] in {"pong", "error", "next"}, message[:80]
            except ConnectionClosed:
                assert 4400 <= (connection.close_code or 0) < 4500, (message[:80], connection.close_code)
    assert await client.data("{ __typename }") == {"__typename": "Query"}


async def test_writes_given_up_half_way_are_whole_or_nothing(client: Client) -> None:
    """By `complete` on a socket, and by a connection that is cut while its answer is made."""
    section = await world.section("general", "Bavardages")
    signed_in = await client.as_user(await world.user())
    entry = f'{{ sectionId: "{global_id("Section", section.id)}", title: "T", body: "B" }}'
    mutation = f"mutation {{ createTopic(input: {entry}) {{ id }} }}"
    async with socket(client, {"authorization": f"Bearer {signed_in.bearer}"}) as connection:
        for number in range(24):
            message = {"type": "subscribe", "id": str(number), "payload": {"query": mutation}}
            await connection.send(json.dumps(message))
            await asyncio.sleep(0.001 * (number % 8))
            await connection.send(json.dumps({"type": "complete", "id": str(number)}))
    for number in range(12):
        await _cut_off(client, mutation, signed_in.bearer or "", 0.001 * number)
    assert await asyncio.wait_for(signed_in.codes(mutation), 10) == []
    topics = await Topic.all()
    counted = await Section.get(id=section.id)
    assert counted.topic_count == len(topics)
    assert counted.post_count == await Post.all().count() == len(topics)


async def _cut_off(client: Client, query: str, bearer: str, seconds: float) -> None:
    """Asks over a connection of its own and hangs up before the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(client.base_url.rsplit(":", 1)[1]))
    body = json.dumps({"query": query}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {bearer}\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    await asyncio.sleep(seconds)
    writer.close()
    del reader
