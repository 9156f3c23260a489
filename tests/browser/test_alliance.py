"""The alliance's page as its administrators use it: columns picked and kept, values edited in place, charts, toasts."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from models.alliance.alliance import Alliance
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.browser.alliance_page import PASSWORD, administrator, alliance_with_harvests, cell, open_page
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_usual_columns_are_shown_and_the_choice_is_kept(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    heads = tab.page.locator("#members thead th")
    await expect(heads).to_contain_text(["Membre", "Coefficient", "Liberté d'ajustement", "Droits accumulés"])
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="baseShare"]').check()
    await tab.page.locator('input[name="adjustment"]').uncheck()
    pseudo = planted.members[0].pseudo
    await expect(cell(tab.page, pseudo, "baseShare")).not_to_be_empty()
    await expect(cell(tab.page, pseudo, "adjustment")).to_have_count(0)
    await tab.page.reload()
    await open_page(tab.page, planted)
    await expect(cell(tab.page, pseudo, "baseShare")).not_to_be_empty()
    await expect(cell(tab.page, pseudo, "adjustment")).to_have_count(0)


async def test_only_what_is_picked_is_asked_for(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.post_data or ""))
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    variables = json.loads(next(text for text in asked if "query Members" in text))["variables"]
    assert variables["coefficient"]
    assert "quantitySent" not in variables


async def test_an_outsider_is_refused_and_not_told_of_an_empty_alliance(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await administrator("passant")
    await open_page(tab.page, planted, "passant")
    await expect(tab.page.locator("#notice.problem")).to_contain_text("administr")
    await expect(tab.page.locator("#alliance")).to_be_hidden()


async def test_a_coefficient_is_edited_in_place_and_the_shares_follow(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="shareWithCoefficient"]').check()
    pseudo = planted.members[1].pseudo
    share = cell(tab.page, pseudo, "shareWithCoefficient")
    await expect(share).not_to_be_empty()
    before = await share.inner_text()
    field = cell(tab.page, pseudo, "coefficient").get_by_role("spinbutton")
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
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await tab.page.get_by_role("button", name="Droits accumulés").click()
    await expect(tab.page.locator('th[aria-sort="descending"]')).to_contain_text("Droits accumulés")
    fields = tab.page.locator('[data-column="accumulatedRights"] input')
    values = [float(await field.input_value()) for field in await fields.all()]
    assert values == sorted(values, reverse=True)


async def test_the_charts_draw_every_member_and_every_harvest(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=5)
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#accumulated polyline")).to_have_count(6)
    await expect(tab.page.locator("#production rect.bar")).to_have_count(5)
    await expect(tab.page.get_by_role("img", name="Droits accumulés")).to_be_visible()
    await tab.page.locator("#production summary").click()
    await expect(tab.page.locator("#production tbody tr")).to_have_count(5)


async def test_the_page_is_closed_to_those_who_do_not_administer(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    other = await administrator("curieux")
    await Member.filter(id=planted.members[2].id).update(user_id=other.id)
    await open_page(tab.page, planted, "curieux")
    await expect(tab.page.locator("#notice")).to_contain_text("réservée")
    await expect(tab.page.locator("#alliance")).to_be_hidden()


async def test_the_page_fits_a_phone_and_speaks_english(browser: Browser, client: Client, tmp_path: Path) -> None:
    planted = await alliance_with_harvests(await administrator())
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
    planted = await alliance_with_harvests(await administrator())
    second = await administrator("seconde")
    await Member.filter(id=planted.members[3].id).update(user_id=second.id, can_administer=True)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    watching = await context.new_page()
    await open_page(watching, planted, "seconde")
    pseudo = planted.members[1].pseudo
    await watching.get_by_text("Choisir les colonnes").click()
    await watching.locator('input[name="shareWithCoefficient"]').check()
    share = cell(watching, pseudo, "shareWithCoefficient")
    await expect(share).not_to_be_empty()
    before = await share.inner_text()
    await open_page(tab.page, planted)
    field = cell(tab.page, pseudo, "coefficient").get_by_role("spinbutton")
    await field.fill("640")
    await field.press("Enter")
    await expect(share).not_to_have_text(before)
    await expect(cell(watching, pseudo, "coefficient").get_by_role("spinbutton")).to_have_value("640")
    await context.close()


async def test_a_blocked_harvest_is_told_in_a_toast(tab: Tab, client: Client) -> None:
    planted = await alliance_with_harvests(await administrator())
    blocking = planted.members[4]
    await Census.filter(member_id=blocking.id).delete()
    await Member.filter(id=blocking.id).update(coefficient=100)
    await open_page(tab.page, planted)
    await subscriptions(client, 2)  # Rights and notifications.
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at is not None
    await harvest(kept.id, kept.next_harvest_at)
    await expect(tab.page.locator("#toasts .toast")).to_contain_text(blocking.pseudo)
