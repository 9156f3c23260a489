"""Values edited in their cells: by keyboard alone, refused there, while others edit, while the service is away."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from models.alliance.member import Member
from tests.browser.alliance_page import administrator, alliance_with_harvests, cell, open_page
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.tab import Tab
from tests.worlds.rights import Planted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName"


async def opened(tab: Tab, client: Client) -> Planted:
    planted = await alliance_with_harvests(await administrator())
    await open_page(tab.page, planted)
    await expect(tab.page.locator("#members tbody tr")).to_have_count(6)
    await subscriptions(client, 3)  # Rights, orders and notifications.
    return planted


def field(page: Page, planted: Planted, place: int, column: str = "coefficient") -> Locator:
    return cell(page, planted.members[place].pseudo, column).locator("input, select")


@asynccontextmanager
async def second_administrator(browser: Browser, client: Client, planted: Planted) -> AsyncIterator[Page]:
    second = await administrator("seconde")
    await Member.filter(id=planted.members[3].id).update(user_id=second.id, can_administer=True)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    page = await context.new_page()
    await open_page(page, planted, "seconde")
    await expect(page.locator("#members tbody tr")).to_have_count(6)
    yield page
    await context.close()


async def test_a_coefficient_is_saved_and_the_shares_follow(tab: Tab, client: Client) -> None:
    planted = await opened(tab, client)
    await tab.page.get_by_text("Choisir les colonnes").click()
    await tab.page.locator('input[name="shareWithCoefficient"]').check()
    share = cell(tab.page, planted.members[1].pseudo, "shareWithCoefficient")
    await expect(share).not_to_be_empty()
    before = await share.inner_text()
    coefficient = field(tab.page, planted, 1)
    await coefficient.fill("937,5")
    await coefficient.press("Enter")
    await expect(cell(tab.page, planted.members[1].pseudo, "coefficient")).to_contain_text("Enregistré.")
    await expect(tab.page.locator("#told")).to_contain_text("enregistré")
    await expect(share).not_to_have_text(before)
    assert (await Member.get(id=planted.members[1].id)).coefficient == 937.5


async def test_numbers_are_grouped_until_they_are_edited_and_read_as_people_type_them(tab: Tab, client: Client) -> None:
    planted = await opened(tab, client)
    rights = field(tab.page, planted, 1, "accumulatedRights")
    for typed, thousandths in (
        ("1\u202f234\u00a0567,891", 1_234_567_891),
        ("-2,5 M", -2_500_000_000),
        ("12k", 12_000_000),
    ):
        await rights.fill(typed)
        await rights.press("Enter")
        await expect(cell(tab.page, planted.members[1].pseudo, "accumulatedRights")).to_contain_text("Enregistré.")
        assert (await Member.get(id=planted.members[1].id)).accumulated_thousandths == thousandths
    await expect(rights).to_have_value("12000")
    await rights.blur()
    await expect(rights).to_have_value(re.compile(r"^12\s000$"))


async def test_a_refusal_stands_at_the_cell_and_what_was_typed_stays(tab: Tab, client: Client) -> None:
    planted = await opened(tab, client)
    coefficient = field(tab.page, planted, 1)
    before = await coefficient.input_value()
    for typed, said in (("-3", "0 à"), ("abc", "Écrivez un nombre"), ("", "Écrivez un nombre")):
        await coefficient.fill(typed)
        await coefficient.press("Enter")
        await expect(coefficient).to_have_attribute("aria-invalid", "true")
        await expect(coefficient).to_have_value(typed)
        await expect(coefficient).to_have_accessible_description(re.compile(said))
        await expect(coefficient).to_be_focused()
        await expect(tab.page.locator("#told")).to_contain_text(said)
    await coefficient.press("Escape")
    await expect(coefficient).not_to_have_attribute("aria-invalid", "true")
    await coefficient.blur()
    await expect(coefficient).to_have_value(before)
    assert "-3" not in before


async def test_the_keyboard_alone_edits_and_walks_and_never_loses_its_place(tab: Tab, client: Client) -> None:
    planted = await opened(tab, client)
    names = [await row.get_attribute("data-member") for row in await tab.page.locator("#members tbody tr").all()]
    first = cell(tab.page, str(names[0]), "coefficient").locator("input")
    await first.focus()
    await tab.page.keyboard.type("41")
    await tab.page.keyboard.press("Enter")
    await expect(cell(tab.page, str(names[0]), "coefficient")).to_contain_text("Enregistré.")
    assert await tab.page.evaluate(FOCUSED) == f"Coefficient, {names[0]}"
    await tab.page.keyboard.press("ArrowDown")
    assert await tab.page.evaluate(FOCUSED) == f"Coefficient, {names[1]}"
    await tab.page.keyboard.type("42")
    await tab.page.keyboard.press("Tab")
    await expect(cell(tab.page, str(names[1]), "coefficient")).to_contain_text("Enregistré.")
    assert await tab.page.evaluate(FOCUSED) == f"Liberté d'ajustement, {names[1]}"
    await tab.page.keyboard.press("Control+ArrowUp")
    assert await tab.page.evaluate(FOCUSED) == f"Liberté d'ajustement, {names[0]}"
    await tab.page.keyboard.press("Control+ArrowRight")
    assert await tab.page.evaluate(FOCUSED) == f"Droits accumulés, {names[0]}"
    await tab.page.keyboard.press("ArrowLeft")
    await tab.page.keyboard.press("Control+ArrowLeft")
    assert await tab.page.evaluate(FOCUSED) == f"Coefficient, {names[0]}"
    kept = {member.pseudo: member.coefficient for member in await Member.filter(alliance=planted.alliance)}
    assert (kept[str(names[0])], kept[str(names[1])]) == (41, 42)


async def test_a_choice_that_the_arrows_pass_is_saved_when_it_is_left_and_focus_stays(tab: Tab, client: Client) -> None:
    planted = await opened(tab, client)
    await Member.filter(id=planted.members[1].id).update(adjustment="EXACT")
    await tab.page.reload()
    choice = field(tab.page, planted, 1, "adjustment")
    await choice.focus()
    sent: list[str] = []
    tab.page.on("request", lambda request: sent.append(request.post_data or ""))
    await tab.page.keyboard.press("ArrowDown")
    await tab.page.keyboard.press("ArrowDown")
    await expect(choice).to_have_value("DOWN")
    assert not [one for one in sent if "mutation Edit" in one]
    await tab.page.keyboard.press("Tab")
    await expect(cell(tab.page, planted.members[1].pseudo, "adjustment")).to_contain_text("Enregistré.")
    assert len([one for one in sent if "mutation Edit" in one]) == 1
    assert (await Member.get(id=planted.members[1].id)).adjustment == "DOWN"
    await choice.select_option("UP")
    await expect(cell(tab.page, planted.members[1].pseudo, "adjustment")).to_contain_text("Enregistré.")
    assert (await Member.get(id=planted.members[1].id)).adjustment == "UP"


async def test_what_another_edits_arrives_without_a_redraw(tab: Tab, browser: Browser, client: Client) -> None:
    planted = await opened(tab, client)
    async with second_administrator(browser, client, planted) as other:
        # Mark the very nodes: a table that is redrawn loses the marks, and with them what is open in it.
        await tab.page.evaluate(
            "document.querySelectorAll('#members :is(tr, input, select)').forEach((n) => n.kept = 1)"
        )
        choice = field(tab.page, planted, 1, "adjustment")
        typed = field(tab.page, planted, 2)
        await typed.fill("77")
        await choice.evaluate("(node) => node.focus({ preventScroll: true })")
        await typed.fill("78")
        await field(other, planted, 4).fill("640")
        await field(other, planted, 4).press("Enter")
        await expect(field(tab.page, planted, 4)).to_have_value("640")
        await expect(typed).to_have_value("78")
        await expect(typed).to_be_focused()
        nodes = "[...document.querySelectorAll('#members tbody :is(tr, input, select)')].every((node) => node.kept)"
        assert await tab.page.evaluate(nodes)


async def test_an_open_choice_is_not_torn_away_and_a_typed_value_is_told_of_the_other(
    tab: Tab, browser: Browser, client: Client
) -> None:
    planted = await opened(tab, client)
    await Member.filter(id=planted.members[1].id).update(adjustment="EXACT")
    await tab.page.reload()
    async with second_administrator(browser, client, planted) as other:
        choice, typed = field(tab.page, planted, 1, "adjustment"), field(tab.page, planted, 2)
        await choice.focus()
        await field(other, planted, 1, "adjustment").select_option("UP")
        note = cell(tab.page, planted.members[1].pseudo, "adjustment").locator(".cell-note")
        await expect(note).to_contain_text("Changé entre-temps : À la hausse")
        await expect(choice).to_be_focused()
        await expect(choice).to_have_value("EXACT")
        await typed.fill("55")
        await expect(choice).to_have_value("UP")
        await expect(note).to_be_empty()
        await field(other, planted, 2).fill("66")
        await field(other, planted, 2).press("Enter")
        note = cell(tab.page, planted.members[2].pseudo, "coefficient").locator(".cell-note")
        await expect(note).to_contain_text("Changé entre-temps : 66")
        await expect(typed).to_have_value("55")
        await typed.press("Escape")
        await expect(typed).to_have_value("66")


async def test_rows_do_not_jump_while_somebody_is_among_them(tab: Tab, client: Client) -> None:
    await opened(tab, client)
    await tab.page.get_by_role("button", name="Coefficient").click()
    rows = tab.page.locator("#members tbody tr")
    before = [await row.get_attribute("data-member") for row in await rows.all()]
    lowest = cell(tab.page, str(before[-1]), "coefficient").locator("input")
    await lowest.fill("999")
    async with tab.page.expect_response(lambda one: "query Members" in (one.request.post_data or "")):
        await lowest.press("Enter")
    await tab.page.wait_for_timeout(100)  # What was read is shown with the next frame.
    assert [await row.get_attribute("data-member") for row in await rows.all()] == before
    await tab.page.get_by_label("Chercher un pseudo").focus()
    await expect(rows.first).to_have_attribute("data-member", str(before[-1]))


READ_AGAIN = "import('/pages/shell/live.js').then(({ live }) => void live.dispatchEvent(new Event('begun')))"


async def test_while_the_service_is_away_edits_are_refused_in_words_and_kept(tab: Tab, client: Client) -> None:
    planted = await opened(tab, client)

    async def away(route: Route) -> None:
        await route.abort("connectionrefused")

    for address in ("**/graphql", "**/healthz", "**/session/**"):
        await tab.page.route(address, away)
    coefficient = field(tab.page, planted, 1)
    await coefficient.fill("61")
    await coefficient.press("Enter")
    await expect(cell(tab.page, planted.members[1].pseudo, "coefficient")).to_contain_text("pas enregistrée")
    await expect(coefficient).to_have_value("61")
    await expect(coefficient).to_be_focused()
    await expect(tab.page.locator("#live")).to_contain_text("Connexion perdue")
    await tab.page.evaluate(READ_AGAIN)
    await tab.page.wait_for_timeout(300)  # What is asked for in a burst is read once.
    for address in ("**/graphql", "**/healthz", "**/session/**"):
        await tab.page.unroute(address)
    await expect(tab.page.locator("#live")).to_contain_text("rétablie")
    await expect(coefficient).to_have_value("61")
    await coefficient.press("Enter")
    await expect(cell(tab.page, planted.members[1].pseudo, "coefficient")).to_contain_text("Enregistré.")
    assert (await Member.get(id=planted.members[1].id)).coefficient == 61
    tab.problems[:] = [problem for problem in tab.problems if "ERR_CONNECTION_REFUSED" not in problem]
