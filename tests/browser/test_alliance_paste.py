"""The game's member table, pasted: what is wrong by line, what would change before it does, then taken over."""

import re

import pytest
from playwright.async_api import expect

from models.alliance.member import Member
from tests.browser.alliance_page import administrator, alliance_with_harvests, cell, open_page
from tests.wire.tab import Tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_what_is_wrong_is_said_by_line_and_nothing_is_changed(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    known = planted.members[1].pseudo
    await open_page(tab.page, planted)
    await tab.page.get_by_text("Coller le tableau").click()
    box = tab.page.locator("#paste-table")
    await box.fill(f"Pseudo\tTdC\n{known}\t1 000\n\nSans terrain\t\n{known.upper()}\t5\n\t7\n")
    await tab.page.get_by_role("button", name="Voir ce qui changerait").click()
    lines = await tab.page.locator("#paste-problems li").all_inner_texts()
    assert [re.match(r"Ligne (\d)", line)[1] for line in lines] == ["4", "5", "6"]  # type: ignore[index]
    assert "Sans terrain" in lines[0]
    assert "déjà à la ligne 2" in lines[1]
    await expect(box).to_have_attribute("aria-invalid", "true")
    await expect(tab.page.locator("#apply")).to_be_hidden()
    assert await Member.filter(alliance=planted.alliance, left_at=None).count() == 6


@pytest.mark.parametrize("parted", ["\t", ";", "  "])
async def test_who_would_come_and_go_is_shown_before_it_is_done(tab: Tab, parted: str) -> None:
    planted = await alliance_with_harvests(await administrator())
    names = [member.pseudo for member in planted.members]
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    await tab.page.get_by_text("Coller le tableau").click()
    lines = [parted.join((name, "1 234 567", "12", "34")) for name in (*names[:2], "Zoé la neuve")]
    await tab.page.locator("#paste-table").fill("\n".join(lines))
    await tab.page.get_by_role("button", name="Voir ce qui changerait").click()
    changes = tab.page.locator("#paste-changes")
    await expect(changes).to_contain_text("Arrivées (1) : Zoé la neuve")
    await expect(changes).to_contain_text("Départs (4)")
    await expect(changes).to_contain_text(names[5])
    assert await Member.filter(alliance=planted.alliance, left_at=None).count() == 6
    await tab.page.get_by_role("button", name="Appliquer ce tableau").click()
    await expect(tab.page.locator("#paste-said")).to_contain_text("Tableau repris")
    await expect(tab.page.locator("#members tbody tr")).to_have_count(3)
    await expect(cell(tab.page, "Zoé la neuve", "tdc")).to_have_text(re.compile(r"^1\s234\s567$"))
    new = await Member.get(alliance=planted.alliance, pseudo="Zoé la neuve")
    assert (new.tdc, new.x, new.y) == (1_234_567, 12, 34)


async def test_a_member_reports_hunting_grounds_and_takes_nobody_away(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator())
    other = await administrator("curieux")
    await Member.filter(id=planted.members[2].id).update(user_id=other.id)
    await open_page(tab.page, planted, "curieux")
    await tab.page.get_by_text("Coller le tableau").click()
    await tab.page.locator("#paste-table").fill(f"{planted.members[1].pseudo}\t777\nInconnu\t5")
    await tab.page.get_by_role("button", name="Reprendre les terrains de chasse").click()
    await expect(tab.page.locator("#paste-said")).to_contain_text("Tableau repris")
    await expect(cell(tab.page, planted.members[1].pseudo, "tdc")).to_have_text("777")
    assert await Member.filter(alliance=planted.alliance, left_at=None).count() == 6
