"""A frontend on another port, in a real browser: it asks, changes and listens where it is allowed, else nothing."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from config import Settings
from tests.documents.forum import CREATE_POST, post_input
from tests.wire.client import Client
from tests.wire.server import served
from tests.worlds import world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASK = """async ({ url, query, variables, headers }) => {
  try {
    const body = JSON.stringify({ query, variables });
    headers = { "content-type": "application/json", ...headers };
    const answer = await fetch(url, { method: "POST", body, headers });
    return { data: (await answer.json()).data, id: answer.headers.get("x-request-id") };
  } catch (error) {
    return { failed: String(error) };
  }
}"""
LISTEN = """async ({ url, query, variables }) => new Promise((done) => {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
  socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init" }));
  socket.onclose = () => done("closed");
  socket.onmessage = ({ data }) => {
    const { type } = JSON.parse(data);
    if (type === "connection_ack") {
      socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query, variables } }));
      done("listens");
    }
    if (type === "next") window.heard = data;
  };
})"""
STREAM = """async ({ url, query, variables }) => {
  try {
    const asked = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    return (await fetch(`${url}?${asked}`, { headers: { accept: "text/event-stream" } })).status;
  } catch (error) {
    return "failed";
  }
}"""
POSTS = "subscription($topicId: ID) { postAdded(topicId: $topicId) { body } }"


async def _frontend(_request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>Frontend</title>")


@pytest.fixture
async def frontends() -> AsyncIterator[list[str]]:
    """Two pages, each on a port of its own."""
    async with AsyncExitStack() as stack:
        application = Starlette(routes=[Route("/", _frontend)])
        yield [(await stack.enter_async_context(served(application))).url for _ in range(2)]


@pytest.fixture
def settings(settings: Settings, frontends: list[str]) -> Settings:
    """The first of the two may call."""
    return replace(settings, allowed_origins=frozenset(frontends[:1]))


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


async def test_a_page_that_is_allowed_asks_changes_and_listens(
    client: Client, frontends: list[str], page: Page
) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    bearer = (await client.as_user(await world.user())).bearer
    place: dict[str, Any] = {"url": f"{client.base_url}/graphql"}
    await page.goto(frontends[0])
    asked = await page.evaluate(ASK, place | {"query": "{ categories { slug } }"})
    assert asked["data"]["categories"][0] == {"slug": "general"}
    assert asked["id"]
    listening = place | {"query": POSTS, "variables": {"topicId": post_input(topic)["topicId"]}}
    assert await page.evaluate(LISTEN, listening) == "listens"
    assert await page.evaluate(STREAM, listening) == 200
    headers = {"authorization": f"Bearer {bearer}", "idempotency-key": "once"}
    variables = {"input": post_input(topic, "D'un autre port")}
    written = await page.evaluate(ASK, place | {"query": CREATE_POST, "variables": variables, "headers": headers})
    assert written["data"]["createPost"]["body"] == "D'un autre port"
    await page.wait_for_function("() => window.heard?.includes('autre port')")


async def test_a_page_of_another_origin_is_kept_out(client: Client, frontends: list[str], page: Page) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    place: dict[str, Any] = {"url": f"{client.base_url}/graphql"}
    await page.goto(frontends[1])
    assert "failed" in await page.evaluate(ASK, place | {"query": "{ categories { slug } }"})
    listening = place | {"query": POSTS, "variables": {"topicId": post_input(topic)["topicId"]}}
    assert await page.evaluate(LISTEN, listening) == "closed"
    assert await page.evaluate(STREAM, listening) == "failed"
