"""The schema as text: whole, with its directives, for those who may introspect it and nobody else."""

from dataclasses import replace

import pytest
from graphql import build_schema

from config import Settings
from permissions.introspection import Introspection
from schema.root import schema
from tests.wire.client import Client
from tests.worlds import world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, introspection=request.param)


async def statuses(client: Client) -> list[int]:
    """Of nobody, of an account, and of who sends a token that is worth nothing."""
    signed_in = await client.as_user(await world.user())
    tokens = (None, signed_in.bearer, "worthless")
    headers = [{} if token is None else {"authorization": f"Bearer {token}"} for token in tokens]
    return [(await client.http.get("/schema.graphql", headers=each)).status_code for each in headers]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Introspection.EVERYONE, [200, 200, 200]),
        (Introspection.SIGNED_IN, [401, 200, 401]),
        (Introspection.NOBODY, [403, 403, 403]),
    ],
    indirect=["settings"],
)
async def test_it_is_for_those_who_may_introspect(client: Client, expected: list[int]) -> None:
    assert await statuses(client) == expected


@pytest.mark.parametrize("settings", [Introspection.EVERYONE], indirect=True)
async def test_it_is_the_served_one_and_asked_for_again_only_when_it_changed(client: Client) -> None:
    answer = await client.http.get("/schema.graphql")
    assert answer.text == schema.as_str()
    assert build_schema(answer.text).query_type is not None
    again = await client.http.get("/schema.graphql", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
