"""A post that is made once for all who read it alike is for each what graphql-core makes of it for them alone."""

import asyncio
import contextlib
import json
import random
from typing import Any

import orjson
import pytest

from engine.execution.execution import ColumnExecutionContext
from engine.live import batch
from models.forum.topic import Topic
from tests.documents.forum import CREATE_POST, gid, post_input
from tests.wire.client import Client
from tests.wire.live import POST_ADDED, socket, start, subscribed, subscriptions
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.world import say

OF_A_POST = ("id", "body", "isEncrypted", "authorName", "cursor", "createdAt", "editedAt", "deletedAt", "__typename")
OF_OTHERS = {
    "topic": ("id", "slug", "title", "authorName", "isPinned", "isLocked", "postCount", "lastPostAt", "__typename"),
    "author": ("id", "username", "isActive", "createdAt"),
    "character": ("id", "name", "isAlive"),
}
PERSONAL = (
    "topic { unreadCount }",
    "reactions { kind count reactedByMe }",
    "revisions { body }",
    "author { username role { name } }",
    "topic { section { name postCount } firstUnread { cursor } }",
)


def selection(chance: random.Random) -> str:
    """Some of what all read alike, and now and then something personal; with aliases, fragments and directives."""
    parts = [_dressed(name, chance) for name in chance.sample(OF_A_POST, chance.randint(1, 5))]
    for name in chance.sample(sorted(OF_OTHERS), chance.randint(0, 2)):
        inside = " ".join(chance.sample(OF_OTHERS[name], chance.randint(1, 3)))
        parts.append(f"{name} {{ {inside} }}")
    if chance.random() < 0.3:
        parts.append(chance.choice(PERSONAL))
    chance.shuffle(parts)
    return " ".join([*parts, "last: __typename @include(if: $with)"])


def _dressed(name: str, chance: random.Random) -> str:
    form = chance.choice(("{0}", "{0}", "of_{0}: {0}", "... on Post {{ {0} }}", "{0} @include(if: $with)"))
    return form.format(name)


async def next_texts(socket_: Any, number: int) -> dict[str, str]:
    """The payloads of as many answers, as they came over the wire, by their operations."""
    found: dict[str, str] = {}
    while len(found) < number:
        async with asyncio.timeout(10):
            text = await socket_.recv()
        message = json.loads(text)
        assert message["type"] == "next", text
        head = f'{{"id":"{message["id"]}","type":"next","payload":'
        assert text.startswith(head)
        found[message["id"]] = text[len(head) : -1]
    return found


async def readers(client: Client, topic: Topic) -> list[Client]:
    """Nobody, two who see the same, one with a character, one who wrote there before, and a moderator."""
    like, alike = await world.user(), await world.user()
    played, wrote = await world.user(), await world.user()
    await world.character(played, faction="eveilles")
    clients = [await client.as_user(user) for user in (like, alike, played, wrote, await world.user("moderator"))]
    await clients[3].data(CREATE_POST, input=post_input(topic, "Avant"))
    return [client, client, *clients]


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_shared_is_what_each_would_be_told_alone(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    selections = [selection(chance) for _ in range(8)]
    flags = [chance.random() < 0.5 for _ in selections]
    everyone = await readers(client, topic)
    author = everyone[5]
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(socket(one)) for one in everyone]
        for one in sockets:
            for number, (selected, flag) in enumerate(zip(selections, flags, strict=True)):
                query = f"subscription($with: Boolean = true, $t: ID) {{ postAdded(topicId: $t) {{ id {selected} }} }}"
                await start(one, query, number, **{"with": flag, "t": gid(topic)})
        await subscriptions(client, len(sockets) * len(selections))
        made = await author.data(CREATE_POST, input=post_input(topic, 'Dit "à tous" \u2028 🐜'))
        told = await asyncio.gather(*(next_texts(one, len(selections)) for one in sockets))
    for reader, texts in zip(everyone, told, strict=True):
        for number, (selected, flag) in enumerate(zip(selections, flags, strict=True)):
            query = f"query($id: ID!, $with: Boolean = true) {{ node(id: $id) {{ ... on Post {{ id {selected} }} }} }}"
            alone = await reader.data(query, id=made["createPost"]["id"], **{"with": flag})
            expected = orjson.dumps({"data": {"postAdded": alone["node"]}}).decode()
            assert texts[str(number)] == expected, selected


async def test_one_execution_for_all_of_one_sight_and_language(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    executed: list[Any] = []
    execute = ColumnExecutionContext.execute_operation

    def counted(self: Any, *arguments: Any) -> Any:
        executed.append(self.context_value.viewer.user_id)
        return execute(self, *arguments)

    async with contextlib.AsyncExitStack() as stack:
        places = [client] * 4 + [await client.as_user(await world.user()) for _ in range(4)]
        hearing = [await stack.enter_async_context(subscribed(one)) for one in places]
        monkeypatch.setattr(ColumnExecutionContext, "execute_operation", counted)
        await say(topic, "un", "deux")
        assert [await one.bodies(2) for one in hearing] == [["un", "deux"]] * 8
    assert len(executed) == 4, "nobody's, and that of players without characters, of each post"


async def test_those_who_come_late_share_one_renewal(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fresh for any time at all, so everybody comes late."""
    monkeypatch.setattr(batch, "FRESH_SECONDS", 0.0)
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    async with contextlib.AsyncExitStack() as stack:
        places = [client, *[await client.as_user(await world.user()) for _ in range(7)]]
        hearing = [await stack.enter_async_context(subscribed(one)) for one in places]
        async with statements() as seen:
            await say(topic, "tard")
            assert [await one.bodies(1) for one in hearing] == [["tard"]] * 8
    assert len([sql for sql in seen if "FROM sessions" in sql]) == 2, "the round's own, and one for all"


async def test_order_and_once_hold_for_who_resumes_among_those_who_share(client: Client) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    async with subscribed(client) as first, subscribed(client) as second:
        await say(topic, *map(str, range(40)))
        assert await first.bodies(20) == [str(number) for number in range(20)]
        cursor = first.cursor
        saying = asyncio.create_task(say(topic, *map(str, range(40, 120))))
        async with subscribed(client, after=cursor) as late:
            rest = [str(number) for number in range(20, 120)]
            assert await late.bodies(100) == rest
            assert await first.bodies(100) == rest
            assert await second.bodies(120) == [str(number) for number in range(120)]
            await saying
            assert all([await one.hears_nothing(0.1) for one in (first, second, late)])


async def test_a_stream_and_a_socket_are_told_the_same_text(client: Client) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    listening = client.http.stream(
        "POST", "/graphql", json={"query": POST_ADDED}, headers={"accept": "text/event-stream"}
    )
    async with subscribed(client), socket(client) as connection, listening as stream:
        await start(connection, POST_ADDED)
        await subscriptions(client, 3)
        await say(topic, "à tous")
        told = await next_texts(connection, 1)
        async with asyncio.timeout(10):
            async for line in stream.aiter_lines():
                if line.startswith("data: {"):
                    assert line == f"data: {told['1']}"
                    break


async def test_what_others_are_told_changes_nothing_for_who_may_not_see_it(client: Client) -> None:
    """Two worlds, of which one has a hidden post more; all ask for the same in the same words."""
    played = await world.user()
    await world.character(played, faction="eveilles")
    sighted, blind = await client.as_user(played), await client.as_user(await world.user())
    query = "subscription { postAdded { body authorName topic { title isLocked } } }"
    worlds = []
    for number, hidden in enumerate((["secret"], [])):
        place = await world.topic(await world.section("general", f"Accueil {number}"), "Sujet")
        inner = await world.topic(await world.section("rp", f"Taverne {number}"), "Rituel")
        async with (
            subscribed(sighted, query) as sees,
            subscribed(blind, query) as does_not,
            subscribed(client, query) as nobody,
        ):
            for topic, bodies in ((place, ["un"]), (inner, hidden), (place, ["deux"])):
                await say(topic, *bodies)
            told = [(await sees.message())["payload"]["data"]["postAdded"]["body"] for _ in ["un", *hidden, "deux"]]
            assert told == ["un", *hidden, "deux"]
            worlds.append([[await each.message() for _ in ("un", "deux")] for each in (does_not, nobody)])
            assert await does_not.hears_nothing(0.1)
    assert worlds[0] == worlds[1]
