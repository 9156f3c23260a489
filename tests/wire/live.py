"""A subscriber as the tests use it: one operation on one graphql-transport-ws socket."""

import asyncio
import json
import socket as net
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.wire.client import Client

POST_ADDED = """subscription($topicId: ID, $sectionId: ID, $after: String) {
    postAdded(topicId: $topicId, sectionId: $sectionId, after: $after) { id body cursor topic { title } } }"""
PATIENCE = 10.0


class Subscriber:
    """Hears one operation. `bodies` are of posts, in the order of their arrival."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.cursor: str | None = None

    async def message(self, patience: float = PATIENCE) -> dict[str, Any]:
        async with asyncio.timeout(patience):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def post(self, patience: float = PATIENCE) -> dict[str, Any]:
        message = await self.message(patience)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        found: dict[str, Any] = message["payload"]["data"]["postAdded"]
        self.cursor = found["cursor"]
        return found

    async def bodies(self, number: int) -> list[str]:
        return [(await self.post())["body"] for _ in range(number)]

    async def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            await self.message(seconds)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def socket(client: Client, payload: Any = None, *, narrow: bool = False) -> AsyncIterator[ClientConnection]:
    """A socket past its connection_init, signed in as the client is. A narrow one holds little that is not read."""
    compression = None if narrow else "deflate"
    if payload is None:
        payload = {} if client.bearer is None else {"Authorization": f"Bearer {client.bearer}"}
    url = client.base_url.replace("http", "ws") + "/graphql"
    place = httpx.URL(url)
    link = net.socket()
    if narrow:
        link.setsockopt(net.SOL_SOCKET, net.SO_RCVBUF, 32_768)
    link.connect((place.host, place.port))
    protocols = [Subprotocol("graphql-transport-ws")]
    async with connect(
        url, subprotocols=protocols, max_queue=None, max_size=None, sock=link, compression=compression
    ) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await connection.recv())["type"] == "connection_ack"
        yield connection


async def start(connection: ClientConnection, query: str, number: int = 1, /, **variables: Any) -> None:
    """Starts an operation and returns when the server has begun with it: it answers what comes later later."""
    payload = {"query": query, "variables": variables}
    await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))


@asynccontextmanager
async def subscribed(
    client: Client, query: str = POST_ADDED, *, narrow: bool = False, **variables: Any
) -> AsyncIterator[Subscriber]:
    """A subscription that is under way."""
    before = await count(client, "pheromone_subscriptions")
    async with socket(client, narrow=narrow) as connection:
        await start(connection, query, **variables)
        if "after" not in variables:
            await subscriptions(client, before + 1)
        yield Subscriber(connection)


async def subscriptions(client: Client, number: float, patience: float = PATIENCE) -> None:
    """Returns once the server has so many under way."""
    async with asyncio.timeout(patience):
        while await count(client, "pheromone_subscriptions") < number:  # noqa: ASYNC110 - told over HTTP
            await asyncio.sleep(0.005)


async def count(client: Client, name: str) -> float:
    """One number of /metrics."""
    lines = (await client.http.get("/metrics")).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


async def ask(connection: ClientConnection, query: str, number: int = 1) -> Any:
    """The first message that answers one operation."""
    await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": {"query": query}}))
    while True:
        frame = await connection.recv()
        assert isinstance(frame, str), "the protocol is text"
        message = json.loads(frame)
        if message.get("id") == str(number) and message["type"] != "complete":
            return message["payload"]
