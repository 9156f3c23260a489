"""Orders in the browser: placed, refused at their fields, moved on, changed, by keyboard alone, and seen by others."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from models.orders.order import Order
from tests.browser.rooms_page import open_room, planned_alliance, row, second_window
from tests.documents import alliance as docs
from tests.wire.axe import violations
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_order_is_placed_and_another_window_sees_it(tab: Tab, browser: Browser, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    watching = await second_window(context, alliance, "orders", "Reine")
    await subscriptions(client, 1)
    page = tab.page
    await open_room(page, alliance, "orders", "Paco")
    await page.get_by_role("button", name="Passer une commande").click()
    await page.get_by_label("Pour quoi").select_option("Solarium")
    await page.get_by_role("textbox", name="Matériaux").fill("1,2 M")
    await page.locator('[name="dueOn"]').fill("2020-01-01")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.locator('[name="dueOn"]')).to_be_focused()
    await expect(page.locator('[name="dueOn"]')).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("form .error").filter(has_text="Ce jour est déjà passé.")).to_be_visible()
    assert await violations(page) == []
    await page.locator('[name="dueOn"]').fill("2031-05-01")
    await page.get_by_role("button", name="Enregistrer").click()
    for one in (page, watching):
        await expect(row(one, "orders", "Solarium")).to_contain_text("1\u202f200\u202f000")
    await expect(page.get_by_role("button", name="Passer une commande")).to_be_focused()
    await context.close()


async def test_who_asked_may_end_an_order_and_administrators_move_it_on(
    tab: Tab, browser: Browser, client: Client
) -> None:
    alliance, order = await planned_alliance(client)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    asker = await second_window(context, alliance, "orders", "Zoé")
    offered = row(asker, "orders", "Zoé").locator("option")
    await expect(offered).to_have_text(["En cours", "Annulée", "Terminée", "Supprimée"])
    other = await second_window(
        await browser.new_context(base_url=client.base_url, locale="fr-FR"), alliance, "orders", "Paco"
    )
    await expect(row(other, "orders", "Zoé")).to_contain_text("En cours")
    await expect(other.locator("#orders").locator("select, button")).to_have_count(0)
    await other.context.close()
    await open_room(tab.page, alliance, "orders")
    await tab.page.get_by_label("État, commande de Zoé").select_option("DONE")
    await expect(tab.page.get_by_text("Aucune commande.")).to_be_visible()
    await expect(asker.get_by_text("Aucune commande.")).to_be_visible()
    await tab.page.get_by_label("Avec les commandes closes").check()
    await expect(tab.page.get_by_label("État, commande de Zoé")).to_have_value("DONE")
    assert order
    await context.close()


@pytest.mark.parametrize("due_on", [date(2026, 4, 21), None])
async def test_an_order_that_is_late_or_has_no_day_is_still_changed(
    tab: Tab, client: Client, due_on: date | None
) -> None:
    alliance, _ = await planned_alliance(client)
    await Order.all().update(due_on=due_on)
    page = tab.page
    await open_room(page, alliance, "orders")
    await page.get_by_role("button", name="Modifier, commande de Zoé").click()
    await page.locator("#order-form").get_by_role("textbox", name="Matériaux").fill("1800")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(row(page, "orders", "Zoé")).to_contain_text("1\u202f800 / 1\u202f800")
    assert (await Order.all().first()).due_on == due_on  # type: ignore[union-attr]


async def test_an_order_is_changed_by_keyboard_alone_and_its_convoys_stand_below(tab: Tab, client: Client) -> None:
    alliance, order = await planned_alliance(client)
    arrival = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order, 400, arrives=arrival))
    await open_room(tab.page, alliance, "orders")
    page = tab.page
    rows = page.locator("#orders tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(0)).to_contain_text("1\u202f100 / 1\u202f500")
    await expect(rows.nth(1)).to_contain_text("Paco · 400 matériaux · arrive")
    await page.get_by_role("button", name="Modifier, commande de Zoé").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Pour quoi")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.type("2000")
    await page.keyboard.press("Enter")
    await expect(rows.nth(0)).to_contain_text("1\u202f600 / 2\u202f000")
    assert (await Order.all().first()).materials_requested == 2000  # type: ignore[union-attr]
    await page.get_by_role("button", name="Annuler le convoi, Paco").focus()
    await page.keyboard.press("Enter")
    await expect(rows.nth(1)).to_have_text("↳ Paco · 400 matériaux · annulé")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(0)).to_contain_text("2\u202f000 / 2\u202f000")
    assert await page.evaluate("document.activeElement !== document.body"), "the focus stays in the table"
    assert await violations(page) == []
