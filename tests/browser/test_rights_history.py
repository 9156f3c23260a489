"""Who changed what: by member and kind, taken back, and asked again where it has changed since."""

import asyncio
from datetime import UTC, datetime

import pytest
from playwright.async_api import Route, expect

from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.rights.harvest import Harvest
from tests.browser.rooms_page import open_room, planned_alliance, row, set_rights
from tests.wire.axe import violations
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab
from tests.worlds.alliance import CreatedAlliance

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _changed(client: Client) -> CreatedAlliance:
    """Paco's rights -900, set before; then his coefficient 50, 70, and Zoé's adjustment."""
    alliance, _ = await planned_alliance(client)
    await set_rights(alliance, "Zoé", coefficient=10.0)
    for values in ({"coefficient": 50.0}, {"coefficient": 70.0}):
        await set_rights(alliance, "Paco", **values)
    await set_rights(alliance, "Zoé", adjustment="UP")
    return alliance


async def test_changes_are_told_with_who_made_them_and_taken_back(tab: Tab, client: Client) -> None:
    alliance = await _changed(client)
    page = tab.page
    await open_room(page, alliance, "history")
    rows = page.locator("#history tbody tr")
    await expect(rows.nth(0)).to_contain_text("Liberté d'ajustement")
    await expect(rows.nth(0)).to_contain_text("À la hausse")
    await expect(rows.nth(1)).to_contain_text("50 %70 %")
    await expect(rows.nth(1)).to_contain_text(alliance.users["Reine"].username)
    await page.get_by_label("Membre").select_option("Paco")
    await expect(row(page, "history", "Zoé")).to_have_count(0)
    await rows.nth(0).get_by_role("button", name="Rétablir").click()
    await expect(rows.nth(0)).to_contain_text("70 %50 %")
    assert (await Member.get(pseudo="Paco")).coefficient == 50
    assert await violations(page) == []


async def test_what_has_changed_since_is_asked_about(tab: Tab, client: Client) -> None:
    alliance = await _changed(client)
    page = tab.page
    await open_room(page, alliance, "history")
    earlier = row(page, "history", "0 %50 %").get_by_role("button", name="Rétablir")
    await earlier.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Depuis, « Coefficient » de Paco a encore changé et vaut 70 %. Passer à 0 % ?")
    assert await violations(page) == []
    may_answer = asyncio.Event()

    async def late(route: Route) -> None:
        if "query RightsHistory" in (route.request.post_data or ""):
            await may_answer.wait()
        await route.continue_()

    await page.route("**/graphql", late)  # Who turns back need not wait for anything to be read.
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(earlier).to_be_focused()
    assert (await Member.get(pseudo="Paco")).coefficient == 70
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_visible()
    may_answer.set()
    await page.keyboard.press("Enter")
    await expect(row(page, "history", "70 %0 %")).to_be_visible()
    assert (await Member.get(pseudo="Paco")).coefficient == 0


async def test_of_rights_the_difference_alone_is_taken_back(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await set_rights(alliance, "Paco", accumulatedRights=100.0)
    await Member.filter(pseudo="Paco").update(accumulated_thousandths=130_000)  # As a harvest would.
    await open_room(tab.page, alliance, "history")
    await row(tab.page, "history", "-900 matériaux100").get_by_role("button", name="Rétablir").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("vaut 130 matériaux. Passer à -870 matériaux ?")
    await tab.page.get_by_role("dialog").get_by_role("button", name="Rétablir").click()
    await expect(row(tab.page, "history", "130 matériaux-870 matériaux")).to_be_visible()
    assert (await Member.get(pseudo="Paco")).accumulated_thousandths == -870_000


async def test_another_administrators_change_comes_by_itself(tab: Tab, client: Client) -> None:
    alliance = await _changed(client)
    now, mother = datetime.now(UTC), await Alliance.get(tag=alliance.tag)
    await Harvest.create(alliance=mother, harvest_at=now, outcome="APPLIED", created_at=now)
    await open_room(tab.page, alliance, "history")
    await expect(row(tab.page, "history", "70 %")).to_have_count(1)
    await subscriptions(client, 1)
    await set_rights(alliance, "Paco", coefficient=71.0)
    await expect(row(tab.page, "history", "71 %")).to_be_visible()
