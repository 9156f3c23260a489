"""The proxies as they are shipped, in front of the service: requests, sockets, streams, addresses, limits."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.documents.forum import CREATE_POST, post_input
from tests.wire.client import Client
from tests.wire.proxy import PROGRAMS, proxied
from tests.worlds import world

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
REGISTER = """mutation { register(
    input: {username: "ada", email: "ada@example.org", password: "une reine sans couronne"}) { accessToken } }"""
SESSIONS = "{ me { sessions { place } } }"
POSTS = "subscription { postAdded { body } }"
SHORT = 5.0


@dataclass(frozen=True, slots=True)
class Front:
    """A proxy, and the service behind it."""

    url: str
    trust: ssl.SSLContext
    behind: Client

    def http(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A client at that address of this machine."""
        transport = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        return httpx.AsyncClient(base_url=self.url, transport=transport, timeout=SHORT)


@pytest.fixture(params=PROGRAMS)
async def front(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Front]:
    port = httpx.URL(client.base_url).port or 0
    async with proxied(request.param, port, tmp_path) as (url, trust):
        yield Front(url, trust, client)


async def test_requests_sockets_and_streams_pass(front: Front) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    writer = await front.behind.as_user(await world.user())
    async with front.http() as http:
        answer = await http.post("/graphql", json={"query": "{ categories { slug } }"})
        assert answer.json()["data"]["categories"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "content-encoding" not in answer.headers
        script = await http.get("/pages/shell/session.js", headers={"accept-encoding": "gzip"})
        assert (script.status_code, script.headers.get("content-encoding")) == (200, "gzip")

        stream = http.stream("POST", "/graphql", json={"query": POSTS}, headers={"accept": "text/event-stream"})
        protocols, socket_url = [Subprotocol("graphql-transport-ws")], front.url.replace("https", "wss") + "/graphql"
        async with (
            stream as events,
            connect(socket_url, ssl=front.trust, subprotocols=protocols, origin=Origin(front.url)) as connection,
        ):
            await connection.send(json.dumps({"type": "connection_init"}))
            assert json.loads(await connection.recv())["type"] == "connection_ack"
            await connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": POSTS}}))
            hearing = asyncio.create_task(_hear(events))
            async with asyncio.timeout(SHORT):
                while "pheromone_subscriptions 2.0" not in (await front.behind.http.get("/metrics")).text:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                await writer.data(CREATE_POST, input=post_input(topic, "à tous"))
                told = json.loads(await connection.recv())["payload"]["data"]["postAdded"]["body"]
                assert (told, await hearing) == ("à tous", True)


async def _hear(events: httpx.Response) -> bool:
    """Whether the post comes while the stream is still open."""
    async for line in events.aiter_lines():
        if "à tous" in line or "\\u00e0 tous" in line:
            return True
    return False


async def test_a_page_of_another_origin_opens_no_socket(front: Front) -> None:
    url, protocols = front.url.replace("https", "wss") + "/graphql", [Subprotocol("graphql-transport-ws")]
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, ssl=front.trust, subprotocols=protocols, origin=Origin("https://elsewhere.example.org"))
    assert refused.value.response.status_code == 403


async def test_a_client_s_address_is_the_one_that_the_proxy_saw(front: Front) -> None:
    """Whatever it wrote there itself; and the operators' routes are closed to it."""
    lie = {"x-forwarded-for": "203.0.113.9"}
    async with front.http("127.0.0.2") as http:
        token = (await http.post("/graphql", json={"query": REGISTER}, headers=lie)).json()["data"]["register"]
        signed = {"authorization": f"Bearer {token['accessToken']}"}
        (session,) = (await http.post("/graphql", json={"query": SESSIONS}, headers=signed)).json()["data"]["me"][
            "sessions"
        ]
        assert session["place"] == "127.0.0.2"
        assert [(await http.get(path)).status_code for path in ("/readyz", "/metrics")] == [401, 401]


async def test_what_is_too_large_is_refused_in_the_service_s_words(front: Front) -> None:
    async with front.http() as http:
        refused = await http.post(
            "/graphql", content=b"{" + b" " * 1_200_000, headers={"content-type": "application/json"}
        )
        assert refused.status_code == 413
        assert refused.json()["errors"][0]["extensions"]["code"]
