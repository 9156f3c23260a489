"""Hostings and keys in the browser: asked, accepted, players moved, mirrors told, keys changed after a question."""

import pytest
from playwright.async_api import Browser, expect

from domain.account.password import SALT_BYTES, hash_password
from models.account.user import User
from models.hosting.key.trail import KeyUse
from tests.browser.alliance_page import PASSWORD
from tests.browser.rooms_page import open_room, row, second_window
from tests.wire.axe import violations
from tests.wire.client import Client
from tests.wire.tab import Tab
from tests.worlds.alliance import CreatedAlliance, create_alliance, housed, lose_key

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _with_passwords(*alliances: CreatedAlliance) -> None:
    ids = [user.id for alliance in alliances for user in alliance.users.values()]
    await User.filter(id__in=ids).update(password_hash=hash_password(PASSWORD, b"s" * SALT_BYTES))


async def test_a_hosting_is_asked_for_and_accepted_and_a_player_is_moved(
    tab: Tab, browser: Browser, client: Client
) -> None:
    mother, host = await create_alliance(client, "Paco", tag="FDR"), await create_alliance(client, tag="HOT")
    await _with_passwords(mother, host)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    asked = await second_window(context, host, "hostings", "Reine")
    page = tab.page
    await open_room(page, mother, "hostings")
    await page.get_by_label("Tag de l'alliance hébergeuse").fill("NIX")
    await page.get_by_role("button", name="Demander un hébergement").click()
    await expect(page.get_by_label("Tag de l'alliance hébergeuse")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Tag de l'alliance hébergeuse").fill("HOT")
    await page.get_by_role("button", name="Demander un hébergement").click()
    await expect(row(page, "proposals", "HOT")).to_contain_text("attend une réponse")
    await asked.get_by_role("button", name="Accepter, FDR").click()
    await expect(row(asked, "hostings", "FDR")).to_contain_text("ouvert, clé présente")
    await page.reload()
    await page.get_by_label("Joueur à héberger chez HOT").select_option("Paco")
    await page.get_by_role("button", name="Héberger, HOT").click()
    await expect(page.get_by_role("button", name="Rappeler, Paco")).to_be_visible()
    await expect(page.locator("#mirrors tbody tr")).to_have_count(2)
    assert await violations(page) == []
    await page.get_by_role("button", name="Fermer l'hébergement, HOT").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Fermer l'hébergement de FDR chez HOT ?")
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(row(page, "hostings", "HOT")).to_contain_text("ouvert")
    await page.get_by_role("button", name="Fermer l'hébergement, HOT").click()
    await page.get_by_role("dialog").get_by_role("button", name="Fermer l'hébergement").click()
    await expect(row(page, "hostings", "HOT")).to_contain_text("fermé")
    await context.close()


async def test_the_key_is_exported_lost_and_put_back(tab: Tab, client: Client) -> None:
    mother, host = await housed(client)
    await _with_passwords(mother, host)
    page = tab.page
    await open_room(page, mother, "hostings")
    await page.get_by_role("button", name="Exporter la clé").click()
    key = await page.get_by_role("dialog").get_by_label("Clé").input_value()
    await page.get_by_role("button", name="C'est fait").click()
    await expect(row(page, "keys", "exportée")).to_be_visible()
    await lose_key()
    await page.reload()
    await expect(row(page, "hostings", "HOT")).to_contain_text("bloqué, clé perdue")
    await page.get_by_role("button", name="Remettre une clé").click()
    await page.get_by_role("dialog").get_by_label("Clé").fill("nonsense")
    await page.get_by_role("dialog").get_by_role("button", name="Remettre une clé").click()
    await expect(page.get_by_role("alert").filter(has_text="clé")).to_be_visible()
    await page.get_by_role("button", name="Remettre une clé").click()
    await page.get_by_role("dialog").get_by_label("Clé").fill(key)
    await page.get_by_role("dialog").get_by_role("button", name="Remettre une clé").click()
    await expect(row(page, "hostings", "HOT")).to_contain_text("ouvert, clé présente")
    await page.get_by_role("button", name="Changer de clé").click()
    await page.get_by_role("dialog").get_by_role("button", name="Changer de clé").click()
    await expect(row(page, "keys", "changée")).to_be_visible()
    await page.get_by_role("button", name="Abandonner la clé").click()
    accept = page.get_by_role("dialog").get_by_role("button", name="Abandonner la clé")
    await expect(accept).to_be_disabled()
    await page.get_by_role("dialog").get_by_label("Écrivez le tag").fill("FDR")
    await expect(accept).to_be_enabled()
    await page.get_by_role("dialog").get_by_role("button", name="Revenir").click()
    assert await KeyUse.filter(action="ABANDONED").count() == 0


async def test_a_member_sees_states_and_no_acts(tab: Tab, client: Client) -> None:
    mother, host = await housed(client)
    await _with_passwords(mother, host)
    await open_room(tab.page, mother, "hostings", "Zoé")
    await expect(row(tab.page, "hostings", "HOT")).to_contain_text("Paco")
    await expect(tab.page.locator("#room").get_by_role("button")).to_have_count(0)
    assert await violations(tab.page) == []
