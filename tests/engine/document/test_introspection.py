"""Who may read the schema through the API, and that errors do not give it away name by name."""

import pytest

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context, Runtime
from permissions.introspection import Introspection
from permissions.viewer import ANONYMOUS, Viewer
from schema.root import schema
from tests.wire.client import Client
from tests.worlds import world

SIGNED_IN = Viewer(user_id=1)
SCHEMA = "{ __schema { queryType { name } } }"
INTROSPECTING = [
    SCHEMA,
    '{ __type(name: "Query") { name } }',
    "{ harmless: __schema { queryType { name } } }",
    "query { ...F } fragment F on Query { ... on Query { __schema { queryType { name } } } }",
    "query A { __typename } query B { __schema { queryType { name } } }",
]
HARMLESS = ["{ __typename }", '{ __typename @include(if: true) } # "__schema"', "query __schema { __typename }"]


async def _codes(query: str, allowed: Introspection, viewer: Viewer, refusal: Refusal | None = None) -> list[str]:
    context = Context(Runtime("", introspection=allowed), viewer=viewer, token_refusal=refusal)
    answer = await schema.execute(query, context_value=context, operation_name="A" if "query A" in query else None)
    return [(error.extensions or {})["code"] for error in answer.errors or ()]


@pytest.mark.parametrize("query", INTROSPECTING)
async def test_introspection_is_for_those_whom_the_setting_names(query: str) -> None:
    answers = {
        (allowed, viewer.is_authenticated): await _codes(query, allowed, viewer)
        for allowed in Introspection
        # The order matters: the verdict on one viewer must not be kept for the next.
        for viewer in (SIGNED_IN, ANONYMOUS, SIGNED_IN)
    }
    assert answers == {
        (Introspection.SIGNED_IN, True): [],
        (Introspection.SIGNED_IN, False): ["UNAUTHENTICATED"],
        (Introspection.EVERYONE, True): [],
        (Introspection.EVERYONE, False): [],
        (Introspection.NOBODY, True): ["FORBIDDEN"],
        (Introspection.NOBODY, False): ["FORBIDDEN"],
    }


@pytest.mark.parametrize("query", HARMLESS)
async def test_what_only_looks_like_introspection_is_answered(query: str) -> None:
    assert await _codes(query, Introspection.NOBODY, ANONYMOUS) == []


async def test_a_token_that_is_worth_nothing_is_told_so() -> None:
    expired = Refusal(Code.UNAUTHENTICATED, "expired_token")
    context = Context(Runtime(""), token_refusal=expired, language="en")
    answer = await schema.execute(SCHEMA, context_value=context)
    assert answer.errors
    assert answer.errors[0].message == "The access token has expired."


@pytest.mark.parametrize(
    "query",
    [
        "{ categorie { id } }",
        '{ section(slugg: "a") { id } }',
        "query Q($a: Strin) { section(slug: $a) { id } }",
        "{ categories { ... on Sectio { id } } }",
        "{ categories @include(iff: true) { id } }",
    ],
)
async def test_suggestions_are_made_only_where_they_are_switched_on(query: str) -> None:
    # On first: what is switched off must not have been cut from a message that is kept.
    for switched_on in (True, False, True):
        context = Context(Runtime("", field_suggestions=switched_on))
        answer = await schema.execute(query, context_value=context)
        assert answer.errors
        assert any("Vouliez-vous dire" in error.message for error in answer.errors) == switched_on


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_over_http_an_account_reads_the_schema_and_nobody_else(client: Client) -> None:
    assert await client.codes(SCHEMA) == ["UNAUTHENTICATED"]
    signed_in = await client.as_user(await world.user())
    assert await signed_in.data(SCHEMA) == {"__schema": {"queryType": {"name": "Query"}}}
    assert await client.codes(SCHEMA) == ["UNAUTHENTICATED"]
