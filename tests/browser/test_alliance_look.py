"""How the alliance page looks: widths, nothing cut, on paper, open to all in every state; its queries run by plans."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from models.alliance.alliance import Alliance
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.browser.alliance_page import administrator, alliance_with_harvests, cell, open_page
from tests.engine.plan.outcomes import outcomes
from tests.wire.axe import violations_by_day_and_night
from tests.wire.client import Client
from tests.wire.tab import Tab
from tests.worlds.rights import Planted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

A4_LANDSCAPE = 1047
"""CSS pixels of the 277 mm between its margins."""
HALF_SEEN = """() => {
  const table = document.getElementById('members');
  const edge = table.tHead.rows[0].cells[0].getBoundingClientRect().right;
  return [...table.rows].flatMap((row) => [...row.cells].slice(1)).filter((cell) => {
    const shown = cell.querySelector('input, select') ?? cell;
    const range = document.createRange();
    range.selectNodeContents(cell);
    const { left, right } = shown === cell ? range.getBoundingClientRect() : shown.getBoundingClientRect();
    return left < edge - 4 && right > edge && getComputedStyle(shown).color !== 'rgba(0, 0, 0, 0)';
  }).map((cell) => cell.textContent);
}"""


async def blocked_alliance() -> Planted:
    planted = await alliance_with_harvests(await administrator())
    await Census.filter(member_id=planted.members[4].id).delete()
    await Member.filter(id=planted.members[4].id).update(coefficient=100)
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at is not None
    await harvest(kept.id, kept.next_harvest_at)
    return planted


FRAMES = """() => new Promise((done) => {
    let left = 4;
    const next = () => (left-- ? requestAnimationFrame(next) : done());
    next();
})"""


async def all_columns(page: Page) -> None:
    await page.get_by_text("Choisir les colonnes").click()
    for box in await page.locator("#picker input").all():
        await box.check()
    await page.get_by_text("Choisir les colonnes").click()
    await expect(page.locator('#members thead [data-column="projectedRights"]')).to_be_visible()


@pytest.mark.thorough
@pytest.mark.parametrize("width", [390, 1280, 1600])
async def test_nothing_is_cut_at_any_width(tab: Tab, width: int) -> None:
    planted = await blocked_alliance()
    await tab.page.set_viewport_size({"width": width, "height": 800})
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= width
    await all_columns(tab.page)
    await expect(cell(tab.page, planted.members[0].pseudo, "projectedRights")).not_to_be_empty()
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= width
    for left in range(0, 500, 35):
        await tab.page.locator(".sheet").first.evaluate("(node, left) => (node.scrollLeft = left)", left)
        await tab.page.evaluate(FRAMES)  # The scroll, then what it asks for, then how that looks.
        assert await tab.page.evaluate(HALF_SEEN) == []
    head = tab.page.locator("#members thead th").first
    await tab.page.locator(".sheet").first.evaluate("(node) => (node.scrollTop = 9999)")
    await expect(head).to_be_in_viewport()
    shadow = await tab.page.locator("#members tbody th").first.evaluate("(node) => getComputedStyle(node).boxShadow")
    assert shadow != "none"


async def test_beside_a_narrow_table_there_is_room_for_the_curves(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await tab.page.set_viewport_size({"width": 1600, "height": 900})
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#production canvas")).to_be_visible()
    table, curves = [await tab.page.locator(one).bounding_box() for one in (".members", "#curves")]
    assert table is not None
    assert curves is not None
    assert curves["x"] > table["x"] + table["width"]
    assert curves["x"] + curves["width"] > 1500


@pytest.mark.thorough
async def test_large_numbers_are_written_as_chosen_and_it_is_kept(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    tdc = cell(tab.page, planted.members[0].pseudo, "tdc")
    await expect(tdc).to_have_text(re.compile(r"^500\s000$"))
    await tab.page.get_by_label("Grands nombres").check()
    await expect(tdc).to_have_text(re.compile(r"^500\sk$"))
    await tab.page.reload()
    await expect(tdc).to_have_text(re.compile(r"^500\sk$"))
    await all_columns(tab.page)
    row = tab.page.locator("#members tbody tr").first
    await expect(row.locator('[data-column="nextTdpEvolution"]')).to_have_text(
        re.compile("^(Couveuse|Solarium|Laboratoire)$")
    )
    await expect(row.locator('[data-column="nextTdpBaseTime"]')).to_have_text(re.compile(r"^\d+\s?(j|h|min)"))
    await expect(row.locator('[data-column="baseShare"]')).to_have_text(re.compile(r"^\d+,\d\d$"))


async def test_on_paper_no_column_is_cut_and_each_page_has_the_head(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await all_columns(tab.page)
    await expect(cell(tab.page, planted.members[0].pseudo, "projectedRights")).not_to_be_empty()
    await tab.page.set_viewport_size({"width": A4_LANDSCAPE, "height": 718})
    await tab.page.emulate_media(media="print")
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= A4_LANDSCAPE
    box = await tab.page.locator("#members").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= A4_LANDSCAPE
    display = "(node) => getComputedStyle(node).display"
    assert await tab.page.locator("#members thead").evaluate(display) == "table-header-group"
    position = "(node) => getComputedStyle(node).position"
    assert await tab.page.locator("#members thead th").first.evaluate(position) == "static"
    await expect(tab.page.locator("#tabs")).to_be_hidden()
    printed = cell(tab.page, planted.members[0].pseudo, "coefficient")
    await expect(printed.locator(".as-text")).to_be_visible()
    await expect(printed.locator("input")).to_be_hidden()


@pytest.mark.thorough
async def test_every_state_is_open_to_all(browser: Browser, client: Client) -> None:
    planted = await blocked_alliance()
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    page = await context.new_page()
    await page.goto(f"/alliances/{planted.alliance.tag}")
    await expect(page.locator("#closed")).to_contain_text("Connectez-vous")
    assert not await violations_by_day_and_night(page), "signed out"
    await open_page(page, planted)
    await expect(page.locator("#production canvas")).to_be_visible()
    await page.locator("#unread-count").click()
    assert not await violations_by_day_and_night(page), "blocked, with unread notifications"
    field = cell(page, planted.members[1].pseudo, "coefficient").locator("input")
    await field.fill("-3")
    await field.press("Enter")
    await expect(field).to_have_attribute("aria-invalid", "true")
    for one in ("Choisir les colonnes", "Coller le tableau", "Les chiffres en tableau"):
        await page.get_by_text(one).click()
    await page.locator("#paste-table").fill("x")
    await page.get_by_role("button", name="Voir ce qui changerait").click()
    await expect(page.locator("#paste-problems li")).to_have_count(1)
    await all_columns_open(page)
    assert not await violations_by_day_and_night(page), "an error at a cell, everything open"
    other = await administrator("curieux")
    await Member.filter(id=planted.members[2].id).update(user_id=other.id)
    await page.get_by_role("button", name="Se déconnecter").click()
    await open_page(page, planted, "curieux")
    await expect(page.locator("#rights-closed")).to_be_visible()
    assert not await violations_by_day_and_night(page), "a member who does not administer"
    await context.close()


async def all_columns_open(page: Page) -> None:
    for box in await page.locator("#picker input").all():
        await box.check()
    await expect(page.locator('#members thead [data-column="projectedRights"]')).to_be_attached()


async def test_what_the_page_asks_is_answered_by_plans(tab: Tab) -> None:
    planted = await blocked_alliance()
    before = outcomes()  # The counters are the process's, which has served other tests.
    await open_page(tab.page, planted)
    for _ in range(3):
        await expect(tab.page.locator("#production canvas")).to_be_visible()
        await tab.page.reload()
    await expect(tab.page.locator("#production canvas")).to_be_visible()
    told = outcomes() - before
    # What a table with other columns asks is met for the first time as any document is.
    assert told.keys() <= {"answered", "new flags"}
    assert told["answered"] >= 8
