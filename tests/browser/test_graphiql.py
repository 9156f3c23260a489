"""GraphiQL as someone who explores the API meets it: it shows, signs in, introspects, asks, and keeps no secret."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from engine.operation.message import FRENCH
from engine.operation.node import global_id
from models.account.session import Session
from pages.graphiql import prepared_tabs
from tests.browser.alliance_page import administrator, alliance_with_harvests
from tests.documents.forum import CREATE_TOPIC
from tests.wire.client import Client
from tests.wire.tab import Tab
from tests.worlds import world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"


REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }"
PASSWORD = "a long password"


async def _sign_in(page: Page, client: Client, name: str) -> str:
    """Makes an account and signs it in through the form; gives the token."""
    await client.data(REGISTER, input={"username": name, "email": f"{name}@example.org", "password": PASSWORD})
    return await _fill_in(page, name)


async def _fill_in(page: Page, name: str) -> str:
    await page.get_by_label("Nom ou adresse").fill(name)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    async with page.expect_response("**/session/open") as answered:
        await page.get_by_role("button", name="Se connecter").click()
    await expect(page.locator("#name")).to_have_text(name)
    token: str = (await (await answered.value).json())["grant"]["accessToken"]
    return token


async def _run(page: Page) -> Any:
    """Runs the tab that is open and gives what GraphiQL shows of the answer."""
    async with page.expect_response("**/graphql") as answered:
        await page.get_by_role("button", name="Execute query").click()
    return await (await answered.value).json()


async def test_the_prepared_queries_stand_in_tabs_and_the_tree_is_answered(tab: Tab, client: Client) -> None:
    section = await world.section("general", "Taverne")
    await tab.page.goto("/graphql")
    named = re.compile(r"^(?:query|mutation|subscription) (\w+)", re.MULTILINE)
    names = [found[1] for tab_ in prepared_tabs(FRENCH) if (found := named.search(tab_["query"]))]
    assert len(names) == len(prepared_tabs(FRENCH))
    await expect(tab.page.get_by_role("tab")).to_contain_text(names)
    await expect(tab.page.locator(".graphiql-editor-tool .CodeMirror").first).to_be_in_viewport()  # The variables.
    answer = await _run(tab.page)
    assert section.name in json.dumps(answer)
    await expect(tab.page.get_by_role("region", name="Result Window")).to_contain_text("Forum Général")


async def test_the_schema_is_read_once_signed_in(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    await expect(tab.page.get_by_role("status")).to_contain_text("Connectez-vous")
    await tab.page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(tab.page.get_by_text("No GraphQL schema available")).to_be_visible()
    await _sign_in(tab.page, client, "maia")
    await expect(tab.page.get_by_text("A GraphQL schema provides a root type")).to_be_visible()
    await expect(tab.page.get_by_role("link", name="Query", exact=True)).to_be_visible()


async def test_the_prepared_mutation_changes_a_member_whom_the_viewer_administers(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    await expect(tab.page.get_by_role("tab")).to_have_count(len(prepared_tabs(FRENCH)))
    await tab.page.get_by_role("tab").filter(has_text="ChangeACoefficient").click()
    variables = tab.page.get_by_role("region", name="Variables")
    await expect(variables).to_contain_text("l'id d'un membre, lu dans MembersTable")
    await tab.page.wait_for_timeout(700)  # GraphiQL writes half a second after the last change.
    reine = await administrator()
    await world.alliance(reine, administrators=False, tag="AAA")
    planted = await alliance_with_harvests(reine, 1)
    await _fill_in(tab.page, "reine")
    await expect(variables).to_contain_text(global_id("Member", planted.members[0].id))
    await expect(tab.page.get_by_role("tab")).to_have_count(len(prepared_tabs(FRENCH)))
    await tab.page.wait_for_timeout(1000)
    answer = await _run(tab.page)
    assert "errors" not in answer
    assert answer["data"]["updateMemberRights"]["resourceRights"]["coefficient"] == 100
    await tab.page.get_by_role("tab").filter(has_text="MembersTable").click()
    await expect(variables).to_contain_text(f'"{planted.alliance.tag}"')


async def test_no_token_is_kept_even_one_typed_as_a_header(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    token = await _sign_in(tab.page, client, "maia")
    await tab.page.get_by_role("button", name="Headers").click()
    await (
        tab.page.get_by_role("region", name="Headers")
        .get_by_role("textbox")
        .fill(f'{{"Authorization": "Bearer {token}"}}')
    )
    await _run(tab.page)
    await tab.page.wait_for_timeout(700)  # GraphiQL writes half a second after the last change.
    assert token not in await tab.page.evaluate(STORED)
    await tab.page.reload()
    await expect(tab.page.locator("#name")).to_have_text("maia")
    assert token not in await tab.page.evaluate(STORED)


async def test_a_session_that_ended_brings_the_form_back_and_keeps_the_queries(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    await _sign_in(tab.page, client, "maia")
    await tab.page.get_by_role("button", name="Variables").click()
    await Session.all().delete()
    await _run(tab.page)
    await expect(tab.page.get_by_role("status")).to_contain_text("Votre session est terminée")
    await expect(tab.page.get_by_label("Mot de passe")).to_be_visible()
    await expect(tab.page.get_by_role("region", name="Query Editor")).to_contain_text("ForumTree")


async def test_live_posts_come_by_a_socket_that_has_the_token_and_stop_when_told(tab: Tab, client: Client) -> None:
    said: list[dict[str, Any]] = []
    tab.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(json.loads(frame))))
    section = await world.section("general", "Taverne")
    author = await client.as_user(await world.user())
    await tab.page.goto("/graphql")
    token = await _sign_in(tab.page, client, "maia")
    await tab.page.get_by_role("tab").filter(has_text="LivePosts").click()
    await tab.page.wait_for_timeout(
        1000
    )  # GraphiQL itself reads the operation's kind a moment after its tab is opened.
    await tab.page.get_by_role("button", name="Execute query").click()
    await _until(lambda: "subscribe" in [message["type"] for message in said])
    entry = {"sectionId": global_id("Section", section.id), "title": "Un soir", "body": "La pluie tombe encore."}
    result = tab.page.get_by_role("region", name="Result Window")
    for _ in range(50):  # The service may take a moment to listen after it was asked to.
        await author.data(CREATE_TOPIC, input=entry)
        if "La pluie" in await result.inner_text():
            break
        await asyncio.sleep(0.1)
    await expect(result).to_contain_text("La pluie tombe encore.")
    await tab.page.get_by_role("button", name="Stop query").click()
    await expect(tab.page.get_by_role("button", name="Execute query")).to_be_visible()
    await _until(lambda: said[-1]["type"] == "complete")
    assert said[0] == {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
    assert [message["type"] for message in said[1:] if message["type"] != "pong"] == ["subscribe", "complete"]


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it did not come")


async def test_a_wrong_password_is_said_and_the_right_one_can_be_given_up_again(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    await tab.page.get_by_label("Nom ou adresse").fill("nobody")
    await tab.page.get_by_label("Mot de passe").fill("wrong")
    await tab.page.get_by_role("button", name="Se connecter").click()
    await expect(tab.page.get_by_role("status")).to_have_text("Identifiant ou mot de passe incorrect.")
    token = await _sign_in(tab.page, client, "maia")
    async with tab.page.expect_response("**/session/end") as answered:
        await tab.page.get_by_role("button", name="Se déconnecter").click()
    await (await answered.value).finished()
    await expect(tab.page.get_by_role("button", name="Se connecter")).to_be_visible()
    assert await Client(client.base_url, client.http, token).codes("{ categories { id } }") == ["UNAUTHENTICATED"]
