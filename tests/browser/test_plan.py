"""What to send, as it is seen and done: a member sends what they should, and administrators see the plan move."""

import pytest
from playwright.async_api import Browser, Page, expect

from models.alliance.member import Member
from models.orders.convoy import Convoy
from tests.browser.rooms_page import open_room, planned_alliance, report, row, second_window
from tests.documents import alliance as docs
from tests.wire.axe import violations
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab
from tests.worlds.alliance import set_status

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_member_sends_what_they_should_and_two_administrators_see_the_plan_move(
    tab: Tab, browser: Browser, client: Client
) -> None:
    alliance, _ = await planned_alliance(client)
    await Member.filter(pseudo="Zoé").update(can_administer=True)
    own, other = [await browser.new_context(base_url=client.base_url, locale="fr-FR") for _ in range(2)]
    await open_room(tab.page, alliance, "plan")
    second = await second_window(other, alliance, "plan", "Zoé")
    member = await second_window(own, alliance, "own", "Paco")
    await subscriptions(client, 9)  # Orders, rights and censuses, for each of the three.
    for page in (tab.page, second):
        await expect(row(page, "planned", "Paco")).to_contain_text("1\u202f000")
        await expect(page.locator("#summary")).to_contain_text("Convois à envoyer : 2.")
    assert await violations(member) == []
    await member.get_by_role("button", name="Envoyé, Zoé").click()
    await expect(member.locator("#notice")).to_have_text("Noté : 1\u202f000 matériaux pour Zoé.")
    await expect(member.get_by_text("Rien à envoyer pour l'instant.")).to_be_visible()
    await expect(row(member, "own-away", "Zoé")).to_contain_text("part vers")
    for page in (tab.page, second):
        await expect(row(page, "planned", "Paco")).to_have_count(0)
        await expect(row(page, "away", "Paco")).to_contain_text("1\u202f000")
    assert [convoy.materials for convoy in await Convoy.all()] == [1000]
    await own.close()
    await other.close()


async def test_an_administrator_records_their_own_and_a_census_moves_the_plan(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await open_room(tab.page, alliance, "plan")
    await subscriptions(client, 3)
    await expect(row(tab.page, "planned", "Paco").get_by_role("button")).to_have_count(0)
    await report(alliance, "Paco", 1200)
    await expect(row(tab.page, "planned", "Reine")).to_contain_text("300")
    await tab.page.get_by_role("button", name="Envoyé, Reine → Zoé").click()
    await expect(row(tab.page, "away", "Reine")).to_contain_text("300")
    await expect(tab.page.locator("#planned tbody tr")).to_have_count(2)


async def test_what_was_refused_is_said_at_its_row(tab: Tab, client: Client) -> None:
    alliance, order = await planned_alliance(client)
    await open_room(tab.page, alliance, "plan")
    await expect(row(tab.page, "planned", "Reine")).to_be_visible()
    await _offline_for_live(tab.page)
    await set_status(alliance, order, "CANCELLED")
    await tab.page.get_by_role("button", name="Envoyé, Reine → Zoé").click()
    fault = row(tab.page, "planned", "Reine").get_by_role("alert")
    await expect(fault).to_have_text("Cette commande a été annulée ou supprimée.")
    assert await violations(tab.page) == []


async def _offline_for_live(page: Page) -> None:
    """The page hears nothing from now on, so that it shows what has ceased to be."""
    await page.context.add_init_script("window.WebSocket = class extends EventTarget { close() {} send() {} }")
    await page.reload()
    await expect(page.locator("#planned tbody tr")).to_have_count(3)


async def test_what_is_unserved_says_why_and_what_is_under_way_can_be_called_back(tab: Tab, client: Client) -> None:
    alliance, order = await planned_alliance(client)
    await alliance.founder.data(docs.PLACE, input=docs.order(alliance.tag, 70))
    await alliance.founder.data(docs.SEND, input=docs.convoy(order, 100))
    await open_room(tab.page, alliance, "plan")
    await expect(row(tab.page, "unserved", "Reine")).to_contain_text("Un administrateur doit d'abord accepter")
    await row(tab.page, "away", "Reine").get_by_role("button", name="Annuler le convoi").click()
    await expect(tab.page.locator("#away")).to_be_hidden()
    assert await violations(tab.page) == []
