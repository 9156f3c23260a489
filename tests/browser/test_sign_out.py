"""Signing out while a tab renews its token: nobody is signed in again by an answer that comes late."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from models.account.session import Session
from tests.browser.alliance_page import administrator, sign_in
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RENEW = "import('/pages/shell/session.js').then(({ session }) => { session.renew().catch(() => {}); })"


@pytest.mark.parametrize("is_other", [False, True], ids=["this tab", "another tab"])
async def test_what_was_being_renewed_is_over_too(tab: Tab, is_other: bool) -> None:
    await administrator()
    other = await tab.page.context.new_page()
    for page in (tab.page, other):
        await page.goto("/")
        await expect(page.locator("#sign-in")).to_be_visible()
    await sign_in(tab.page, "reine")
    await expect(other.locator("#account")).to_be_visible()
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slow(route: Route) -> None:
        asked.set()
        await answered.wait()
        await route.continue_()

    renewing = other if is_other else tab.page
    await renewing.route("**/session/renew", slow)
    await renewing.evaluate(RENEW)
    await asked.wait()
    async with tab.page.expect_response("**/session/end"):
        await tab.page.get_by_role("button", name="Se déconnecter").click()
        answered.set()
    for page in (tab.page, other):
        await expect(page.locator("#account")).to_be_hidden()
        await expect(page.locator("#sign-in")).to_be_visible()
    assert await Session.filter(revoked_at=None).count() == 0
