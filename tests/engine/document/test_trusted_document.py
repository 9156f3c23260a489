"""A service with a manifest: its documents run for everybody, over any transport; others as the setting says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import specified_rules
from strawberry.types import ExecutionResult

from config import Settings, SettingsError, read_settings
from domain.core.trusted_document import digest
from engine.document.document import read
from engine.execution.limit import check
from engine.operation.context import Context, Runtime
from pages.documents import own_documents
from pages.page import BROWSER
from pages.session_gate import GATE_DOCUMENTS
from permissions.exploration import Exploration
from schema.root import schema
from tests.wire.client import SECRET, Client
from tests.wire.live import ask, socket
from tests.worlds import world

TRUSTED = "query Slugs { categories { slug } }"
OTHER = "{ categories { slug } }"
LIMITED = "{" + " ".join(f"a{n}: __typename" for n in range(70)) + "}"


@pytest.fixture(params=list(Exploration))
def settings(database_url: str, request: pytest.FixtureRequest) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        trusted_documents={digest(text): text for text in (TRUSTED, LIMITED)},
        exploration=request.param,
    )


async def post(client: Client, body: dict[str, Any]) -> tuple[int, Any]:
    response = await client.http.post("/graphql", json=body)
    return response.status_code, response.json()


def code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_trusted_documents_run_by_name_and_by_text(client: Client) -> None:
    by_text = await post(client, {"query": TRUSTED})
    assert by_text[1]["data"]["categories"]
    assert await post(client, {"documentId": f"sha256:{digest(TRUSTED)}"}) == by_text
    assert (
        await post(client, {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(TRUSTED)}}}) == by_text
    )
    for parameters in (
        {"documentId": digest(TRUSTED)},
        {"extensions": json.dumps({"persistedQuery": {"sha256Hash": digest(TRUSTED)}})},
    ):
        response = await client.http.get("/graphql", params=parameters)
        assert (response.status_code, response.json()) == by_text


async def test_other_documents_are_for_those_who_may_explore(client: Client, settings: Settings) -> None:
    open_to_accounts = settings.exploration is Exploration.SIGNED_IN
    refusal = "UNAUTHENTICATED" if open_to_accounts else "FORBIDDEN"
    assert await client.codes(OTHER) == [refusal]
    assert await client.codes("{ passwords }") == [refusal]
    someone = await client.as_user(await world.user())
    assert await someone.codes(OTHER) == ([] if open_to_accounts else [refusal])
    async with socket(client) as connection:
        assert [error["extensions"]["code"] for error in await ask(connection, OTHER)] == [refusal]


async def test_what_nobody_knows_is_not_found(client: Client) -> None:
    status, answer = await post(client, {"documentId": digest("x")})
    assert (status, code(answer)) == (400, "NOT_FOUND")


async def test_a_socket_takes_names_too(client: Client) -> None:
    async with socket(client) as connection:
        for number, name in enumerate((digest(TRUSTED), digest("x")), 1):
            payload = {"documentId": name}
            await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))
            message = json.loads(await connection.recv())
            if number == 1:
                assert message["payload"]["data"]["categories"]
                assert json.loads(await connection.recv())["type"] == "complete"
            else:
                assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")


async def test_trust_takes_no_limit_away(client: Client) -> None:
    assert await client.codes(LIMITED) == ["TOO_COMPLEX"]


async def test_the_pages_can_still_sign_in(client: Client) -> None:
    login = next(text for text in own_documents() if text.startswith("mutation Login"))
    answer = await client.ask(login, input={"login": "nobody", "password": "wrong"})
    assert answer["errors"][0]["path"] == ["grant"]


def test_every_document_of_the_pages_is_known_and_valid() -> None:
    scripts = "".join(path.read_text() for path in BROWSER.rglob("*.js"))
    sent = re.findall(r"""["`]((?:query|mutation|subscription) \w+[^"`]*)["`];""", scripts)
    assert {*sent, *GATE_DOCUMENTS} == own_documents()
    assert len(sent) > 5
    assert not [text for text in sent if check(read(text), schema._schema, specified_rules)]


async def test_the_page_of_an_alliance_can_ask_for_every_column() -> None:
    answer = await schema.execute("{ memberColumns { key } }", context_value=Context(Runtime("")))
    assert isinstance(answer, ExecutionResult)
    assert answer.data
    members = next(text for text in own_documents() if text.startswith("query Members"))
    keys = {column["key"] for column in answer.data["memberColumns"]}
    assert keys - {"pseudo"} == set(re.findall(r"\$(\w+): Boolean", members)) - {"rights"}


def test_the_manifest_is_read_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    environment = {"PHEROMONE_VAR": str(tmp_path), "TRUSTED_DOCUMENTS": str(path)}
    for content in (None, "", json.dumps({digest("a"): "b"})):
        if content is not None:
            path.write_text(content)
        with pytest.raises(SettingsError, match="TRUSTED_DOCUMENTS"):
            read_settings(environment)
    path.write_text(json.dumps({digest(TRUSTED): TRUSTED}))
    assert read_settings(environment).trusted_documents == {digest(TRUSTED): TRUSTED}
    assert read_settings({**environment, "EXPLORATION": "nobody"}).exploration is Exploration.NOBODY
