"""Who signs in where somebody else was before: of what that reader was shown, nothing is left on the page."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from models.alliance.member import Member
from tests.browser.alliance_page import administrator, alliance_with_harvests, cell, open_page, sign_in
from tests.browser.rooms_page import open_room, planned_alliance, report
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_next_reader_is_shown_no_right_that_the_last_one_read(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await Member.filter(id=planted.members[1].id).update(user_id=(await administrator("abeille")).id)
    await open_page(tab.page, planted)
    pseudo = planted.members[0].pseudo
    await expect(cell(tab.page, pseudo, "accumulatedRights").locator("input")).to_be_visible()
    await expect(tab.page.locator("#accumulated canvas")).to_be_visible()
    await tab.page.get_by_role("button", name="Se déconnecter").click()
    answered = asyncio.Event()

    async def slow(route: Route) -> None:
        if "query Columns" in (route.request.post_data or ""):
            await answered.wait()
        await route.continue_()

    await tab.page.route("**/graphql", slow)
    await sign_in(tab.page, "abeille")
    await expect(tab.page.locator("#alliance")).to_be_visible()
    await expect(tab.page.locator("#members")).to_be_attached()
    assert await cell(tab.page, pseudo, "accumulatedRights").count() == 0
    assert await tab.page.locator("#accumulated canvas").count() == 0
    answered.set()
    await expect(cell(tab.page, pseudo, "tdc")).to_be_visible()
    assert await cell(tab.page, pseudo, "accumulatedRights").count() == 0


async def test_what_a_room_asked_for_the_last_reader_is_shown_to_nobody(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    page, asked, answered = tab.page, asyncio.Event(), asyncio.Event()
    await open_room(page, alliance, "plan")
    await subscriptions(client, 3)

    async def slow(route: Route) -> None:
        if "deliveryPlan" in (route.request.post_data or ""):
            asked.set()
            await answered.wait()
        await route.continue_()

    await page.route("**/graphql", slow)
    await report(alliance, "Paco", 1200)
    await asyncio.wait_for(asked.wait(), 10)
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page.locator("#room")).to_be_hidden()
    async with page.expect_response("**/graphql"):
        answered.set()
    await page.wait_for_timeout(300)
    await expect(page.locator("#room")).to_be_hidden()
    await expect(page.locator("#refusal")).to_be_empty()
