"""What operations cost: told to those who ask, charged to whom they are of, refused when it is too much."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app import create_app
from config import Settings
from engine.document import document
from engine.execution.price import OPERATION, READ, WRITE
from engine.throttle.shared_throttle import SharedThrottle
from engine.throttle.throttle import Count, Limit
from tests.wire.client import SECRET, Client
from tests.wire.live import socket, start
from tests.wire.redis_server import OwnRedis
from tests.wire.server import served
from tests.worlds import world

CHEAP, CHEAP_COST = "{ __typename }", OPERATION + 1
TREE, TREE_COST = "query Tree { factions { slug name } }", OPERATION + READ.units + 2
PAGE = '{ topic(id: "x") { posts(first: 100) { edges { node { body } } } } }'  # More than a viewer has.


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SECRET, viewer_cost=100, anonymous_cost=TREE_COST + 1)


async def ask(client: Client, query: str, **more: Any) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {client.bearer}"} if client.bearer else {}
    response = await client.http.post("/graphql", json={"query": query, **more}, headers=headers)
    answer: dict[str, Any] = response.json()
    return answer


async def test_the_cost_is_told_to_those_who_ask(client: Client) -> None:
    someone = await client.as_user(await world.user())
    assert "extensions" not in await ask(someone, TREE)
    assert (await ask(someone, TREE, extensions={"cost": True}))["extensions"] == {
        "cost": {"operation": TREE_COST, "budget": 100}
    }
    two = "query A { __typename } query B { factions { slug name } }"
    for name, cost in (("A", CHEAP_COST), ("B", TREE_COST)):
        answer = await ask(someone, two, operationName=name, extensions={"cost": True})
        assert answer["extensions"]["cost"]["operation"] == cost


async def test_a_budget_that_is_spent_is_told_with_the_wait(client: Client) -> None:
    someone, other = await client.as_user(await world.user()), await client.as_user(await world.user())
    assert await someone.codes(PAGE) == ["BAD_INPUT"]  # It ran, past the limit.
    answer = await ask(someone, CHEAP)
    assert answer["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= answer["errors"][0]["extensions"]["retryAfter"] <= 60
    assert await other.codes(CHEAP) == []


async def test_nobody_is_charged_by_the_place_they_ask_from(client: Client) -> None:
    assert [await client.codes(TREE) for _ in range(3)] == [[], [], ["RATE_LIMITED"]]
    someone = await client.as_user(await world.user())
    assert await someone.codes(TREE) == []


async def told(client: Client, query: str) -> tuple[str, str] | tuple[None, None]:
    """The policy, and what is left of it; a slow machine has used some seconds of the minute by then."""
    headers = {"authorization": f"Bearer {client.bearer}"} if client.bearer else {}
    response = await client.http.post("/graphql", json={"query": query}, headers=headers)
    if "ratelimit" not in response.headers:
        assert "ratelimit-policy" not in response.headers
        return None, None
    left, _, ends_in = response.headers["ratelimit"].partition(";t=")
    assert 30 < int(ends_in) <= 60
    return response.headers["ratelimit-policy"], left


async def test_what_is_left_is_told_with_each_answer(client: Client) -> None:
    """In the words of draft-ietf-httpapi-ratelimit-headers: the account's own, or the address's."""
    someone = await client.as_user(await world.user())
    account, address = '"cost";q=100;w=60', f'"cost";q={TREE_COST + 1};w=60'
    assert await told(someone, CHEAP) == (account, f'"cost";r={100 - CHEAP_COST}')
    assert await told(client, TREE) == (address, '"cost";r=1')
    assert await told(someone, TREE) == (account, '"cost";r=0')
    assert await told(someone, CHEAP) == (account, '"cost";r=0')
    assert (await ask(client, TREE)).keys() == {"data"}
    assert await told(client, "{ passwords }") == (None, None)  # Nothing was charged.


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_where_there_is_no_budget_nothing_is_told(settings: Settings) -> None:
    async with served(create_app(replace(settings, anonymous_cost=0))) as server, Client(server.url) as client:
        assert await told(client, CHEAP) == (None, None)


async def test_what_is_refused_otherwise_costs_nothing(client: Client) -> None:
    for _ in range(9):
        assert await client.codes("{ passwords }") == ["BAD_INPUT"]
    assert await client.codes(TREE) == []


LONG_AND_WRONG = "{ passwords }" + " " * 600


async def test_a_long_document_is_charged_before_it_is_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_KEPT", {})
    assert [await client.codes(LONG_AND_WRONG) for _ in range(2)] == [["BAD_INPUT"]] * 2  # The second one is kept.
    assert await client.codes(LONG_AND_WRONG + " ") == ["RATE_LIMITED"]
    monkeypatch.setattr(document, "_parsed", None)
    assert await client.codes(LONG_AND_WRONG + "  ") == ["RATE_LIMITED"]
    async with socket(client) as connection:
        await start(connection, LONG_AND_WRONG + "   ")
        message = json.loads(await connection.recv())
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_variables_are_charged_by_the_value_and_bounded(client: Client) -> None:
    someone = await client.as_user(await world.user())
    query = "mutation($ids: [ID!]) { markNotificationsRead(ids: $ids) }"
    for number, cost in ((1, 2), (30, 31)):
        answer = await ask(someone, query, variables={"ids": ["x"] * number}, extensions={"cost": True})
        assert answer["extensions"]["cost"]["operation"] == OPERATION + WRITE.units + cost
        someone = await client.as_user(await world.user())
    assert await someone.codes(query, ids=[[]] * 60_000) == ["TOO_COMPLEX"]


async def test_a_shared_count_takes_amounts(redis: OwnRedis) -> None:
    throttle, limit = SharedThrottle(redis.url, SECRET), Limit("cost", 10, 60)
    counts = [await throttle.count(limit, "a", 6) for _ in range(3)]
    assert counts == [Count(4, 60), Count(0, 60), Count(0, 60, is_full=True)]
    assert await throttle.take(limit, "a", 6) == 60
    await throttle.close()
