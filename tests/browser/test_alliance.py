"""The alliance's page as its administrators use it: columns picked and kept, values edited in place, charts, toasts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from domain.account.password import SALT_BYTES, hash_password
from models.account.user import User
from models.alliance.alliance import Alliance
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab
from tests.worlds import world
from tests.worlds.rights import Planted, plant, some_players

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSWORD = "a long password"
HALF_HOUR = timedelta(minutes=30)


async def _administrator(name: str = "reine") -> User:
    user = await world.user(name=name)
    await User.filter(id=user.id).update(password_hash=hash_password(PASSWORD, b"s" * SALT_BYTES))
    return user


async def _alliance(administrator: User, harvests: int = 4) -> Planted:
    """Six members with some harvests behind them; the first is the administrator's."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - HALF_HOUR * (harvests + 1)
    planted = await plant(some_players(6, start), start, start + HALF_HOUR)
    first = planted.members[0]
    await Member.filter(id=first.id).update(user_id=administrator.id, can_administer=True)
    for number in range(harvests):
        await harvest(planted.alliance.id, start + HALF_HOUR * (number + 1))
        await Member.filter(alliance=planted.alliance).update(tdc=10**5 * (number + 2))
    return planted


async def _open(page: Page, planted: Planted, name: str = "reine") -> None:
    await page.goto(f"/alliances/{planted.alliance.tag}")
    await page.get_by_label("Nom ou adresse").fill(name)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.locator("#name")).to_have_text(name)


def _cell(page: Page, pseudo: str, column: str) -> Locator:
    return page.locator(f'tr[data-member="{pseudo}"] [data-column="{column}"]')


async def test_the_usual_columns_are_shown_and_the_choice_is_kept(tab: Tab) -> None:
    planted = await _alliance(await _administrator())
    await _open(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    heads = tab.page.locator("#members thead th")
    await expect(heads).to_contain_text(["Membre", "Coefficient", "Liberté d'ajustement", "Droits accumulés"])
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="baseShare"]').check()
    await tab.page.locator('input[name="adjustment"]').uncheck()
    pseudo = planted.members[0].pseudo
    await expect(_cell(tab.page, pseudo, "baseShare")).not_to_be_empty()
    await expect(_cell(tab.page, pseudo, "adjustment")).to_have_count(0)
    await tab.page.reload()
    await _open(tab.page, planted)
    await expect(_cell(tab.page, pseudo, "baseShare")).not_to_be_empty()
    await expect(_cell(tab.page, pseudo, "adjustment")).to_have_count(0)


async def test_only_what_is_picked_is_asked_for(tab: Tab) -> None:
    planted = await _alliance(await _administrator())
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.post_data or ""))
    await _open(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    members = next(text for text in asked if "query Members" in text)
    assert "coefficient" in members
    assert "quantitySent" not in members


async def test_a_coefficient_is_edited_in_place_and_the_shares_follow(tab: Tab) -> None:
    planted = await _alliance(await _administrator())
    await _open(tab.page, planted)
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="shareWithCoefficient"]').check()
    pseudo = planted.members[1].pseudo
    share = _cell(tab.page, pseudo, "shareWithCoefficient")
    await expect(share).not_to_be_empty()
    before = await share.inner_text()
    field = _cell(tab.page, pseudo, "coefficient").get_by_role("spinbutton")
    await field.fill("937.5")
    await field.press("Enter")
    await expect(tab.page.locator("#notice")).to_have_text("Enregistré.")
    await expect(share).not_to_have_text(before)
    kept = await Member.get(id=planted.members[1].id)
    assert kept.coefficient == 937.5
    await field.fill("-3")
    await field.press("Enter")
    await expect(tab.page.locator("#notice.problem")).not_to_be_empty()
    await expect(field).to_have_value("937.5")


async def test_rows_are_sorted_by_any_column(tab: Tab) -> None:
    planted = await _alliance(await _administrator())
    await _open(tab.page, planted)
    await tab.page.get_by_role("button", name="Droits accumulés").click()
    await expect(tab.page.locator('th[aria-sort="descending"]')).to_contain_text("Droits accumulés")
    fields = tab.page.locator('[data-column="accumulatedRights"] input')
    values = [float(await field.input_value()) for field in await fields.all()]
    assert values == sorted(values, reverse=True)


async def test_the_charts_draw_every_member_and_every_harvest(tab: Tab) -> None:
    planted = await _alliance(await _administrator(), harvests=5)
    await _open(tab.page, planted)
    await expect(tab.page.locator("#accumulated polyline")).to_have_count(6)
    await expect(tab.page.locator("#production rect.bar")).to_have_count(5)
    await expect(tab.page.get_by_role("img", name="Droits accumulés")).to_be_visible()
    await tab.page.locator("#production summary").click()
    await expect(tab.page.locator("#production tbody tr")).to_have_count(5)


async def test_the_page_is_closed_to_those_who_do_not_administer(tab: Tab) -> None:
    planted = await _alliance(await _administrator())
    other = await _administrator("curieux")
    await Member.filter(id=planted.members[2].id).update(user_id=other.id)
    await _open(tab.page, planted, "curieux")
    await expect(tab.page.locator("#notice")).to_contain_text("réservée")
    await expect(tab.page.locator("#alliance")).to_be_hidden()


async def test_the_page_fits_a_phone_and_speaks_english(browser: Browser, client: Client, tmp_path: Path) -> None:
    planted = await _alliance(await _administrator())
    context = await browser.new_context(
        base_url=client.base_url, locale="en-GB", viewport={"width": 390, "height": 800}, device_scale_factor=2
    )
    page = await context.new_page()
    await page.goto(f"/alliances/{planted.alliance.tag}")
    await page.get_by_label("Name or address").fill("reine")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Members")).to_be_visible()
    await expect(page.locator("#members tbody tr")).to_have_count(6)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.screenshot(path=tmp_path / "phone.png", full_page=True)
    await context.close()


async def test_a_second_browser_sees_the_shares_move(tab: Tab, browser: Browser, client: Client) -> None:
    planted = await _alliance(await _administrator())
    second = await _administrator("seconde")
    await Member.filter(id=planted.members[3].id).update(user_id=second.id, can_administer=True)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    watching = await context.new_page()
    await _open(watching, planted, "seconde")
    pseudo = planted.members[1].pseudo
    await watching.get_by_text("Choisir les colonnes").click()
    await watching.locator('input[name="shareWithCoefficient"]').check()
    share = _cell(watching, pseudo, "shareWithCoefficient")
    await expect(share).not_to_be_empty()
    before = await share.inner_text()
    await _open(tab.page, planted)
    field = _cell(tab.page, pseudo, "coefficient").get_by_role("spinbutton")
    await field.fill("640")
    await field.press("Enter")
    await expect(share).not_to_have_text(before)
    await expect(_cell(watching, pseudo, "coefficient").get_by_role("spinbutton")).to_have_value("640")
    await context.close()


async def test_a_blocked_harvest_is_told_in_a_toast(tab: Tab, client: Client) -> None:
    planted = await _alliance(await _administrator())
    blocking = planted.members[4]
    await Census.filter(member_id=blocking.id).delete()
    await Member.filter(id=blocking.id).update(coefficient=100)
    await _open(tab.page, planted)
    await subscriptions(client, 2)  # Rights and notifications.
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at is not None
    await harvest(kept.id, kept.next_harvest_at)
    await expect(tab.page.locator("#toasts .toast")).to_contain_text(blocking.pseudo)
