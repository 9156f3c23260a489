"""The viewer's own page: their rights in words and units, what to send with what was really sent, what they follow."""

import pytest
from playwright.async_api import expect

from models.alliance.member import Member
from models.live.attention import SectionAttention
from models.orders.convoy import Convoy
from tests.browser.rooms_page import open_room, planned_alliance, row, set_rights
from tests.wire.axe import violations
from tests.wire.client import Client
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_it_is_reached_from_the_header_and_shows_every_column_with_its_unit(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await set_rights(alliance, "Reine", accumulatedRights=1234567.0, adjustment="DOWN")
    page = tab.page
    await open_room(page, alliance, "orders")
    await page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name="Ma page").click()
    shown = page.get_by_role("region", name="Mes droits à ressources").locator("dl > div")
    await expect(shown).to_have_count(18)
    await expect(shown.filter(has_text="Droits accumulés")).to_contain_text("1\u202f234\u202f567 matériaux")
    await expect(shown.filter(has_text="Liberté d'ajustement")).to_contain_text("À la baisse")
    await expect(shown.filter(has_text="Part de base")).to_contain_text("%")
    await expect(shown.filter(has_text="TdC à la dernière")).to_contain_text("cm²")
    assert await violations(page) == []


async def test_who_does_not_administer_sees_their_own_rights_and_all_the_rest(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await set_rights(alliance, "Zoé", accumulatedRights=-4321.0)
    await open_room(tab.page, alliance, "own", "Zoé")
    shown = tab.page.get_by_role("region", name="Mes droits à ressources").locator("dl > div")
    await expect(shown.filter(has_text="Droits accumulés")).to_contain_text("-4\u202f321 matériaux")
    await expect(row(tab.page, "own-orders", "En cours")).to_contain_text("1\u202f500 / 1\u202f500")
    await expect(row(tab.page, "censuses", "800")).to_be_visible()


async def test_what_was_really_sent_is_recorded_and_a_wrong_number_is_said_at_its_row(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    page = tab.page
    await open_room(page, alliance, "own", "Paco")
    amount = page.get_by_label("Matériaux, Zoé")
    await expect(amount).to_have_value("1\u202f000")
    await amount.fill("beaucoup")
    await page.get_by_role("button", name="Envoyé, Zoé").click()
    await expect(page.get_by_role("alert").filter(has_text="Écrivez un nombre")).to_be_visible()
    await expect(amount).to_have_value("beaucoup")
    assert await violations(page) == []
    await amount.fill("0,7 k")
    await amount.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(row(page, "own-away", "Zoé")).to_contain_text("700")
    assert (await Convoy.all().first()).materials == 700  # type: ignore[union-attr]
    await expect(page.get_by_label("Matériaux, Zoé")).to_have_value("300")


async def test_an_unknown_travel_time_is_asked_for(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await Member.filter(pseudo="Paco").update(x=None, y=None)
    page = tab.page
    await open_room(page, alliance, "own", "Paco")
    await page.get_by_role("button", name="Envoyé, Zoé").click()
    await expect(page.get_by_role("alert").filter(has_text="Quand le convoi arrive-t-il ?")).to_be_visible()
    await page.get_by_label("Arrivée, Zoé").fill("2030-01-01T10:00")
    await page.get_by_role("button", name="Envoyé, Zoé").click()
    await expect(row(page, "own-away", "Zoé")).to_be_visible()


async def test_what_is_typed_outlives_what_happens_elsewhere(tab: Tab, client: Client) -> None:
    alliance, order = await planned_alliance(client)
    page = tab.page
    await open_room(page, alliance, "own", "Paco")
    amount = page.get_by_label("Matériaux, Zoé")
    await amount.fill("123")
    change = "mutation($id: ID!) { updateOrder(id: $id, materials: 900) { id } }"
    await alliance.founder.data(change, id=order)
    await expect(row(page, "own-plan", "Zoé")).to_be_visible()
    await page.wait_for_timeout(800)  # Longer than the page waits before it reads again.
    await expect(amount).to_have_value("123")
    await expect(amount).to_be_focused()


async def test_a_section_is_followed(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await open_room(tab.page, alliance, "own", "Paco")
    await tab.page.get_by_label("Averti, Outiiil_Commande").select_option("FOLLOW")
    await tab.page.reload()
    await expect(tab.page.get_by_label("Averti, Outiiil_Commande")).to_have_value("FOLLOW")
    assert await SectionAttention.all().count() == 1
