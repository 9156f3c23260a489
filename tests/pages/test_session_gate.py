"""The cookie that the pages share: who may use it, and what it opens."""

import asyncio
from dataclasses import replace

import pytest

from app import create_app
from config import Settings
from models.live.event import Event, EventKind
from pages import session_gate
from tests.wire.client import Client
from tests.wire.page_session import LOGIN, ME, PASSWORD, Browser, name_of, signed_in
from tests.wire.server import served

DEEP = b'{"input":' + b"[" * 300 + b"]" * 300 + b"}"


@pytest.fixture
async def browser(client: Client) -> Browser:
    """Signed in as zoe."""
    return await signed_in(client)


async def test_the_cookie_is_for_the_gate_alone_and_for_no_script(browser: Browser, client: Client) -> None:
    response = await browser.post("renew")
    said = response.headers["set-cookie"].lower().split("; ")
    assert {"httponly", "samesite=strict", "path=/session", "max-age=2592000"} < set(said)
    assert "secure" not in said
    assert browser.token not in response.text
    assert await name_of(client, response.json()["grant"]) == "zoe"
    assert (await client.data(ME))["me"] is None, "/graphql knows no cookie"
    assert (await client.http.get("/account/export")).status_code == 401


async def test_over_tls_the_cookie_goes_by_tls_alone(browser: Browser) -> None:
    response = await browser.post("open", LOGIN, origin=browser.url.replace("http:", "https:"))
    assert response.headers["set-cookie"].startswith("__Secure-pheromone=")
    assert "; Secure" in response.headers["set-cookie"]


async def test_who_does_not_stay_is_forgotten_with_the_browser(browser: Browser) -> None:
    for action, body in (("open", {**LOGIN, "stay": False}), ("renew", {})):
        response = await browser.post(action, body)
        assert "max-age" not in response.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "https://elsewhere.example", "sec_fetch_site": "cross-site"},
        {"origin": "https://elsewhere.example", "sec_fetch_site": None},
        {"sec_fetch_site": "same-site"},
        {"origin": "null", "sec_fetch_site": None},
        {"origin": None},
        {"x_pheromone": None},
        {"content_type": "text/plain"},
        {"content_type": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("action", ["renew", "end", "open", "register"])
async def test_what_no_page_of_this_origin_asks_is_refused_and_changes_nothing(
    browser: Browser, said: dict[str, str | None], action: str
) -> None:
    before = browser.token
    response = await browser.post(action, LOGIN, **said)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "set-cookie" not in response.headers
    assert browser.token == before
    assert (await browser.grant("renew"))["name"] == "zoe"


@pytest.mark.parametrize("allowed", [frozenset({"*"}), frozenset({"https://elsewhere.example"})], ids=str)
async def test_origins_that_may_call_the_api_may_not_use_the_gate(settings: Settings, allowed: frozenset[str]) -> None:
    async with served(create_app(replace(settings, allowed_origins=allowed))) as server, Client(server.url) as client:
        browser, foreign = await signed_in(client), {"origin": "https://elsewhere.example"}
        assert (await browser.post("renew", **foreign, sec_fetch_site=None)).status_code == 403
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "x-pheromone"}
        assert (await client.http.options("/session/renew", headers=foreign | asked)).status_code == 400
        assert (await browser.grant("renew"))["name"] == "zoe"


@pytest.mark.parametrize("body", [b" ", b"[]", b"{", b'{"input": "\\u0000"}', DEEP], ids=lambda body: str(body[:20]))
async def test_a_body_that_is_no_object_is_refused(browser: Browser, body: bytes) -> None:
    response = await browser.post("open", body)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_INPUT")


async def test_a_wrong_password_sets_no_cookie_and_is_told_as_the_api_tells_it(client: Client) -> None:
    response = await Browser(client.base_url).post("open", LOGIN)
    assert "set-cookie" not in response.headers
    assert response.json()["grant"] is None
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    answer = (await Browser(client.base_url).post("register", {"input": {"username": "a@b"}})).json()
    assert answer["errors"]


async def test_what_else_a_request_says_is_not_passed_on(browser: Browser) -> None:
    """Whoever is signed in at the endpoint has no answer with tokens kept under a key."""
    bearer = (await browser.grant("renew"))["accessToken"]
    assert await browser.grant("open", LOGIN, idempotency_key="a-key-of-the-pages", authorization=f"Bearer {bearer}")


async def test_renewing_is_charged_to_the_place_that_asks(settings: Settings) -> None:
    limited = replace(settings, anonymous_cost=10 * session_gate.COST)
    async with served(create_app(limited)) as server, Client(server.url) as client:
        nobodys = Browser(client.base_url, "stays.nobodys")
        answers = [await nobodys.copy().post("renew") for _ in range(12)]
        assert [answer.status_code for answer in answers[:5]] == [200] * 5
        told = answers[-1].json()["errors"][0]["extensions"]
        assert (told["code"], answers[-1].headers["retry-after"]) == ("RATE_LIMITED", str(told["retryAfter"]))
        assert "set-cookie" not in answers[-1].headers


async def test_registering_signs_in(client: Client) -> None:
    account = {"username": "maia", "email": "m@example.org", "password": PASSWORD}
    browser = Browser(client.base_url)
    grant = await browser.grant("register", {"input": account})
    assert (grant["name"], grant["invitedTo"]) == ("maia", None)
    assert (await browser.grant("renew"))["name"] == "maia"


async def test_nobody_is_no_error(client: Client) -> None:
    assert await Browser(client.base_url).grant("renew") is None
    assert await Browser(client.base_url).grant("end") is None


async def test_a_database_that_is_away_ends_nothing(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(session_gate, "carry_on", away)
        response = await browser.post("renew")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert "set-cookie" not in response.headers
    assert (await browser.grant("renew"))["name"] == "zoe"


async def test_signing_out_ends_the_session_at_once(browser: Browser, client: Client) -> None:
    grant = await browser.grant("renew")
    kept = browser.copy()
    assert await browser.grant("end") is None
    assert not browser.token
    assert await kept.grant("renew") is None
    assert await Client(client.base_url, client.http, grant["accessToken"]).codes(ME) == ["UNAUTHENTICATED"]


async def test_signing_in_again_ends_the_sign_in_of_before(browser: Browser) -> None:
    before = browser.copy()
    assert await browser.grant("open", LOGIN)
    assert await before.grant("renew") is None
    assert (await browser.grant("renew"))["name"] == "zoe"


async def test_a_cookie_that_is_nobodys_has_nothing_written_and_tells_nobody(browser: Browser) -> None:
    """Whoever listens is asked about at each end of a session: to have that done takes a session."""
    nobodys = Browser(browser.url, "stays.nobodys")
    for action in ("end", "renew"):
        assert await nobodys.grant(action) is None
    assert await Event.filter(kind=EventKind.SESSION).count() == 0
    over = browser.copy()
    await browser.grant("end")
    assert await over.grant("end") is None
    assert await Event.filter(kind=EventKind.SESSION).count() == 1


async def test_a_fault_of_ours_is_not_told_as_one_of_the_page(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr(session_gate, "carry_on", broken)
    assert (await browser.post("renew")).status_code == 500
    assert "ours" in caplog.text
    caplog.clear()


async def test_a_page_that_goes_while_it_asks_is_no_fault(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    address, _, port = client.base_url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(address, int(port))
    said = f"origin: {client.base_url}\r\nx-pheromone: page\r\ncontent-type: application/json\r\ncontent-length: 9"
    writer.write(f"POST /session/renew HTTP/1.1\r\nhost: {address}:{port}\r\n{said}\r\n\r\n{{".encode())
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await asyncio.sleep(0.1)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_how_long_a_token_is_good_is_told_and_not_until_when(browser: Browser) -> None:
    """The clock of who reads it may be wrong."""
    for grant in (await browser.grant("renew"), await browser.grant("open", LOGIN)):
        assert 890 < grant["expiresIn"] <= 900
