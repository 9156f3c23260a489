"""The endpoint against clients that are tired, broken or hostile: a code, never a stack, and it goes on answering."""

import asyncio
import json
from typing import Any

import pytest

from tests.documents.hostile import BODIES
from tests.wire.client import Client

FORBIDDEN_WORDS = ("Traceback", 'File "', "site-packages", "asyncpg", "sqlite", "tortoise")


def _assert_refused(text: str, status: int) -> None:
    assert status < 500
    answer = json.loads(text)
    codes = [error["extensions"]["code"] for error in answer["errors"]]
    assert codes
    assert set(codes) <= {"BAD_INPUT", "TOO_COMPLEX"}
    assert not [word for word in FORBIDDEN_WORDS if word in text]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_malformed_body_gets_a_code(client: Client) -> None:
    for name, body in BODIES:
        response = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
        try:
            _assert_refused(response.text, response.status_code)
        except Exception as error:
            raise AssertionError(f"{name}: {response.status_code} {response.text[:300]}") from error
    assert (await client.data("{ __typename }")) == {"__typename": "Query"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/graphql", {"content-type": "text/plain"}),
        ("POST", "/graphql", {}),
        ("POST", "/graphql", {"content-type": "multipart/form-data; boundary=x"}),
        ("POST", "/graphql", {"content-type": "application/json; charset=utf-7"}),
        ("PUT", "/graphql", {}),
        ("DELETE", "/graphql", {}),
        ("GET", "/graphql?query=%7B", {"accept": "application/json"}),
        ("GET", "/graphql?query=%7B__typename%7D&variables=[]", {"accept": "application/json"}),
        ("GET", "/graphql?query=%7B__typename%7D&variables=%7B", {"accept": "application/json"}),
        ("GET", "/graphql?query=%00", {"accept": "application/json"}),
        ("GET", "/graphql?query=%FF%FE", {"accept": "application/json"}),
        ("GET", "/graphql?query=mutation%7Bx%7D", {"accept": "application/json"}),
    ],
)
async def test_other_requests_are_refused_too(client: Client, method: str, path: str, headers: dict[str, str]) -> None:
    response = await client.http.request(method, path, content=b"{}" if method == "POST" else None, headers=headers)
    assert 400 <= response.status_code < 500 or "errors" in response.json(), response.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("claimed", [True, False], ids=["with a length", "in chunks"])
async def test_a_body_past_the_limit_is_refused_unread(client: Client, claimed: bool) -> None:
    body = b'{"query": "' + b" " * 2_000_000 + b'"}'

    async def chunks() -> Any:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    content: Any = body if claimed else chunks()
    response = await client.http.post("/graphql", content=content, headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("language", "word"),
    [("fr", "Le"), ("en-GB,en;q=0.9", "The"), ("de, en;q=0.5, fr;q=0.9", "Le"), ("*", "Le"), ("en;q=x", "Le")],
)
async def test_refusals_are_worded_for_the_reader(client: Client, language: str, word: str) -> None:
    answer = await client.ask("{ nothing }", language=language)
    assert answer["errors"][0]["message"].startswith(word)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_client_that_leaves_in_the_midst_of_its_body_is_no_fault(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    address, _, port = client.base_url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(address, int(port))
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()
    await asyncio.sleep(0.1)
    assert await client.data("{ __typename }") == {"__typename": "Query"}
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
