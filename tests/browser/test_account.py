"""The pages of one's own account: registering, a forgotten password, and all that changes it, errors at their field."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from config import Settings
from domain.account.one_time_code import code_digest
from domain.core.smtp import SmtpServer
from models.account.character import Character
from models.account.session import Session
from models.account.user import User
from permissions.registration import Registration
from tests.browser.alliance_page import PASSWORD, administrator, sign_in
from tests.wire.axe import violations
from tests.wire.smtp_server import OwnSmtp, smtp_server
from tests.wire.tab import Tab
from tests.worlds import world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = "quatorze termites"
CODE = "ABCD-2345-EFGH-6789-JKMN-PQRS"


@pytest.fixture
async def smtp() -> AsyncIterator[OwnSmtp]:
    async with smtp_server() as own:
        yield own


@pytest.fixture
def registration() -> Registration:
    return Registration.OPEN


@pytest.fixture
def settings(settings: Settings, smtp: OwnSmtp, registration: Registration) -> Settings:
    server = SmtpServer("127.0.0.1", smtp.port, is_tls=False)
    return replace(settings, smtp=server, mail_from="service@example.org", registration=registration)


async def _opened(page: Page, name: str = "reine") -> None:
    await page.goto("/account")
    await sign_in(page, name)
    await expect(page.get_by_role("heading", name="Profil")).to_be_visible()


async def _send(form: Locator, **typed: str) -> None:
    for name, text in typed.items():
        await form.locator(f'[name="{name}"]').fill(text)
    await form.locator("button").click()


async def _refused(form: Locator, field: str, *says: str) -> None:
    """The refusal stands at its field, is read out with it, and the field has the focus."""
    at = form.locator(f'[name="{field}"]')
    await expect(at).to_have_attribute("aria-invalid", "true")
    await expect(at).to_be_focused()
    line = form.page.locator(f"#{await at.get_attribute('aria-describedby')}")
    await expect(line).to_contain_text(list(says))
    await expect(form.locator(".error")).to_have_count(1)


async def test_who_registers_is_signed_in_and_errors_stand_at_their_field(tab: Tab) -> None:
    await administrator()
    page, form = tab.page, tab.page.locator("#registration")
    await page.goto("/account/register")
    await _send(form, username="reine", email="autre@example.org", password=NEW)
    await _refused(form, "username", "pris")
    assert not await violations(page)
    await _send(form, username="maia", password="court")
    await _refused(form, "password", "8")
    await _send(form, password=NEW, invitation="FAUX")
    await _refused(form, "invitation", "invitation")
    await _send(form, invitation="")
    await page.wait_for_url("**/")
    await expect(page.locator("#name")).to_have_text("maia")
    assert await User.filter(username="maia").exists()


@pytest.mark.parametrize("registration", [Registration.INVITE])
async def test_an_invitation_is_taken_from_the_address_and_leads_to_its_alliance(tab: Tab) -> None:
    housing = await world.alliance(await administrator(), tag="AAA")
    await world.invitation(housing, digest=code_digest(CODE))
    page, form = tab.page, tab.page.locator("#registration")
    await page.goto("/account/register")
    await expect(form.locator('[name="invitation"]')).to_have_attribute("required", "")
    await page.goto(f"/account/register#{CODE}")
    await page.reload()
    await expect(form.locator('[name="invitation"]')).to_have_value(CODE)
    await _send(form, username="maia", email="m@example.org", password=NEW)
    await page.wait_for_url("**/alliances/AAA")
    await expect(page.locator("#name")).to_have_text("maia")


@pytest.mark.parametrize("registration", [Registration.CLOSED])
async def test_a_service_that_takes_nobody_says_so(tab: Tab) -> None:
    await tab.page.goto("/account/register")
    await expect(tab.page.get_by_text("n'accepte pas de nouveaux comptes")).to_be_visible()
    await expect(tab.page.locator("#registration")).to_be_hidden()


async def test_a_forgotten_password_is_set_by_a_mailed_code(tab: Tab, smtp: OwnSmtp) -> None:
    await administrator()
    page = tab.page
    await page.goto("/")
    await page.get_by_role("link", name="Mot de passe oublié").click()
    await _send(page.locator("#asking"), login="reine")
    await expect(page.locator("#notice")).to_contain_text("un code est parti")
    code = re.findall(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", (await smtp.mail()).get_content())[0]
    await _send(page.locator("#setting"), code="AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", password=NEW)
    await _refused(page.locator("#setting"), "code", "code")
    await _send(page.locator("#setting"), code=code, password=NEW)
    await expect(page.locator("#notice")).to_contain_text("Mot de passe changé")
    await sign_in(page, "reine", NEW)


async def test_password_and_address_are_changed_by_who_knows_the_password(tab: Tab) -> None:
    user, page = await administrator(), tab.page
    other = await world.session(user)
    await _opened(page)
    form = page.locator("#password-change")
    await _send(form, currentPassword="falsch", newPassword=NEW)
    await _refused(form, "currentPassword", "mot de passe")
    await _send(form, currentPassword=PASSWORD, newPassword="reine")
    await _refused(form, "newPassword", "8")
    await _send(form, newPassword=NEW)
    await expect(page.locator("#notice")).to_contain_text("Mot de passe changé")
    assert (await Session.get(id=other.id)).revoked_at is not None
    form = page.locator("#email-change")
    await _send(form, email="reine@example.org", password="falsch")
    await _refused(form, "password", "mot de passe")
    await _send(form, password=NEW)
    await expect(page.locator("#notice")).to_have_text("Adresse changée.")
    await expect(page.locator("#email")).to_have_text("reine@example.org")
    await page.reload()
    await expect(page.locator("#email")).to_have_text("reine@example.org")


async def test_other_sign_ins_are_listed_and_ended(tab: Tab) -> None:
    user, page = await administrator(), tab.page
    others = [await world.session(user) for _ in range(3)]
    await _opened(page)
    rows = page.locator("#sessions tbody tr")
    await expect(rows).to_have_count(4)
    await expect(rows.filter(has_text="celle-ci")).to_have_count(1)
    await page.get_by_role("button", name="Terminer : ").first.click()
    await expect(rows).to_have_count(3)
    await page.get_by_role("button", name="Terminer toutes les autres").click()
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("button", name="Terminer toutes les autres")).to_be_hidden()
    assert await Session.filter(id__in=[one.id for one in others], revoked_at=None).count() == 0
    await page.reload()
    await expect(page.locator("#name")).to_have_text("reine")


async def test_a_character_is_created_and_shown_as_waiting(tab: Tab) -> None:
    user, page = await administrator(), tab.page
    there = await world.character(user, "eveilles")
    await _opened(page)
    await expect(page.locator("#characters")).to_contain_text(there.name)
    await page.get_by_text("Créer un personnage").click()
    form = page.locator("#character")
    await _send(form, name=there.name)
    await _refused(form, "name", "nom")
    await form.locator('[name="factionId"]').select_option(index=1)
    await _send(form, name="Mousse")
    await expect(page.locator("#characters li").filter(has_text="Mousse")).to_contain_text("attend")
    assert (await Character.get(name="Mousse")).faction_id is not None


async def test_the_export_is_downloaded(tab: Tab, tmp_path: Path) -> None:
    await administrator()
    await _opened(tab.page)
    async with tab.page.expect_download() as downloading:
        await tab.page.get_by_role("button", name="Télécharger mes données").click()
    await (await downloading.value).save_as(tmp_path / "export.json")
    found = json.loads((tmp_path / "export.json").read_text())
    assert found["profile"][0]["username"] == "reine"


async def test_an_account_is_deleted_by_its_password_and_signed_out(tab: Tab) -> None:
    await administrator()
    page, form = tab.page, tab.page.locator("#deletion")
    await _opened(page)
    await page.get_by_text("Supprimer mon compte pour toujours").click()
    await _send(form, password="falsch")
    await _refused(form, "password", "mot de passe")
    await _send(form, password=PASSWORD)
    await page.wait_for_url("**/")
    await expect(page.locator("#sign-in")).to_be_visible()
    assert not await User.filter(username="reine").exists()
