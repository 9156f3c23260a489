"""What the pages of an alliance have in common: who is refused, two languages, narrow, dark and on paper, trusted."""

from datetime import date

import pytest
from playwright.async_api import Browser, Page, Request, expect

from models.orders.order import Order
from observability.metrics import PLANS
from pages.documents import own_documents
from pages.rooms import ROOMS
from tests.browser.alliance_page import PASSWORD, administrator
from tests.browser.rooms_page import open_room, planned_alliance
from tests.wire.axe import violations, violations_by_day_and_night
from tests.wire.client import Client
from tests.wire.tab import Tab

A4_LANDSCAPE = 1047
WIDEST = """mutation($id: ID!) {
  updateOrder(
    id: $id, materials: 999999999999, food: 999999999999, evolution: ETABLE_COCHENILLES, deliverAfter: "2026-03-28"
  ) { id }
}"""
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _each_room(page: Page, tag: str) -> None:
    """Sees every room as it stands, without a word of refusal and without a thing wrong with it."""
    for room in ROOMS:
        await page.goto(f"/alliances/{tag}/{room}")
        await expect(page.locator("#room")).to_be_visible()
        await expect(page.locator("#refusal")).to_be_empty()
        await expect(page.get_by_role("navigation").locator('[aria-current="page"]').last).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), room
        assert await violations_by_day_and_night(page) == [], room


def _plans() -> dict[str, float]:
    """How often plans answered, or stepped aside and why, in this process so far."""
    samples = [sample for metric in PLANS.collect() for sample in metric.samples]
    return {sample.labels["outcome"]: sample.value for sample in samples if sample.name.endswith("_total")}


@pytest.mark.thorough
async def test_every_room_is_whole_narrow_and_wide_light_and_dark(browser: Browser, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    page = await context.new_page()
    sent: list[Request] = []
    before = _plans()

    def asks(request: Request) -> None:
        sent.append(request)

    page.on("request", asks)
    await open_room(page, alliance, "plan")
    for width in (390, 1280):  # From their second use on, documents are run by their plans.
        await page.set_viewport_size({"width": width, "height": 800})
        await _each_room(page, alliance.tag)
    await context.close()
    bodies = [request.post_data_json or {} for request in sent if request.url.endswith("/graphql")]
    asked = {body["query"] for body in bodies}
    assert len(asked) >= len(ROOMS)
    assert asked <= own_documents()
    after = _plans()
    assert {outcome for outcome in after if after[outcome] > before.get(outcome, 0)} == {"answered"}


async def test_every_room_is_told_in_english(browser: Browser, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    context = await browser.new_context(base_url=client.base_url, locale="en-GB")
    page = await context.new_page()
    await page.goto(f"/alliances/{alliance.tag}/plan")
    await page.get_by_label("Name or address").fill(alliance.users["Reine"].username)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="To send now")).to_be_visible()
    for room, name in (
        ("orders", "Orders"),
        ("hostings", "Hostings and keys"),
        ("history", "Rights history"),
        ("own", "My page"),
    ):
        await page.get_by_role("navigation", name="Pages of the alliance").get_by_role("link", name=name).click()
        await expect(page).to_have_url(f"{client.base_url}/alliances/{alliance.tag}/{room}")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    await context.close()


async def test_outsiders_are_told_that_they_are(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await administrator("passant")
    page = tab.page
    await page.goto(f"/alliances/{alliance.tag}/orders")
    await expect(page.locator("#notice")).to_have_text("Connectez-vous pour voir cette page.")
    await page.get_by_label("Nom ou adresse").fill("passant")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    for room in ROOMS:
        await page.goto(f"/alliances/{alliance.tag}/{room}")
        await expect(page.locator("#refusal")).not_to_be_empty()
        await expect(page.locator("#room")).to_be_hidden()
    assert await violations(page) == []
    await page.goto("/alliances/NIX/orders")
    await expect(page.locator("#refusal")).to_have_text("Cette alliance n'existe pas.")


async def test_a_member_sees_no_way_to_what_administrators_alone_see(tab: Tab, client: Client) -> None:
    alliance, _ = await planned_alliance(client)
    await open_room(tab.page, alliance, "own", "Paco")
    links = tab.page.get_by_role("navigation", name="Pages de l'alliance").get_by_role("link")
    await expect(links).to_have_text(["Membres", "Commandes", "Hébergements et clés", "Ma page"])
    await tab.page.goto(f"/alliances/{alliance.tag}/plan")
    await expect(tab.page.locator("#refusal")).to_contain_text("administrent")


async def test_a_server_that_is_gone_is_said_and_what_happened_meanwhile_is_read(tab: Tab, client: Client) -> None:
    alliance, order = await planned_alliance(client)
    page = tab.page
    await open_room(page, alliance, "plan")
    await page.route("**/graphql", lambda route: route.abort())
    await page.get_by_role("button", name="Envoyé, Reine → Zoé").click()
    await expect(page.get_by_role("alert")).to_contain_text("ne répond pas")
    await expect(page.locator("#live")).to_contain_text("Connexion perdue")
    await page.unroute("**/graphql")
    await expect(page.locator("#live")).to_contain_text("Connexion rétablie")
    change = "mutation($id: ID!) { updateOrder(id: $id, materials: 100) { id } }"
    await alliance.founder.data(change, id=order)
    await expect(page.locator("#planned tbody tr")).to_have_count(2)
    # The refused requests are what this test is about.
    tab.problems[:] = [said for said in tab.problems if "ERR_FAILED" not in said]


CONTROLS = """[...document.querySelectorAll("main :is(a, button, input, select), .bar, .acts")].filter((node) => {
  const { appearance, borderTopWidth, visibility } = getComputedStyle(node);
  return node.checkVisibility() && visibility !== "hidden" && !(appearance === "none" && borderTopWidth === "0px");
}).map((node) => node.outerHTML)"""


@pytest.mark.parametrize("room", ROOMS)
async def test_on_paper_there_is_what_was_read_and_no_controls(tab: Tab, client: Client, room: str) -> None:
    alliance, order = await planned_alliance(client)
    await alliance.founder.data(WIDEST, id=order)
    await Order.all().update(due_on=date(2026, 4, 21))
    await tab.page.emulate_media(color_scheme="dark")
    await open_room(tab.page, alliance, room)
    await expect(tab.page.locator("#room section").first).to_be_attached()
    await tab.page.set_viewport_size({"width": A4_LANDSCAPE, "height": 718})
    await tab.page.emulate_media(media="print")
    assert await tab.page.evaluate(CONTROLS) == []
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= A4_LANDSCAPE
    ink, paper = await tab.page.evaluate(
        "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
