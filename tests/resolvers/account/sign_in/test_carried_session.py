"""A sign-in that a cookie carries on: one chain of tokens, whoever repeats one, and what ends it."""

import asyncio
from typing import Any

import pytest

from app import create_app
from config import Settings
from models.account.session import RefreshToken, Session
from models.account.user import User
from models.live.event import Event, EventKind
from resolvers.account.sign_in.carried_session import REPEATED_WITHIN
from tests.wire.client import Client
from tests.wire.clock import DrivenClock
from tests.wire.page_session import ME, Browser, signed_in
from tests.wire.server import served

REFRESH = "mutation ($token: String!) { refreshSession(refreshToken: $token) { refreshToken } }"
LONG_AFTER = REPEATED_WITHIN.total_seconds() + 1


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
    return await signed_in(client)


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
    assert await Event.filter(kind=EventKind.SESSION).count() == 1, "sockets that are open with it end now"


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


async def test_a_restarted_service_carries_it_on(settings: Settings) -> None:
    async with served(create_app(settings)) as server, Client(server.url) as client:
        first = await signed_in(client)
    async with served(create_app(settings)) as server, Client(server.url) as client:
        assert (await Browser(client.base_url, first.cookie).grant("renew"))["name"] == "zoe"
