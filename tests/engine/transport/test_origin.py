"""Which pages may call: preflights, answers, sockets and event streams go by one list; programs have no origin."""

from dataclasses import replace

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from config import Settings
from engine.transport.origin import ASKED_BY, BY_PROXY, DIRECT
from tests.wire.client import Client

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FRONTEND = "https://forum.example.org"
EXTENSION = "moz-extension://5a1e9b5c-1f0e-4b6e-9d3c-0c8a1b2d3e4f"
STRANGERS = ("https://evil.example.org", "https://forum.example.org.evil.org", "http://forum.example.org", "null")


@pytest.fixture(params=[(FRONTEND, EXTENSION)])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, allowed_origins=frozenset(request.param))


async def preflight(client: Client, origin: str, asked: str = ", ".join(ASKED_BY)) -> tuple[int, str | None]:
    headers = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": asked}
    answer = await client.http.options("/graphql", headers=headers)
    assert "access-control-allow-credentials" not in answer.headers
    return answer.status_code, answer.headers.get("access-control-allow-origin")


async def stream(client: Client, origin: str | None) -> int:
    headers = {"accept": "text/event-stream"} | ({"origin": origin} if origin else {})
    query = "subscription { postAdded { id } }"
    async with client.http.stream("POST", "/graphql", json={"query": query}, headers=headers) as answer:
        return answer.status_code


async def socket(client: Client, origin: str | None) -> int:
    url = client.base_url.replace("http", "ws") + "/graphql"
    given = None if origin is None else Origin(origin)
    try:
        async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], origin=given):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.mark.parametrize("origin", [FRONTEND, EXTENSION])
async def test_an_allowed_page(client: Client, origin: str) -> None:
    assert await preflight(client, origin) == (200, origin)
    assert (await preflight(client, origin, "x-other"))[0] == 400
    answer = await client.http.post("/graphql", json={"query": "{"}, headers={"origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert {"Retry-After", "RateLimit", "RateLimit-Policy"} <= set(
        answer.headers["access-control-expose-headers"].split(", ")
    )
    assert answer.headers["vary"] == "Origin"
    kept = await client.http.get("/graphql?query=%7B__typename%7D", headers={"origin": origin})
    assert kept.headers["vary"] == "Authorization, Accept-Language, Accept, Origin"
    assert await stream(client, origin) == 200
    assert await socket(client, origin) == 101


@pytest.mark.parametrize("origin", STRANGERS)
async def test_any_other_page(client: Client, origin: str) -> None:
    assert await preflight(client, origin) == (400, None)
    answer = await client.http.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    assert await stream(client, origin) == 403
    assert await socket(client, origin) == 403


async def test_own_pages_and_programs_need_no_leave(client: Client) -> None:
    for origin in (None, client.base_url):
        assert await stream(client, origin) == 200
        assert await socket(client, origin) == 101


@pytest.mark.parametrize(("headers", "remedy"), [({}, DIRECT), ({"x-forwarded-for": "192.0.2.7"}, BY_PROXY)])
async def test_the_log_says_what_to_do_where_a_page_is_refused(
    client: Client, caplog: pytest.LogCaptureFixture, headers: dict[str, str], remedy: str
) -> None:
    """The commonest reason is a proxy that tells a Host of its own."""
    url = client.base_url.replace("http", "ws") + "/graphql"
    with pytest.raises(InvalidStatus):
        async with connect(url, origin=Origin("https://own.example.org"), additional_headers=headers):
            pass
    host = client.base_url.removeprefix("http://")
    assert remedy % ("https://own.example.org", host) in caplog.messages
    assert not [message for message in caplog.messages if "allowed_origins" in message]


async def test_a_page_of_its_own_is_known_by_the_browser_where_the_host_is_wrong(client: Client) -> None:
    own = {"origin": "https://own.example.org", "sec-fetch-site": "same-origin", "accept": "text/event-stream"}
    query = {"query": "subscription { postAdded { id } }"}
    for site, status in (("same-origin", 200), ("same-site", 403)):
        headers = {**own, "sec-fetch-site": site}
        async with client.http.stream("POST", "/graphql", json=query, headers=headers) as answer:
            assert answer.status_code == status


@pytest.mark.parametrize("settings", [("*",)], indirect=True)
async def test_all_pages_where_the_operator_says_so(client: Client) -> None:
    assert await preflight(client, "https://evil.example.org") == (200, "*")
    assert await stream(client, "https://evil.example.org") == 200
    assert await socket(client, "null") == 101


@pytest.mark.parametrize("settings", [()], indirect=True)
async def test_none_unless_they_are_named(client: Client) -> None:
    assert (await preflight(client, FRONTEND))[1] is None
    assert await stream(client, FRONTEND) == 403
    assert await socket(client, FRONTEND) == 403
