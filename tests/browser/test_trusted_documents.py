"""Where nobody may send documents of their own, the service's own pages still work: theirs are fixed and trusted."""

import pytest
from playwright.async_api import expect

from config import Settings
from permissions.exploration import Exploration
from tests.browser.alliance_page import administrator, alliance_with_harvests, cell, open_page
from tests.wire.client import SECRET
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SECRET, trusted_documents={}, exploration=Exploration.NOBODY)


async def test_the_page_of_an_alliance_shows_each_column(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await tab.page.get_by_text("Choisir les colonnes").click()
    for box in await tab.page.locator("#picker input").all():
        await box.check()
    pseudo = planted.members[0].pseudo
    await expect(cell(tab.page, pseudo, "projectedRights")).not_to_be_empty()
    await expect(tab.page.locator("#production canvas").first).to_be_visible()
    field = cell(tab.page, pseudo, "coefficient").get_by_role("textbox")
    await field.fill("50")
    await field.press("Enter")
    await expect(cell(tab.page, pseudo, "coefficient")).to_contain_text("Enregistré.")
