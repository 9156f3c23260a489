"""What subscriptions cost: greedy ones are refused, each event is charged, and a budget that is out delays events."""

import json
from typing import Any

import pytest
from graphql import parse

from config import Settings
from engine.execution.budget import ANONYMOUS_EVENT_COST
from engine.execution.cost import CostAnalysis
from engine.live.stream import OWN_READ
from engine.throttle import budget as budget_charge
from engine.throttle.event_cost import OPEN_PART, EventCosts, Key
from engine.throttle.throttle import Throttle
from models.forum.topic import Topic
from schema.root import schema
from tests.documents.forum import CREATE_POST, post_input
from tests.wire.client import MASTER, SECRET, Client
from tests.wire.live import POST_ADDED, Subscriber, socket, start, subscribed
from tests.worlds import world
from tests.worlds.world import say

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GREEDY = "topic { section { topics(first: 50) { edges { node { title posts { totalCount } } } } } }"
LARGE = "topic { posts(first: 50) { edges { node { id body authorName } } } }"


async def open_topic() -> Topic:
    return await world.topic(await world.section("general", "Accueil"), "Sujet")


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        database_url=database_url, secret_key=SECRET, master_keys=(MASTER,), anonymous_cost=3_000, viewer_cost=10_000
    )


async def refusal_of(client: Client, query: str) -> Any:
    async with socket(client) as connection:
        await start(connection, query)
        message = json.loads(await connection.recv())
        assert message["type"] == "error", message
        return message["payload"][0]["extensions"]


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_greedy_subscriptions_are_refused(client: Client, is_signed_in: bool) -> None:
    someone = await client.as_user(await world.user()) if is_signed_in else client
    assert (await refusal_of(someone, f"subscription {{ postAdded {{ {GREEDY} }} }}"))["code"] == "TOO_COMPLEX"


async def test_without_an_account_less_is_greedy(client: Client) -> None:
    query, someone = f"subscription {{ postAdded {{ {LARGE} }} }}", await client.as_user(await world.user())
    assert (await refusal_of(client, query))["code"] == "TOO_COMPLEX"
    async with subscribed(someone, query) as subscriber:
        await say(await open_topic(), "un")
        assert (await subscriber.message())["type"] == "next"
    assert ANONYMOUS_EVENT_COST < 1_000


async def test_subscriptions_that_are_open_at_once_are_bounded_and_what_ends_makes_room(client: Client) -> None:
    async with socket(client) as connection:
        for number in range(40):
            await start(connection, "subscription { postAdded { id body } }", number)
        refused = [json.loads(await connection.recv()) for _ in range(40 - 3_000 // OPEN_PART // 13)]
        assert {one["payload"][0]["extensions"]["code"] for one in refused} == {"RATE_LIMITED"}
        assert all(one["payload"][0]["extensions"]["retryAfter"] for one in refused)
    async with subscribed(client, "subscription { postAdded { id body } }"):
        pass


async def test_events_are_charged_and_a_spent_budget_delays_them_and_loses_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget_charge, "MINUTE", 3)
    topic, query = await open_topic(), "subscription { postAdded { body reactions { kind } } }"  # 14 and 50 an event.
    async with subscribed(client, query) as subscriber:
        posts = [str(number) for number in range(60)]
        await say(topic, *posts)
        heard = await until_silent(subscriber)
        assert 30 <= len(heard) <= 55, "a budget of 3,000"
        assert await client.codes("{ __typename }") == ["RATE_LIMITED"]
        while len(heard) < len(posts):
            heard.append((await subscriber.message(6))["payload"]["data"]["postAdded"]["body"])
    assert heard == posts


async def test_notifications_are_charged_to_their_reader(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic, someone = await open_topic(), await world.user()
    reader, author = await client.as_user(someone), await client.as_user(await world.user())
    await reader.data(CREATE_POST, input=post_input(topic, "un"))
    charged: list[tuple[str, bool]] = []

    async def charge(_costs: EventCosts, _throttle: Throttle, key: Key, cost: int) -> None:
        charged.append((key[1], cost > OWN_READ))

    monkeypatch.setattr(EventCosts, "charge", charge)
    async with subscribed(reader, "subscription { notificationAdded { id } }") as subscriber:
        await author.data(CREATE_POST, input=post_input(topic, "deux"))
        assert (await subscriber.message())["type"] == "next"
    assert charged == [(str(someone.id), True)]


async def until_silent(subscriber: Subscriber) -> list[str]:
    """What is heard until half a second passes without an event."""
    heard = []
    while True:
        try:
            heard.append((await subscriber.message(0.5))["payload"]["data"]["postAdded"]["body"])
        except TimeoutError:
            return heard


async def test_what_was_revoked_while_events_waited_is_not_shown_after(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget_charge, "MINUTE", 2)
    topic = await open_topic()
    async with subscribed(client, "subscription { postAdded { body reactions { kind } } }") as subscriber:
        await say(topic, *(str(number) for number in range(60)))
        await until_silent(subscriber)
        topic.section.visible_by_faction_id = 1
        await topic.section.save()
        assert await subscriber.hears_nothing(4)


def test_plain_subscriptions_of_many_are_within_the_budget_of_one_place(database_url: str) -> None:
    document = parse(POST_ADDED)
    cost = CostAnalysis(document, schema._schema).operation(document.definitions[0])  # type: ignore[arg-type]
    assert Settings(database_url, SECRET).anonymous_cost // OPEN_PART // cost.price >= 1_000
