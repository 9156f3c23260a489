"""The alliance's page as its members use it: columns, what is open to whom, charts, what needs doing first."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from models.alliance.alliance import Alliance
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.browser.alliance_page import PASSWORD, administrator, alliance_with_harvests, cell, open_page
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_usual_columns_are_shown_and_the_choice_is_kept(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    heads = tab.page.locator("#members thead th")
    await expect(heads).to_contain_text(["Membre", "TdC", "Coefficient", "Liberté d'ajustement", "Droits accumulés"])
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="baseShare"]').check()
    await tab.page.locator('input[name="adjustment"]').uncheck()
    pseudo = planted.members[0].pseudo
    await expect(cell(tab.page, pseudo, "baseShare")).to_have_text(re.compile(r"^\d+,\d\d$"))
    await expect(cell(tab.page, pseudo, "adjustment")).to_have_count(0)
    await tab.page.reload()
    await expect(cell(tab.page, pseudo, "baseShare")).not_to_be_empty()
    await expect(cell(tab.page, pseudo, "adjustment")).to_have_count(0)
    await expect(tab.page.locator('thead [data-column="baseShare"] .unit')).to_have_text("%")


async def test_only_what_is_picked_is_asked_for(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.post_data or ""))
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    variables = json.loads(next(text for text in asked if "query Members" in text))["variables"]
    assert variables["coefficient"]
    assert "quantitySent" not in variables


@pytest.mark.parametrize("kept", ["not JSON", '"text"', "[1, null]", '{"a": 1}', "refused"])
async def test_a_browser_that_keeps_nothing_or_garbage_shows_the_page(tab: Tab, kept: str) -> None:
    planted = await alliance_with_harvests(await administrator())
    if kept == "refused":
        await tab.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
        )
    else:
        names = ("columns", "numbers", "period")
        keeping = "".join(f"localStorage.setItem('pheromone:{name}', {json.dumps(kept)});" for name in names)
        await tab.page.add_init_script(keeping)
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    await expect(tab.page.locator("#accumulated canvas")).to_be_visible()
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="baseShare"]').check()
    await expect(cell(tab.page, planted.members[0].pseudo, "baseShare")).not_to_be_empty()


async def test_rows_are_sorted_by_any_column_and_found_by_name(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await tab.page.get_by_role("button", name="Droits accumulés").click()
    await expect(tab.page.locator('th[aria-sort="descending"]')).to_contain_text("Droits accumulés")
    fields = tab.page.locator('tbody [data-column="accumulatedRights"] input')
    await expect(fields).to_have_count(6)
    values = [float(re.sub(r"[^-\d]", "", await field.input_value())) for field in await fields.all()]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 6
    last = planted.members[5].pseudo
    await tab.page.get_by_label("Chercher un pseudo").fill(last.upper()[-4:])
    await expect(tab.page.locator("#members tbody tr:visible")).to_have_count(1)
    await expect(tab.page.locator("#filtered")).to_have_text("1 sur 6")


async def test_an_outsider_is_refused_and_not_told_of_an_empty_alliance(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await administrator("passant")
    await open_page(tab.page, planted, "passant")
    await expect(tab.page.locator("#closed")).to_contain_text("réservés à ses membres")
    await expect(tab.page.locator("#alliance")).to_be_hidden()
    await expect(tab.page.get_by_text("récolte", exact=False).locator("visible=true")).to_have_count(1)


async def test_an_alliance_that_is_not_there_is_said_to_be_none(tab: Tab) -> None:
    await administrator()
    planted = await alliance_with_harvests(await administrator("autre"))
    planted.alliance.tag = "NULLE"
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#closed")).to_have_text("Cette alliance n'existe pas.")


async def test_a_member_sees_what_is_open_and_that_the_rest_is_not(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    other = await administrator("curieux")
    await Member.filter(id=planted.members[2].id).update(user_id=other.id)
    await Member.filter(id=planted.members[1].id).update(rank="Éclaireuse")
    await open_page(tab.page, planted, "curieux")
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    await expect(tab.page.locator("#rights-closed")).to_contain_text("réservés à ceux qui administrent")
    await expect(tab.page.locator("#charts-closed")).to_contain_text("réservées à ceux qui administrent")
    await expect(tab.page.locator("#charts-open")).to_be_hidden()
    await expect(cell(tab.page, planted.members[0].pseudo, "tdc")).to_have_text(re.compile(r"^500\s000$"))
    await expect(tab.page.locator("#members input, #members select")).to_have_count(0)
    offered = tab.page.locator("#picker label")
    await expect(offered).to_have_text(["TdC actuel (cm²)", "Temps de trajet (j h min)", "Rang", "Ordre du rang"])
    await expect(tab.page.locator("#members thead th")).to_have_count(4)
    await expect(cell(tab.page, planted.members[1].pseudo, "rank")).to_have_text("Éclaireuse")


async def test_a_member_without_a_topic_is_told_what_is_missing(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    other = await administrator("nouveau")
    await Member.filter(id=planted.members[2].id).update(user_id=other.id, topic_id=None)
    await open_page(tab.page, planted, "nouveau")
    await expect(tab.page.locator("#closed")).to_contain_text("pas encore de sujet")


async def test_who_opens_the_page_after_a_harvest_was_blocked_sees_for_whom_it_waits(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    blocking = planted.members[4]
    await Census.filter(member_id=blocking.id).delete()
    await Member.filter(id=blocking.id).update(coefficient=100)
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at is not None
    await harvest(kept.id, kept.next_harvest_at)
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#blocked")).to_be_visible()
    await expect(tab.page.locator("#blocked")).to_contain_text(blocking.pseudo)
    await expect(tab.page.locator("#harvest")).to_contain_text("Prochaine récolte")
    await expect(tab.page.locator("#unread-count")).to_have_text("Notifications non lues : 1")
    await tab.page.locator("#unread-count").click()
    await expect(tab.page.locator("#unread-list")).to_contain_text(blocking.pseudo)
    await tab.page.get_by_role("button", name="Tout marquer comme lu").click()
    await expect(tab.page.locator("#unread")).to_be_hidden()
    await tab.page.reload()
    await expect(tab.page.locator("#blocked")).to_contain_text(blocking.pseudo)
    await expect(tab.page.locator("#unread")).to_be_hidden()
    await Member.filter(id=blocking.id).update(coefficient=0)
    again = await Alliance.get(id=planted.alliance.id)
    assert again.next_harvest_at is not None
    await harvest(kept.id, again.next_harvest_at)
    await expect(tab.page.locator("#blocked")).to_be_hidden()


async def test_a_blocked_harvest_is_told_in_a_toast_to_an_open_page(tab: Tab, client: Client) -> None:
    planted = await alliance_with_harvests(await administrator())
    blocking = planted.members[4]
    await Census.filter(member_id=blocking.id).delete()
    await Member.filter(id=blocking.id).update(coefficient=100)
    await open_page(tab.page, planted)
    await subscriptions(client, 3)  # Rights, orders and notifications.
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    await expect(tab.page.locator("#blocked")).to_be_hidden()
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at is not None
    await harvest(kept.id, kept.next_harvest_at)
    await expect(tab.page.locator("#toasts .toast")).to_contain_text(blocking.pseudo)
    await expect(tab.page.locator("#blocked")).to_be_visible()
    await expect(tab.page.locator("#blocked")).to_contain_text(blocking.pseudo)
    await expect(tab.page.locator("#unread")).to_be_visible()


HOLD = """() => {
  const send = WebSocket.prototype.send;
  const held = [];
  WebSocket.prototype.send = function (text) { held.push([this, text]); };
  window.letThrough = () => {
    WebSocket.prototype.send = send;
    held.forEach(([socket, text]) => send.call(socket, text));
  };
}"""


async def test_what_happens_before_the_page_can_hear_of_it_is_read(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await Census.filter(member_id=planted.members[4].id).delete()
    await Member.filter(id=planted.members[4].id).update(coefficient=100)
    await tab.page.add_init_script(f"({HOLD})()")
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    await expect(tab.page.locator("#production canvas")).to_be_visible()
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at is not None
    await harvest(kept.id, kept.next_harvest_at)
    await expect(tab.page.locator("#blocked")).to_be_hidden()
    await tab.page.evaluate("letThrough()")
    await expect(tab.page.locator("#blocked")).to_be_visible()
    await expect(tab.page.locator("#unread")).to_be_visible()


async def test_the_page_fits_a_phone_and_speaks_english(browser: Browser, client: Client, tmp_path: Path) -> None:
    planted = await alliance_with_harvests(await administrator())
    context = await browser.new_context(
        base_url=client.base_url, locale="en-GB", viewport={"width": 390, "height": 800}, device_scale_factor=2
    )
    page = await context.new_page()
    await page.goto(f"/alliances/{planted.alliance.tag}")
    await page.get_by_label("Name or address").fill("reine")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Members")).to_be_visible()
    await expect(page.locator("#members tbody tr")).to_have_count(6)
    await expect(page.locator("#waiting")).to_have_text("Orders: in progress 6.")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.screenshot(path=tmp_path / "phone.png", full_page=True)
    await context.close()
