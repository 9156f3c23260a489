"""Limits on queries: what a page may hold is weighed whether its size is written or not, through fragments too."""

from typing import Any

import httpx
import pytest
from graphql import GraphQLError, parse

from engine.document import document
from engine.execution import limit
from engine.execution.limit import MAX_OPERATIONS, limit_errors
from engine.operation.message import LANGUAGES, localize
from schema.root import schema
from tests.wire.client import Client

POSTS = "{{ edges {{ node {{ topic {{ posts{size} {inner} }} }} }} }}"


def excess(document: str) -> list[GraphQLError]:
    return limit_errors(parse(document), schema._schema)


def _nested(levels: int, size: str = "") -> str:
    inner = "{ edges { node { body } } }"
    for _ in range(levels):
        inner = POSTS.format(size=size, inner=inner)
    return f'{{ topic(id: "x") {{ posts{size} {inner} }} }}'


@pytest.mark.parametrize("size", ["", "(first: 20)", "(first: $n)", '(after: "x")'])
def test_pages_in_pages_in_pages_are_too_much(size: str) -> None:
    assert excess(_nested(1)) == []
    errors = excess(_nested(4, size))
    assert [error.extensions for error in errors] == [{"code": "TOO_COMPLEX"}]


def test_small_pages_in_pages_are_not() -> None:
    assert excess(_nested(4, "(first: 2)")) == []


def test_a_fragment_weighs_as_much_as_what_it_stands_for() -> None:
    levels = 4
    fragments = [
        f"fragment F{level} on PostConnection {{ edges {{ node {{ topic {{ posts {{ ...F{level + 1} }} }} }} }} }}"
        for level in range(levels)
    ]
    document = f'{{ topic(id: "x") {{ posts {{ ...F0 }} }} }} {" ".join(fragments)}'
    document += f" fragment F{levels} on PostConnection {{ edges {{ node {{ body }} }} }}"
    assert len(excess(document)) == 1


@pytest.mark.parametrize(("times", "codes"), [(20, []), (200, ["TOO_COMPLEX"])])
async def test_fields_of_one_name_are_not_compared_for_seconds(client: Client, times: int, codes: list[str]) -> None:
    assert await client.codes("{" + "categories { id } " * times + "}") == codes


MANY_TOKENS = "{" + "".join(f"a{n}: __typename " for n in range(3000)) + "}"


async def test_a_document_past_the_token_limit_is_refused_unread(client: Client) -> None:
    assert await client.codes(MANY_TOKENS) == ["TOO_COMPLEX"]
    response = await client.http.post("/graphql", json={"query": MANY_TOKENS, "operationName": "Named"})
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"


async def test_what_fails_while_a_document_is_judged_has_a_code(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(limit, "check", fail)
    monkeypatch.setattr(document, "_KEPT", {})  # One that is known is not judged again.
    error = (await client.ask("{ __typename }"))["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["requestId"]
    assert "fault" not in error["message"]


def chain(length: int, spreads: int, root: str = "query Q { ...F0 }") -> str:
    """Fragments of which each spreads the next, so many times."""
    links = [f"fragment F{n} on Query {{ {f'...F{n + 1} ' * spreads}}}" for n in range(length)]
    return f"{root} {' '.join(links)} fragment F{length} on Query {{ __typename }}"


@pytest.mark.parametrize("spreads", [1, 2])
@pytest.mark.parametrize("length", [100, 200, 450, 700])
@pytest.mark.parametrize("root", ["query Q { ...F0 }", "{ __typename }"], ids=["spread", "unused"])
async def test_chains_of_fragments_of_any_length_are_too_complex(
    client: Client, length: int, spreads: int, root: str
) -> None:
    assert await client.codes(chain(length, spreads, root)) == ["TOO_COMPLEX"]


def test_a_short_chain_of_fragments_is_not() -> None:
    assert excess(chain(20, 1)) == []


def test_operations_are_few() -> None:
    assert excess(" ".join(f"query Q{n} {{ __typename }}" for n in range(MAX_OPERATIONS))) == []
    assert len(excess(" ".join(f"query Q{n} {{ __typename }}" for n in range(MAX_OPERATIONS + 1)))) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_without_a_stream_is_bad_input(client: Client, method: str) -> None:
    sent: dict[str, Any] = {"params" if method == "GET" else "json": {"query": "subscription { postAdded { id } }"}}
    response: httpx.Response = await client.http.request(method, "/graphql", **sent)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "query"}


MANY_OPERATIONS = " ".join(f"query Q{n} {{ __typename }}" for n in range(MAX_OPERATIONS + 1))
SIGN_IN = 'login(input: {login: "a", password: "b"}) { expiresAt }'
PASSED = [
    ("{ " + "a " * 8_000 + "}", "too_much_to_read", None),
    ("{ __typename }" + " " * 100_000, "query_too_long", 100_000),
    (MANY_OPERATIONS, "too_many_operations", MAX_OPERATIONS),
    ("{ __typename " + "... { __typename " * 61 + "}" * 62, "too_nested", 60),
    ("{ " + " ".join(f"a{n}: __typename" for n in range(61)) + " }", "too_many_aliases", 60),
    ("{ __typename" + " @skip(if: false)" * 61 + " }", "too_many_directives", 60),
    (_nested(12, "(first: 1)"), "too_deep", 30),
    (_nested(4), "too_costly", 50_000),
    (f"mutation {{ {' '.join(f'a{n}: {SIGN_IN}' for n in range(2))} }}", "allowed_once", None),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("query", "code", "most"), PASSED, ids=[code for _, code, _ in PASSED])
async def test_a_limit_is_told_in_the_readers_language(
    client: Client, language: str, query: str, code: str, most: int | None
) -> None:
    errors = (await client.ask(query, language))["errors"]
    said = localize(code, language, {} if most is None else {"most": most})
    assert [error["extensions"] for error in errors if error["message"] == said] == [{"code": "TOO_COMPLEX"}]
