"""Signing in once for all pages: reloads, other pages, other tabs, the end of it; and the shell around every page."""

import asyncio
import re
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from app import create_app
from config import Settings
from domain.account.password import SALT_BYTES, hash_password
from models.account.session import RefreshToken, Session
from models.account.user import User
from tests.browser.alliance_page import PASSWORD, administrator, alliance_with_harvests, sign_in
from tests.documents.forum import CREATE_POST, post_input
from tests.engine.plan.outcomes import outcomes
from tests.wire.axe import violations_by_day_and_night
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.server import served
from tests.wire.tab import Tab
from tests.worlds import world
from tests.worlds.alliance import housed, lose_key

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OWN = ["/", "/graphql", "/account"]
PAGES = [*OWN, "/alliances/{tag}"]
WIDTHS = [390, 1280]
OTHER_PAGES = ["/account/register", "/account/forgotten"]
STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"


@pytest.fixture
def short(settings: Settings) -> Settings:
    return replace(settings, access_token_lifetime=4)


async def _shown(page: Page, name: str = "reine") -> None:
    await expect(page.locator("#name")).to_have_text(name)
    await expect(page.locator("#sign-in")).to_be_hidden()


async def test_one_sign_in_opens_every_page_and_outlives_a_reload(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), 1)
    await tab.page.goto("/")
    await sign_in(tab.page, "reine")
    for path in PAGES:
        await tab.page.goto(path.format(tag=planted.alliance.tag))
        await _shown(tab.page)
        await tab.page.reload()
        await _shown(tab.page)
        stored = await tab.page.evaluate(STORED)
        assert "eyJ" not in stored, "no token where scripts of another day would find it"
        assert "pheromone=" not in stored
    assert await Session.all().count() == 1


async def test_the_alliances_stand_in_the_index_and_in_every_header(tab: Tab) -> None:
    planted = await alliance_with_harvests(await administrator(), 1)
    await tab.page.goto("/alliances")
    await expect(tab.page.get_by_text("Connectez-vous pour voir les alliances.")).to_be_visible()
    await sign_in(tab.page, "reine")
    own = tab.page.get_by_role("region", name="Vos alliances")
    await expect(own).to_contain_text("administrateur")
    await own.get_by_role("link", name=planted.alliance.name).click()
    await expect(tab.page.get_by_role("heading", level=1)).to_contain_text(planted.alliance.name)
    here = tab.page.get_by_role("navigation").get_by_role("link", name=planted.alliance.tag)
    await expect(here).to_have_attribute("aria-current", "page")


async def test_a_second_tab_is_signed_in_too_and_signed_out_with_the_first(tab: Tab) -> None:
    await administrator()
    await tab.page.goto("/")
    await sign_in(tab.page, "reine")
    second = await tab.page.context.new_page()
    await second.goto("/graphql")
    await _shown(second)
    third = await tab.page.context.new_page()
    await third.goto("/account")
    await _shown(third)
    await second.get_by_role("button", name="Se déconnecter").click()
    for page in (tab.page, second, third):
        await expect(page.locator("#account")).to_be_hidden()
    assert await Session.filter(revoked_at=None).count() == 0


async def test_who_signs_in_in_one_tab_is_signed_in_in_all(tab: Tab) -> None:
    await administrator()
    second = await tab.page.context.new_page()
    for page in (tab.page, second):
        await page.goto("/")
        await expect(page.locator("#sign-in")).to_be_visible()
    await sign_in(tab.page, "reine")
    await _shown(second)


async def test_tabs_that_load_at_once_spend_one_chain(tab: Tab) -> None:
    await administrator()
    await tab.page.goto("/")
    await sign_in(tab.page, "reine")
    tabs = [await tab.page.context.new_page() for _ in range(4)]
    for _ in range(3):
        await asyncio.gather(*(page.goto("/") for page in tabs))
    for page in tabs:
        await _shown(page)
    assert await Session.filter(revoked_at=None).count() == 1
    assert await RefreshToken.filter(used_at=None).count() == 1


@pytest.mark.thorough
@pytest.mark.usefixtures("client")
async def test_a_page_goes_on_when_its_token_expires(browser: Browser, short: Settings) -> None:
    async with served(create_app(short)) as server:
        await administrator()
        context = await browser.new_context(base_url=server.url, locale="fr-FR")
        page = await context.new_page()
        await page.goto("/account")
        await sign_in(page, "reine")
        await page.wait_for_timeout(6000)
        await page.get_by_role("button", name="Terminer toutes les autres").count()
        await page.locator("#email-change").get_by_label("Nouvelle adresse").fill("autre@example.org")
        await page.locator("#email-change").get_by_label("Mot de passe actuel").fill(PASSWORD)
        await page.locator("#email-change").get_by_role("button").click()
        await expect(page.locator("#notice")).to_have_text("Adresse changée.")
        await _shown(page)
        await context.close()


async def test_who_has_to_wait_is_told_so_and_not_taken_for_nobody(tab: Tab) -> None:
    await administrator()
    page = tab.page
    await page.goto("/account")
    await sign_in(page, "reine")
    told = {"message": "…", "extensions": {"code": "RATE_LIMITED", "retryAfter": 3}}
    await page.route("**/session/renew", lambda route: route.fulfill(status=400, json={"errors": [told]}), times=1)
    await page.reload()
    await expect(page.locator("#notice.problem")).to_contain_text("dans 3 s")
    await expect(page.locator("#sign-in")).to_be_hidden()
    await _shown(page)
    await expect(page.locator("#notice")).to_be_empty()
    await expect(page.get_by_role("heading", name="Profil")).to_be_visible()
    tab.problems[:] = [said for said in tab.problems if "400" not in said]


async def test_an_alliance_without_its_key_stays_within_reach(tab: Tab, client: Client) -> None:
    alliance, _ = await housed(client)
    digest = hash_password(PASSWORD, b"s" * SALT_BYTES)
    await User.filter(id=alliance.users["Zoé"].id).update(password_hash=digest)
    await lose_key()
    await tab.page.goto("/")
    await sign_in(tab.page, alliance.users["Zoé"].username)
    own = tab.page.get_by_role("region", name="Vos alliances").get_by_role("link")
    await expect(own).to_have_count(1)
    await expect(own).to_contain_text(alliance.tag)
    header = tab.page.get_by_role("navigation", name="Pages", exact=True)
    await header.get_by_role("link", name=alliance.tag, exact=True).click()
    await expect(tab.page.locator("#closed")).to_contain_text("La clé de l'alliance manque")
    await tab.page.goto("/alliances/HOT")
    await expect(tab.page.locator("#closed")).to_contain_text("réservés à ses membres")


async def test_a_wrong_password_is_said_and_the_keyboard_does_for_all(tab: Tab) -> None:
    await administrator()
    await tab.page.goto("/")
    await expect(tab.page.locator("#sign-in")).to_be_visible()
    keys = tab.page.keyboard
    await keys.press("Tab")
    await expect(tab.page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    while await tab.page.evaluate("document.activeElement.name") != "login":
        await keys.press("Tab")
    await keys.type("reine")
    await keys.press("Tab")
    await keys.type("falsch")
    await keys.press("Enter")
    await expect(tab.page.locator("#notice.problem")).to_have_text("Identifiant ou mot de passe incorrect.")
    await expect(tab.page.locator('#sign-in [name="password"]')).to_be_focused()
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await _shown(tab.page)
    await expect(tab.page.locator("#notice")).to_be_empty()


async def test_a_session_that_was_ended_elsewhere_is_said(tab: Tab) -> None:
    await administrator()
    await tab.page.goto("/account")
    await sign_in(tab.page, "reine")
    await expect(tab.page.get_by_role("heading", name="Profil")).to_be_visible()
    await Session.all().delete()
    await tab.page.locator("#password-change").get_by_label("Mot de passe actuel").fill("x")
    await tab.page.locator("#password-change").get_by_label("Nouveau mot de passe").fill("y")
    await tab.page.locator("#password-change").get_by_role("button").click()
    await expect(tab.page.locator("#notice.problem")).to_contain_text("Votre session est terminée")
    await expect(tab.page.locator("#sign-in")).to_be_visible()
    await expect(tab.page.get_by_role("heading", name="Profil")).to_be_hidden()


@pytest.mark.thorough
async def test_every_page_fits_and_shuts_nobody_out(tab: Tab) -> None:
    page = tab.page
    await administrator()
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        for path in (*OTHER_PAGES, *OWN):
            await page.goto(path)
            await _fits(page, width, path)
    await page.goto("/")
    await sign_in(page, "reine")
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        for path in OWN:
            await page.goto(path)
            await _shown(page)
            await _fits(page, width, path)


async def _fits(page: Page, width: int, path: str) -> None:
    await page.wait_for_load_state("networkidle")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not await violations_by_day_and_night(page), path


async def test_the_theme_is_chosen_and_kept_for_all_pages(tab: Tab) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    await tab.page.emulate_media(color_scheme="light")
    await tab.page.goto("/")
    light = await tab.page.evaluate(paper)
    for _ in range(2):
        await tab.page.get_by_role("button", name=re.compile("Thème")).click()
    dark = await tab.page.evaluate(paper)
    assert dark != light
    await tab.page.goto("/account")
    assert await tab.page.evaluate(paper) == dark
    await expect(tab.page.get_by_role("button", name="Thème : sombre")).to_be_visible()


async def test_storage_that_is_refused_or_holds_garbage_breaks_nothing(tab: Tab) -> None:
    await administrator()
    refusal = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    await tab.page.goto("/")
    await tab.page.evaluate("localStorage.setItem('pheromone:theme', '{')")
    await tab.page.reload()
    await sign_in(tab.page, "reine")
    await tab.page.add_init_script(refusal)
    for path in ("/", "/graphql"):
        await tab.page.goto(path)
        await _shown(tab.page)
        await tab.page.get_by_role("button", name=re.compile("Thème")).click()


@pytest.mark.thorough
async def test_the_line_says_when_the_service_is_gone_and_back(browser: Browser, client: Client) -> None:
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    page = await context.new_page()
    await administrator()
    await page.goto("/account")
    await sign_in(page, "reine")
    await context.set_offline(True)
    await page.locator("#password-change").get_by_label("Mot de passe actuel").fill("x")
    await page.locator("#password-change").get_by_label("Nouveau mot de passe").fill("y")
    await page.locator("#password-change").get_by_role("button").click()
    await expect(page.locator("#live")).to_have_text("Connexion perdue, nouvel essai…")
    await expect(page.locator("#notice.problem")).to_contain_text("ne répond pas")
    await context.set_offline(False)
    await expect(page.locator("#live")).to_have_text("Connexion rétablie")
    await expect(page.locator("#notice")).to_be_empty()
    await expect(page.locator("#live")).to_be_empty(timeout=10_000)
    await context.close()


@pytest.mark.thorough
async def test_what_the_pages_ask_is_answered_by_plans(tab: Tab) -> None:
    await administrator()
    await tab.page.goto("/")
    await sign_in(tab.page, "reine")
    before = outcomes()
    for path in (*OWN, *OTHER_PAGES) * 3:
        await tab.page.goto(path)
        await tab.page.wait_for_load_state("networkidle")
    told = outcomes() - before
    assert told["answered"] > 5
    assert set(told) - {"introspection"} == {"answered"}, "GraphiQL's own is read off the schema"


LISTEN = """async (topic) => {
  const { live } = await import("/pages/shell/live.js");
  const posts = `subscription Posts($topic: ID, $after: String) {
    postAdded(topicId: $topic, after: $after) { body cursor }
  }`;
  window.begun = 0;
  window.heard = [];
  let after = null;
  live.addEventListener("begun", () => window.begun++);
  live.listen(posts, () => ({ topic, after }), ({ postAdded }) => {
    after = postAdded.cursor;
    window.heard.push(postAdded.body);
  });
}"""
SOCKETS = """
window.sockets = [];
WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
"""
BREAKS = [
    "0",
    "sockets.at(-1).close()",
    "import('/pages/shell/session.js').then(({ session }) => session.renew())",
]


async def test_what_is_listened_to_goes_on_after_a_break_and_with_another_token(tab: Tab, client: Client) -> None:
    user, page = await administrator(), tab.page
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet", user)
    await page.add_init_script(SOCKETS)
    await page.goto("/account")
    await sign_in(page, "reine")
    await page.evaluate(LISTEN, post_input(topic)["topicId"])
    await subscriptions(client, 1)
    writer = await client.as_user(await world.user(name="paco"))
    for number, breaks in enumerate(BREAKS):
        await page.evaluate(breaks)
        await writer.data(CREATE_POST, input=post_input(topic, f"mot {number}"))
        await _until(page, "heard", [f"mot {n}" for n in range(number + 1)])
        await _until(page, "begun", number + 1)


async def _until(page: Page, name: str, value: object) -> None:
    found = None
    for _ in range(100):
        found = await page.evaluate(name)
        if found == value:
            return
        await asyncio.sleep(0.1)
    assert found == value


@pytest.mark.parametrize(("accept", "kind"), [("text/html,*/*", "text/html"), ("*/*", "application/json")])
async def test_programs_at_the_index_are_told_where_the_api_is(client: Client, accept: str, kind: str) -> None:
    for path in ("/", "/alliances"):
        response = await client.http.get(path, headers={"accept": accept})
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(kind)
        assert "accept" in response.headers["vary"]
