"""Sockets and event streams of one address: as many as it may hold, and room again once they are closed."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from config import Settings
from tests.wire.client import MASTER, SECRET, Client
from tests.wire.live import PATIENCE, socket

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STREAM = {"accept": "text/event-stream", "content-type": "application/json"}
SUBSCRIPTION = {"query": "subscription { postAdded { id } }"}


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SECRET, master_keys=(MASTER,), sockets_per_address=3)


async def opened(client: Client, address: str = "127.0.0.1") -> Any:
    """A socket of an address, as a proxy on this machine would pass it on."""
    protocols = [Subprotocol("graphql-transport-ws")]
    headers = {"x-forwarded-for": address}
    return await connect(
        client.base_url.replace("http", "ws") + "/graphql", subprotocols=protocols, additional_headers=headers
    )


async def refusal(client: Client, address: str = "127.0.0.1") -> tuple[int, Any]:
    with pytest.raises(InvalidStatus) as refused:
        await opened(client, address)
    response = refused.value.response
    assert response.headers["retry-after"]
    return response.status_code, json.loads(response.body or b"")["errors"][0]["extensions"]["code"]


async def test_one_more_is_refused_until_one_is_closed(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    held = [await opened(client) for _ in range(3)]
    assert await refusal(client) == (429, "RATE_LIMITED")
    async with client.http.stream("POST", "/graphql", json=SUBSCRIPTION, headers=STREAM) as stream:
        assert stream.status_code == 429
    assert await client.data("{ __typename }") == {"__typename": "Query"}
    other = await opened(client, "203.0.113.9")
    await held.pop().close()
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                held.append(await opened(client))
                break
            except InvalidStatus:
                await asyncio.sleep(0.01)
    for one in (other, *held):
        await one.close()
    assert "ASGI callable" not in caplog.text


async def test_event_streams_count_too(client: Client) -> None:
    async with httpx.AsyncClient(base_url=client.base_url) as http:
        streams = [http.stream("POST", "/graphql", json=SUBSCRIPTION, headers=STREAM) for _ in range(3)]
        for stream in streams:
            assert (await stream.__aenter__()).status_code == 200
        assert await refusal(client) == (429, "RATE_LIMITED")
        for stream in streams:
            await stream.__aexit__(None, None, None)
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with socket(client):
                    return
            except InvalidStatus:
                await asyncio.sleep(0.01)


async def test_the_addresses_of_one_customer_are_one_place(client: Client) -> None:
    held = [await opened(client, f"2001:db8:1:2::{number}") for number in range(1, 4)]
    assert (await refusal(client, "2001:db8:1:2:ffff::9"))[0] == 429
    held.append(await opened(client, "2001:db8:1:3::1"))
    for one in held:
        await one.close()
