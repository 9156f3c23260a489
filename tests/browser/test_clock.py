"""Pages that time makes untrue: read again after harvests, arrivals and an absence, without touching what is typed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from domain.account.password import SALT_BYTES, hash_password
from models.account.user import User
from models.alliance.alliance import Alliance
from models.hosting.hosting import Hosting
from models.orders.convoy import Convoy
from models.orders.order import Order
from tests.browser.alliance_page import PASSWORD, administrator, sign_in
from tests.browser.rooms_page import open_room, planned_alliance, row
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab
from tests.worlds.alliance import housed

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COMES_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


async def _settled(client: Client, count: int) -> None:
    """The page has heard that its subscriptions have begun, and has read once more."""
    await subscriptions(client, count)
    await asyncio.sleep(1)


async def _due_in(days: int) -> None:
    """As time alone would have it: nobody is told."""
    await Order.all().update(due_on=datetime.now(UTC).date() + timedelta(days=days))


@pytest.mark.parametrize(("room", "pseudo"), [("plan", "Reine"), ("own", "Paco")])
async def test_what_to_send_is_read_after_a_harvest_and_by_who_comes_back(
    tab: Tab, client: Client, room: str, pseudo: str
) -> None:
    alliance, _ = await planned_alliance(client)
    await Alliance.filter(tag=alliance.tag).update(next_harvest_at=datetime.now(UTC) + timedelta(minutes=5))
    page = tab.page
    await page.clock.install()
    await open_room(page, alliance, room, pseudo)
    shown, late = page.locator("#planned, #own-plan"), page.locator("#room .late")
    await expect(shown).to_contain_text("Zoé")
    await _settled(client, 3)
    await _due_in(-1)
    await page.evaluate(COMES_BACK)
    await page.clock.fast_forward("04:30")
    await expect(late).to_have_count(0)
    await page.clock.fast_forward("00:40")
    await expect(late.first).to_be_visible()
    await _due_in(9)
    await page.clock.fast_forward("00:12")
    await page.evaluate(COMES_BACK)
    await expect(late).to_have_count(0)


async def test_what_is_typed_stays_and_so_does_the_focus(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    page = tab.page
    await page.clock.install()
    await open_room(page, alliance, "own", "Paco")
    await _settled(client, 3)
    amount = page.get_by_label("Matériaux, Zoé")
    await amount.fill("123")
    await _due_in(-1)
    await Order.all().update(materials_requested=400)
    await page.clock.fast_forward("01:12")
    await page.evaluate(COMES_BACK)
    await expect(row(page, "own-plan", "Zoé").locator(".late").first).to_be_visible()
    await expect(amount).to_have_value("123")
    await expect(amount).to_be_focused()
    await amount.fill("1\u202f000")
    await amount.blur()
    await expect(amount).to_have_value("400")


async def test_an_arrival_is_a_moment_too(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    page = tab.page
    await page.clock.install()
    await open_room(page, alliance, "plan")
    await page.get_by_role("button", name="Envoyé, Reine → Zoé").click()
    await expect(row(page, "away", "Reine")).to_be_visible()
    await Convoy.all().update(arrives_at=datetime.now(UTC) + timedelta(seconds=60))
    await page.reload()
    await expect(row(page, "away", "Reine")).to_be_visible()
    await _settled(client, 3)
    await _due_in(-1)
    await page.clock.fast_forward("00:45")
    await expect(page.locator("#planned .late")).to_have_count(0)
    await page.clock.fast_forward("00:25")
    await expect(page.locator("#planned .late").first).to_be_visible()


async def test_hostings_are_read_again_and_say_when(tab: Tab, client: Client) -> None:
    mother, _ = await housed(client)
    ids = [user.id for user in mother.users.values()]
    await User.filter(id__in=ids).update(password_hash=hash_password(PASSWORD, b"s" * SALT_BYTES))
    page = tab.page
    await page.clock.install()
    await open_room(page, mother, "hostings")
    await expect(row(page, "hostings", "HOT")).to_contain_text("ouvert")
    await expect(page.locator("#read-at")).to_contain_text("Lu à")
    await _settled(client, 1)
    await Hosting.all().update(closed_at=datetime.now(UTC))
    await page.clock.fast_forward("01:05")
    await expect(page.locator("#read-at")).to_contain_text("il y a 1 minute")
    await expect(row(page, "hostings", "HOT")).to_contain_text("ouvert")
    await page.clock.fast_forward("04:10")
    await expect(row(page, "hostings", "HOT")).to_contain_text("fermé")
    await Hosting.all().update(closed_at=None)
    await page.clock.fast_forward("00:12")
    await page.evaluate(COMES_BACK)
    await expect(row(page, "hostings", "HOT")).to_contain_text("ouvert")


async def test_a_clock_that_is_ahead_renews_no_token_before_its_time(tab: Tab) -> None:
    await administrator()
    page: Page = tab.page
    await page.clock.install(time=datetime.now(UTC) + timedelta(hours=3))
    await page.goto("/account")
    await sign_in(page, "reine")
    await expect(page.get_by_role("heading", name="Profil")).to_be_visible()
    await page.clock.run_for(5000)
    assert sum(address.endswith("/session/renew") for address in tab.addresses) == 1
