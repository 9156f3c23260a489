"""The page at /graphql as a browser receives it, and the queries that it offers."""

import json
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from graphql import OperationDefinitionNode, parse, validate

from engine.execution.limit import limit_errors
from engine.operation.context import Runtime
from engine.operation.message import FRENCH
from engine.transport.endpoint import Endpoint
from pages.assets import assets
from pages.graphiql import GraphiQL, prepared_tabs
from pages.page import data
from schema.root import schema
from tests.wire.client import Client

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class _Page(HTMLParser):
    """Collects the scripts of a page that a browser would run, and whatever stands inline."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.inline += [name for name in values if name.startswith("on") or name == "style"]
        self.inline += [tag] if tag == "style" or (tag == "script" and not {"src", "type"} & values.keys()) else []
        self.addresses += [value for name, value in attributes if value and name in ("src", "href")]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder in which every file of GraphiQL's is there."""
    for asset in assets():
        path = tmp_path / asset.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("/* a file */")
    return tmp_path


@pytest.fixture
async def http(files: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The endpoint alone, whose page looks for its files in that folder."""
    endpoint = Endpoint(schema, Runtime("a secret"), GraphiQL(folder=files))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://endpoint") as http:
        yield http


def test_every_prepared_query_is_one_that_the_schema_answers() -> None:
    for tab in prepared_tabs(FRENCH):
        document = parse(tab["query"])
        assert not validate(schema._schema, document)
        assert not limit_errors(document, schema._schema)
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        assert len(operations) == 1
        assert operations[0].name, "the tab's title"
        needed = {node.variable.name.value for node in operations[0].variable_definitions or ()}
        assert set(json.loads(tab.get("variables", "{}"))) == needed


def test_data_cannot_end_the_element_that_holds_it() -> None:
    text = "</script><script>alert(1)"
    assert "<" not in data([text])
    assert json.loads(data([text])) == [text]


async def test_a_browser_gets_the_page_with_nothing_inline_and_nothing_foreign(http: httpx.AsyncClient) -> None:
    response = await http.get("/graphql", headers=BROWSER)
    assert response.status_code == 200
    page = _Page(response.text)
    assert not page.inline
    fetched = [f"/static/{asset.place}" for asset in assets()]
    assert page.addresses[0].startswith("data:")
    assert page.addresses[1 : len(fetched) + 1] == fetched
    assert {"/pages/graphiql/graphiql.css", "/pages/graphiql/graphiql.js"} < set(page.addresses)
    assert all(address.startswith(("/", "#")) for address in page.addresses[1:])
    for asset in assets():
        assert f'"/static/{asset.place}" integrity="{asset.integrity}"' in response.text
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_without_its_files_the_page_says_what_to_run_and_the_api_answers(
    files: Path, http: httpx.AsyncClient
) -> None:
    (files / assets()[-1].place).unlink()
    french = await http.get("/graphql", headers=BROWSER)
    english = await http.get("/graphql", headers={**BROWSER, "accept-language": "en-GB,en"})
    assert french.status_code == english.status_code == 503
    assert "make graphiql" in french.text
    assert "make graphiql" in english.text
    assert 'lang="fr"' in french.text
    assert 'lang="en"' in english.text
    answer = await http.post("/graphql", json={"query": "{ __typename }"})
    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
async def test_a_client_that_is_no_browser_is_told_that_it_asked_nothing(http: httpx.AsyncClient, accept: str) -> None:
    response = await http.get("/graphql", headers={"accept": accept})
    assert response.status_code == 400
    assert response.json()["errors"]


@one_database
@pytest.mark.parametrize(
    "address",
    [
        "/pages/graphiql/graphiql.html",
        "/pages/graphiql.py",
        "/pages/graphiql/queries/1_forum_tree.graphql",
        "/pages/..%2fapp.py",
        "/static/nothing.js",
        "/static/..%2fapp.py",
        "/static/../pages/page.py",
    ],
)
async def test_only_scripts_styles_and_fetched_files_are_served(client: Client, address: str) -> None:
    assert (await client.http.get(address)).status_code == 404


@one_database
async def test_own_scripts_are_asked_for_again(client: Client) -> None:
    response = await client.http.get("/pages/graphiql/graphiql.js")
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"
    again = await client.http.get("/pages/graphiql/graphiql.js", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304
