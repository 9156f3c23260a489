"""The charts: a chosen period, one member picked out, values under the pointer, blanks, and the figures as a table."""

import json
import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from models.alliance.member import Member
from models.rights.rights_entry import RightsEntry
from tests.browser.alliance_page import HALF_HOUR, administrator, alliance_with_harvests, open_page
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Of a canvas, where from left to right the accent's colour is met: the beginnings and ends of each run, in parts of 1.
RUNS = """(canvas) => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--accent)';
  const [red, green, blue] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const is = (x) => {
    for (let y = 0; y < height; y++) {
      const at = 4 * (y * width + x);
      const far = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
      if (data[at + 3] > 200 && far < 30) return true;
    }
    return false;
  };
  const runs = [];
  for (let x = 0; x < width; x++) if (is(x)) {
    if (runs.length && runs.at(-1)[1] === x - 1) runs.at(-1)[1] = x;
    else runs.push([x, x]);
  }
  return runs.map(([a, b]) => [a / width, b / width]);
}"""


async def runs(page: Page, chart: str) -> list[list[float]]:
    await expect(page.locator(f"#{chart} canvas")).to_be_visible()
    await page.wait_for_timeout(100)  # It is drawn with the next frame.
    found: list[list[float]] = await page.locator(f"#{chart} canvas").evaluate(RUNS)
    return found


async def test_each_harvest_has_a_bar_of_its_own_and_each_member_a_small_chart(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=5)
    await open_page(tab.page, planted)
    bars = await runs(tab.page, "production")
    assert len(bars) == 5
    widths = [right - left for left, right in bars]
    assert max(widths) - min(widths) < 0.01, "the first and the last are as wide as the others"
    await expect(tab.page.locator("#smalls .small canvas")).to_have_count(6)
    await expect(tab.page.get_by_role("img", name=re.compile("^Droits accumulés"))).to_be_visible()


async def test_one_member_is_picked_out_and_who_came_later_is_blank_before(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=8)
    late = planted.members[2]
    half = datetime.now(UTC) - HALF_HOUR * 5
    await RightsEntry.filter(member_id=late.id, harvest_at__lt=half).delete()
    await open_page(tab.page, planted)
    own = await runs(tab.page, "accumulated")
    assert own[0][0] < 0.25
    await tab.page.locator("#picked").select_option(label=late.pseudo)
    chart = tab.page.locator("#accumulated")
    await expect(chart).to_have_attribute("aria-label", re.compile(f"{late.pseudo} en couleur"))
    assert (await runs(tab.page, "accumulated"))[0][0] > 0.45
    await tab.page.locator("#smalls button").first.click()
    await expect(chart).to_have_attribute("aria-label", re.compile(f"{planted.members[0].pseudo} en couleur"))
    await expect(tab.page.locator('#smalls [aria-pressed="true"]')).to_be_focused()
    await tab.page.get_by_text("Les chiffres en tableau").click()
    columns = await tab.page.locator("#figures-table thead th").all_inner_texts()
    cells = tab.page.locator(f"#figures-table tbody td:nth-child({columns.index(late.pseudo) + 1})")
    assert [text == "–" for text in await cells.all_inner_texts()] == [False] * 4 + [True] * 4


async def test_an_edit_takes_no_place_among_the_harvests(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=5)
    await open_page(tab.page, planted)
    edited = tab.page.locator("#members tbody tr").first.locator('[data-column="accumulatedRights"] input')
    for value in ("100", "200", "300"):
        await edited.fill(value)
        await edited.press("Enter")
        await expect(tab.page.locator("#members tbody tr").first).to_contain_text("Enregistré.")
    await tab.page.reload()
    assert len(await runs(tab.page, "production")) == 5
    await tab.page.get_by_text("Les chiffres en tableau").click()
    await expect(tab.page.locator("#figures-table tbody tr")).to_have_count(5)


async def test_values_are_read_under_the_pointer(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=6)
    await open_page(tab.page, planted)
    read = tab.page.locator("#production-read")
    await expect(read).to_contain_text("·")
    newest = await read.inner_text()
    await tab.page.locator("#production .u-over").hover(position={"x": 90, "y": 60})
    await expect(read).not_to_have_text(newest)
    await tab.page.locator("#accumulated .u-over").hover(position={"x": 90, "y": 60})
    await expect(tab.page.locator("#accumulated-read")).to_contain_text(planted.members[0].pseudo)


async def test_the_period_is_chosen_kept_and_asked_for(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=5)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.post_data or ""))
    await open_page(tab.page, planted)
    await runs(tab.page, "production")
    for label, hours in (("Semaine", 168), ("Mois", 720), ("Tout", None), ("30 h", 30)):
        asked.clear()
        await tab.page.get_by_label(label, exact=True).check()
        while not (found := [text for text in asked if "query Curves" in text]):
            await tab.page.wait_for_timeout(20)
        since = json.loads(found[0])["variables"]["since"]
        if hours is None:
            assert since is None
        else:
            away = (datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds() / 3600
            assert hours - 0.1 < away < hours + 0.1
    await tab.page.get_by_label("Mois").check()
    await tab.page.reload()
    await expect(tab.page.get_by_label("Mois")).to_be_checked()


async def test_without_a_harvest_it_is_said_and_without_the_files_the_figures_are_there(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = await alliance_with_harvests(await administrator(), harvests=0)
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#no-history")).to_contain_text("Aucune récolte")
    await expect(tab.page.locator("#charts")).to_be_hidden()
    monkeypatch.setattr("pages.alliance.CHARTS", ())
    other = await alliance_with_harvests(await administrator("autre"), harvests=3)
    await Member.filter(id=other.members[0].id).update(user_id=(await administrator("tiers")).id)
    await tab.page.goto(f"/alliances/{planted.alliance.tag}")
    await expect(tab.page.locator("#no-history")).to_be_visible()
    await tab.page.get_by_role("button", name="Se déconnecter").click()
    await open_page(tab.page, other, "tiers")
    await expect(tab.page.locator("#no-charts")).to_contain_text("Les chiffres sont là")
    await tab.page.get_by_text("Les chiffres en tableau").click()
    await expect(tab.page.locator("#figures-table tbody tr")).to_have_count(3)
