"""The cookie that the pages share: who may use it, what it opens, and what ends it."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from app import create_app
from config import Settings
from models.account.session import RefreshToken, Session
from models.account.user import User
from pages import session_gate
from resolvers.account.sign_in.carried_session import REPEATED_WITHIN
from tests.wire.client import Client
from tests.wire.clock import DrivenClock
from tests.wire.server import served

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }"
REFRESH = "mutation ($token: String!) { refreshSession(refreshToken: $token) { refreshToken } }"
ME = "{ me { username } }"
PASSWORD = "douze fourmis"
LOGIN = {"input": {"login": "zoe", "password": PASSWORD}, "stay": True}
LONG_AFTER = REPEATED_WITHIN.total_seconds() + 1


@dataclass
class Browser:
    """Pages of one browser: the cookie that it holds, and what a browser says of the page that asks."""

    url: str
    cookie: str = ""

    async def post(self, action: str, body: object = None, **headers: str | None) -> httpx.Response:
        """Headers are named with _ for -; None leaves one out."""
        said: dict[str, str | None] = {
            "origin": self.url, "sec_fetch_site": "same-origin", "x_pheromone": "page",
            "content_type": "application/json", "cookie": self.cookie and f"pheromone={self.cookie}",
        }  # fmt: skip
        sent = {name.replace("_", "-"): value for name, value in (said | headers).items() if value}
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        async with httpx.AsyncClient(base_url=self.url, verify=False) as http:
            response = await http.post(f"/session/{action}", content=content, headers=sent)
        cookie = SimpleCookie(response.headers.get("set-cookie", "")).get("pheromone")
        if cookie is not None:
            self.cookie = cookie.value
        return response

    async def grant(self, action: str, body: object = None, **headers: str | None) -> Any:
        response = await self.post(action, body, **headers)
        assert response.status_code == 200, response.text
        return response.json()["grant"]

    @property
    def token(self) -> str:
        return self.cookie.partition(".")[2]

    def copy(self) -> "Browser":
        """Another browser, into which the cookie was carried."""
        return replace(self)


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock.started()


@pytest.fixture
async def client(settings: Settings, clock: DrivenClock) -> Any:
    async with served(create_app(settings, clock)) as server, Client(server.url) as anonymous:
        yield anonymous


@pytest.fixture
async def browser(client: Client) -> Browser:
    """Signed in as zoe."""
    await client.data(REGISTER, input={"username": "zoe", "email": "z@example.org", "password": PASSWORD})
    found = Browser(client.base_url)
    assert (await found.grant("open", LOGIN))["name"] == "zoe"
    return found


async def name_of(client: Client, grant: Any) -> str | None:
    me = (await Client(client.base_url, client.http, grant["accessToken"]).data(ME))["me"]
    return me and str(me["username"])


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
        await client.data(REGISTER, input={"username": "zoe", "email": "z@example.org", "password": PASSWORD})
        browser, foreign = Browser(client.base_url), {"origin": "https://elsewhere.example"}
        await browser.grant("open", LOGIN)
        assert (await browser.post("renew", **foreign, sec_fetch_site=None)).status_code == 403
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "x-pheromone"}
        assert (await client.http.options("/session/renew", headers=foreign | asked)).status_code == 400
        assert (await browser.grant("renew"))["name"] == "zoe"


@pytest.mark.parametrize("body", [b" ", b"[]", b"{", b'{"input": "\\u0000"}'], ids=str)
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


async def test_registering_signs_in(client: Client) -> None:
    account = {"username": "maia", "email": "m@example.org", "password": PASSWORD}
    browser = Browser(client.base_url)
    grant = await browser.grant("register", {"input": account})
    assert (grant["name"], grant["invitedTo"]) == ("maia", None)
    assert (await browser.grant("renew"))["name"] == "maia"


async def test_nobody_is_no_error(client: Client) -> None:
    assert await Browser(client.base_url).grant("renew") is None
    assert await Browser(client.base_url).grant("end") is None


async def test_a_stolen_cookie_ends_the_session_once_both_were_used(
    browser: Browser, client: Client, clock: DrivenClock
) -> None:
    thief = browser.copy()
    grant = await browser.grant("renew")
    clock.forward(seconds=LONG_AFTER)
    assert await thief.grant("renew") is None
    assert await browser.grant("renew") is None
    assert await Client(client.base_url, client.http, grant["accessToken"]).codes(ME) == ["UNAUTHENTICATED"]
    assert not browser.token, "it is taken back"


async def test_a_thief_who_comes_first_is_found_out_by_the_owner(browser: Browser, clock: DrivenClock) -> None:
    thief = browser.copy()
    assert (await thief.grant("renew"))["name"] == "zoe"
    clock.forward(seconds=LONG_AFTER)
    assert await browser.grant("renew") is None
    assert await thief.grant("renew") is None


async def test_a_token_used_at_the_api_is_no_repetition(browser: Browser, client: Client) -> None:
    spent = browser.token
    stolen = (await client.data(REFRESH, token=spent))["refreshSession"]["refreshToken"]
    assert await browser.grant("renew") is None
    assert await client.codes(REFRESH, token=stolen) == ["UNAUTHENTICATED"]


async def test_a_database_that_is_away_ends_nothing(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(session_gate, "carry_on", away)
        response = await browser.post("renew")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert "set-cookie" not in response.headers
    assert (await browser.grant("renew"))["name"] == "zoe"


async def test_two_tabs_at_once_are_given_one_chain(browser: Browser) -> None:
    tabs = [browser.copy() for _ in range(4)]
    assert [grant["name"] for grant in await asyncio.gather(*(tab.grant("renew") for tab in tabs))] == ["zoe"] * 4
    assert len({tab.token for tab in tabs}) == 1
    assert await RefreshToken.filter(used_at=None).count() == 1 + 1, "that of the registration is another session"
    assert (await tabs[0].grant("renew"))["name"] == "zoe"


async def test_who_repeats_what_was_followed_already_is_a_thief(browser: Browser) -> None:
    first = browser.copy()
    await browser.grant("renew")
    await browser.grant("renew")
    assert await first.grant("renew") is None
    assert await browser.grant("renew") is None


async def test_it_expires(browser: Browser, clock: DrivenClock) -> None:
    clock.forward(days=29)
    assert await browser.grant("renew")
    clock.forward(days=30, seconds=1)
    assert await browser.grant("renew") is None


async def test_a_session_that_was_ended_elsewhere_is_over(browser: Browser, clock: DrivenClock) -> None:
    await Session.all().update(revoked_at=clock())
    assert await browser.grant("renew") is None


async def test_an_account_that_was_shut_out_is_not_carried_on(browser: Browser) -> None:
    await User.all().update(is_active=False)
    assert await browser.grant("renew") is None


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


async def test_a_restarted_service_carries_it_on(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(served(create_app(settings)))
        client = await stack.enter_async_context(Client(server.url))
        await client.data(REGISTER, input={"username": "zoe", "email": "z@example.org", "password": PASSWORD})
        first = Browser(client.base_url)
        await first.grant("open", LOGIN)
    async with served(create_app(settings)) as server, Client(server.url) as client:
        again = Browser(client.base_url, first.cookie)
        assert (await again.grant("renew"))["name"] == "zoe"
