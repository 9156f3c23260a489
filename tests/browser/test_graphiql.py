"""GraphiQL as someone who explores the API meets it: it shows, signs in, introspects, asks, and keeps no secret."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from models.session import Session
from pages.graphiql import prepared_tabs
from tests import world
from tests.browser.conftest import Tab
from tests.client import Client

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"


REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }"
PASSWORD = "a long password"


async def _sign_in(page: Page, client: Client, name: str) -> str:
    """Makes an account and signs it in through the form; gives the token."""
    await client.data(REGISTER, input={"username": name, "email": f"{name}@example.org", "password": PASSWORD})
    await page.get_by_label("Nom ou adresse").fill(name)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    async with page.expect_response(lambda answer: "accessToken" in (answer.request.post_data or "")) as answered:
        await page.get_by_role("button", name="Se connecter").click()
    await expect(page.locator("#name")).to_have_text(name)
    token: str = (await (await answered.value).json())["data"]["login"]["accessToken"]
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
    names = [found[1] for tab_ in prepared_tabs() if (found := named.search(tab_["query"]))]
    assert len(names) == len(prepared_tabs())
    await expect(tab.page.get_by_role("tab")).to_contain_text(names)
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
    await expect(tab.page.get_by_role("button", name="Se connecter")).to_be_visible()


async def test_a_session_that_ended_brings_the_form_back_and_keeps_the_queries(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    await _sign_in(tab.page, client, "maia")
    await tab.page.get_by_role("button", name="Variables").click()
    await Session.all().delete()
    await _run(tab.page)
    await expect(tab.page.get_by_role("status")).to_contain_text("Votre session est terminée")
    await expect(tab.page.get_by_label("Mot de passe")).to_be_visible()
    await expect(tab.page.get_by_role("region", name="Query Editor")).to_contain_text("ForumTree")


async def test_live_events_come_by_a_socket_that_has_the_token_and_stop_when_told(tab: Tab, client: Client) -> None:
    said: list[dict[str, Any]] = []
    stopped = asyncio.Event()

    def answer(socket: WebSocketRoute, message: str | bytes) -> None:
        said.append(json.loads(message))
        if said[-1]["type"] == "connection_init":
            socket.send('{"type": "connection_ack"}')
        elif said[-1]["type"] == "subscribe":
            event = {"type": "next", "id": said[-1]["id"], "payload": {"data": {"postAdded": {"id": "post-1"}}}}
            socket.send(json.dumps(event))
        elif said[-1]["type"] == "complete":
            stopped.set()

    await tab.page.route_web_socket("**/graphql", lambda socket: socket.on_message(lambda said: answer(socket, said)))
    await tab.page.goto("/graphql")
    token = await _sign_in(tab.page, client, "maia")
    editor = tab.page.get_by_role("region", name="Query Editor").get_by_role("textbox")
    await editor.press("Control+a")
    await editor.fill("subscription Live { postAdded { id } }")
    await expect(tab.page.get_by_role("tab").first).to_contain_text("Live")
    await tab.page.get_by_role("button", name="Execute query").click()
    await expect(tab.page.get_by_role("region", name="Result Window")).to_contain_text("post-1")
    await tab.page.get_by_role("button", name="Stop query").click()
    await expect(tab.page.get_by_role("button", name="Execute query")).to_be_visible()
    await asyncio.wait_for(stopped.wait(), 5)
    assert said[0] == {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
    assert [message["type"] for message in said[1:]] == ["subscribe", "complete"]


async def test_a_wrong_password_is_said_and_the_right_one_can_be_given_up_again(tab: Tab, client: Client) -> None:
    await tab.page.goto("/graphql")
    await tab.page.get_by_label("Nom ou adresse").fill("nobody")
    await tab.page.get_by_label("Mot de passe").fill("wrong")
    await tab.page.get_by_role("button", name="Se connecter").click()
    await expect(tab.page.get_by_role("status")).to_have_text("Identifiant ou mot de passe incorrect.")
    token = await _sign_in(tab.page, client, "maia")
    async with tab.page.expect_response("**/graphql") as answered:
        await tab.page.get_by_role("button", name="Se déconnecter").click()
    await (await answered.value).finished()
    await expect(tab.page.get_by_role("button", name="Se connecter")).to_be_visible()
    assert await Client(client.base_url, client.http, token).codes("{ categories { id } }") == ["UNAUTHENTICATED"]
