"""GraphiQL with tokens that expire soon: it renews them by itself, for queries and for what is listened to."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import expect

from config import Settings
from tests.browser.alliance_page import PASSWORD, administrator
from tests.wire.client import Client
from tests.wire.tab import Tab
from tests.worlds import world
from tests.worlds.world import say

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKEN_SECONDS = 4


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, access_token_lifetime=TOKEN_SECONDS)


@pytest.mark.thorough
async def test_tokens_are_renewed_and_what_is_listened_to_goes_on(tab: Tab, client: Client) -> None:
    page, sent = tab.page, list[str]()
    page.on("response", lambda answer: sent.append(answer.url) if "/session/renew" in answer.url else None)
    topic = await world.topic(await world.section("general", "Taverne"), "Un soir")
    await administrator()
    await page.goto("/graphql")
    await page.get_by_label("Nom ou adresse").fill("reine")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.locator("#name")).to_have_text("reine")
    await page.get_by_role("tab").filter(has_text="LivePosts").click()
    await page.wait_for_timeout(1000)
    await page.get_by_role("button", name="Execute query").click()
    await asyncio.sleep(2 * TOKEN_SECONDS)
    result = page.get_by_role("region", name="Result Window")
    for _ in range(20):  # A post that falls between two sockets is not heard.
        await say(topic, "après deux jetons")
        if "après deux jetons" in await result.inner_text():
            break
        await asyncio.sleep(0.2)
    await expect(result).to_contain_text("après deux jetons")
    await page.get_by_role("button", name="Stop query").click()
    await expect(page.locator("#name")).to_have_text("reine")

    await page.get_by_role("tab").filter(has_text="ForumTree").click()
    await page.wait_for_timeout(1000)
    async with page.expect_response("**/graphql") as answered:
        await page.get_by_role("button", name="Execute query").click()
    answer: dict[str, Any] = await (await answered.value).json()
    assert "errors" not in answer
    assert len(sent) >= 3, "once as the page is opened, then before each token expires"
