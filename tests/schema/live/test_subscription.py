"""Live posts over real sockets: what arrives, in which order, to whom, and for how long."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tortoise.exceptions import OperationalError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

import engine.live.stream
from engine.live import hub
from engine.live import subscriber as queue
from engine.operation import token
from engine.operation.node import global_id
from engine.operation.page import write_cursor
from models.account.character import Character
from models.account.session import Session
from models.account.user import User
from models.core.transaction import write
from models.forum.section import Section
from models.forum.topic import Topic
from models.live.event import EventView, forget_old_posts, post_events
from resolvers.forum.stream import post_stream
from tests.documents.forum import CREATE_POST, CREATE_TOPIC, FOLLOW_SECTION, FOLLOW_TOPIC, gid, post_input, topic_input
from tests.wire.client import SECRET, Client
from tests.wire.live import POST_ADDED, Subscriber, count, socket, start, subscribed
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.world import say

LONG = "x" * 200_000  # Of one word, which takes the search index no time.


async def open_topic(name: str = "Accueil") -> Topic:
    return await world.topic(await world.section("general", name), "Sujet")


async def test_posts_of_a_topic_a_section_and_all_arrive_as_they_are_made(client: Client) -> None:
    author = await client.as_user(await world.user())
    parent = await world.section("general", "Dehors")
    inner = await world.section("general", "Dedans", parent=parent)
    topic, elsewhere = await world.topic(inner, "Ici"), await open_topic()
    async with (
        subscribed(client, topicId=gid(topic)) as of_topic,
        subscribed(client, sectionId=gid(parent)) as of_section,
        subscribed(client) as of_all,
    ):
        await author.data(CREATE_POST, input=post_input(elsewhere, "un"))
        await author.data(CREATE_POST, input=post_input(topic, "deux"))
        await author.data(CREATE_TOPIC, input=topic_input(inner, "Autre", "trois"))
        assert await of_topic.bodies(1) == ["deux"]
        assert await of_section.bodies(2) == ["deux", "trois"]
        assert await of_all.bodies(3) == ["un", "deux", "trois"]
        assert await of_topic.hears_nothing(0.1)


async def test_after_gives_what_was_missed_and_then_what_comes_each_once(client: Client) -> None:
    topic = await open_topic()
    async with subscribed(client) as early:
        await say(topic, "0")
        await early.bodies(1)
    await say(topic, *map(str, range(1, 251)))
    async with subscribed(client, after=early.cursor) as late:
        await say(topic, *map(str, range(251, 260)))
        assert await late.bodies(259) == [str(number) for number in range(1, 260)]
        assert await late.hears_nothing(0.1)


async def test_after_takes_the_cursor_of_a_page_too(client: Client) -> None:
    topic = await open_topic()
    await say(topic, "a", "b", "c")
    page = await client.data(
        "query($id: ID!) { topic(id: $id) { posts(first: 2) { pageInfo { endCursor } } } }", id=gid(topic)
    )
    after = page["topic"]["posts"]["pageInfo"]["endCursor"]
    async with subscribed(client, topicId=gid(topic), after=after) as subscriber:
        await say(topic, "d")
        assert await subscriber.bodies(2) == ["c", "d"]


@pytest.mark.parametrize("after", ["", "x", "WzFd", "WyJ4Il0=", "Wy0xXQ==", "WzFlMTBd", "WzFdWzFd"])
async def test_a_cursor_that_is_none_is_refused(client: Client, after: str) -> None:
    async with socket(client) as connection:
        await start(connection, POST_ADDED, after=after)
        payload = (await Subscriber(connection).message())["payload"]
        errors = payload["errors"] if isinstance(payload, dict) else payload
        assert [error["extensions"]["code"] for error in errors] == ["BAD_INPUT"]
        assert errors[0]["extensions"]["field"] == "after"


async def test_what_the_viewer_may_not_see_cannot_be_subscribed_to(client: Client) -> None:
    section = await world.section("rp", "Taverne")
    hidden = await world.topic(section, "Rituel")
    for variables in ({"topicId": gid(hidden)}, {"sectionId": gid(section)}):
        async with socket(client) as connection:
            await start(connection, POST_ADDED, **variables)
            payload = json.dumps((await Subscriber(connection).message())["payload"])
            assert "NOT_FOUND" in payload


async def _change(name: str, player: User, section: Section, topic: Topic) -> None:
    if name == "death":
        await Character.filter(user_id=player.id).update(is_alive=False)
    elif name == "restriction":
        clan = await world.character(await world.user(), clan="gardiens")
        await Section.filter(id=section.id).update(visible_by_clan_id=clan.clan_id)
    elif name == "move":
        await Topic.filter(id=topic.id).update(section_id=(await world.section("alliances", "Loin")).id)
    elif name == "deactivation":
        await User.filter(id=player.id).update(is_active=False)
    else:
        await Session.filter(user_id=player.id).update(revoked_at=datetime.now(UTC))


@pytest.mark.parametrize("change", ["death", "restriction", "move", "deactivation", "logout"])
async def test_what_was_open_is_asked_again_for_each_event(client: Client, change: str) -> None:
    """By plain rows, of which nothing is told to the service."""
    section = await world.section("rp", "Taverne")
    topic = await world.topic(section, "Bavardage")
    player = await world.user()
    await world.character(player, faction="eveilles")
    async with subscribed(await client.as_user(player), topicId=gid(topic)) as subscriber:
        await say(topic, "vu")
        assert await subscriber.bodies(1) == ["vu"]
        await _change(change, player, section, topic)
        await say(topic, "pas vu")
        if change in ("deactivation", "logout"):
            with pytest.raises(ConnectionClosed):
                await subscriber.message()
            assert subscriber.connection.close_code == 4403
        else:
            assert await subscriber.hears_nothing()


async def test_personal_fields_are_each_viewers_own(client: Client) -> None:
    topic = await open_topic()
    first, second = await world.user(), await world.user()
    query = POST_ADDED.replace("title }", "title unreadCount viewerAttention section { viewerAttention } }")
    async with (
        subscribed(await client.as_user(first), query) as one,
        subscribed(await client.as_user(second), query) as other,
        subscribed(client, query) as nobody,
    ):
        author = await client.as_user(first)
        await author.data(FOLLOW_TOPIC, topicId=gid(topic), attention="MUTE")
        await author.data(FOLLOW_SECTION, sectionId=global_id("Section", topic.section_id), attention="FOLLOW")
        await author.data(CREATE_POST, input=post_input(topic, "x"))
        topics = [(await each.post())["topic"] for each in (one, other, nobody)]
    assert [
        (found["unreadCount"], found["viewerAttention"], found["section"]["viewerAttention"]) for found in topics
    ] == [(0, "MUTE", "FOLLOW"), (1, "NORMAL", "NORMAL"), (0, "NORMAL", "NORMAL")]


async def _closed(connection: ClientConnection) -> int | None:
    try:
        async with asyncio.timeout(10):
            while True:
                await connection.recv()
    except ConnectionClosed:
        return connection.close_code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_end_of_the_token_is_the_end_of_the_socket(client: Client) -> None:
    player, session_id, now = await world.user(), uuid4(), datetime.now(UTC)
    await write(lambda: Session.create(id=session_id, user=player, created_at=now))
    bearer, _ = token.issue(SECRET, player.id, player.role_id, session_id, now, 2)
    async with socket(Client(client.base_url, client.http, bearer)) as connection:
        assert await _closed(connection) == 4403


@pytest.fixture
def inspected_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """To be asked for before the server, which sleeps for this long as soon as it runs."""
    monkeypatch.setattr(hub, "INSPECTION_SECONDS", 0.1)


async def test_logout_closes_the_sockets_of_its_session_alone(inspected_often: None, client: Client) -> None:
    player = await world.user()
    here, there = await client.as_user(player), await client.as_user(player)
    async with socket(here) as mine, socket(there) as other:
        await here.data("mutation { logout }")
        assert await _closed(mine) == 4403
        await other.send('{"type": "ping"}')
        assert json.loads(await other.recv()) == {"type": "pong"}


@pytest.mark.parametrize("query", [POST_ADDED, "subscription { notificationAdded { id } }"], ids=["posts", "others"])
async def test_a_fault_breaks_the_connection_so_that_clients_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """As where the database is away for a moment: to a completed subscription nobody would come back."""
    topic = await open_topic()
    reader = await client.as_user(await world.user())
    await reader.data(CREATE_POST, input=post_input(topic, "Avant"))
    author = await client.as_user(await world.user())

    async def fails(*_: object) -> None:
        raise OperationalError("the database is away")

    async with subscribed(reader, query) as subscriber:
        with monkeypatch.context() as patch:
            patch.setattr(post_stream, "posts_by_ids", fails)
            patch.setattr(engine.live.stream, "row", fails)
            await author.data(CREATE_POST, input=post_input(topic, "Pendant"))
            assert await _closed(subscriber.connection) == 1012
    assert await count(client, "pheromone_subscriptions") == 0
    await reader.data("mutation { markNotificationsRead }")  # Who was told already is told nothing more.
    async with reader.http.stream(
        "POST", "/graphql", json={"query": query}, headers={"accept": "text/event-stream", **_bearer(reader)}
    ) as stream:
        while not await count(client, "pheromone_subscriptions"):  # noqa: ASYNC110 - told over HTTP
            await asyncio.sleep(0.005)
        with monkeypatch.context() as patch:
            patch.setattr(post_stream, "posts_by_ids", fails)
            patch.setattr(engine.live.stream, "row", fails)
            await author.data(CREATE_POST, input=post_input(topic, "Encore"))
            text = "".join([part async for part in stream.aiter_text()])
    assert "complete" not in text
    assert "INTERNAL" not in text


def _bearer(client: Client) -> dict[str, str]:
    return {"authorization": f"Bearer {client.bearer}"}


async def test_notifications_come_to_their_reader_alone(client: Client) -> None:
    topic = await open_topic()
    reader, author = await client.as_user(await world.user()), await client.as_user(await world.user())
    await reader.data(CREATE_POST, input=post_input(topic, "J'y étais"))
    query = "subscription { notificationAdded { id kind message topic { id } } }"
    async with subscribed(reader, query) as mine, subscribed(author, query) as others:
        await author.data(CREATE_POST, input=post_input(topic, "Moi aussi"))
        heard = (await mine.message())["payload"]["data"]["notificationAdded"]
        assert (heard["kind"], heard["topic"]["id"]) == ("NEW_POST", gid(topic))
        assert await others.hears_nothing()
    async with socket(client) as connection:
        await start(connection, query)
        assert "UNAUTHENTICATED" in json.dumps(await Subscriber(connection).message())


async def test_a_client_that_does_not_read_costs_no_memory_and_gets_all_it_can(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its queue runs over; what it then reads comes from the log, in order and each once."""
    monkeypatch.setattr(queue, "MOST_WAITING", 20)
    topic = await open_topic()
    async with subscribed(client, narrow=True) as subscriber:
        await say(topic, "0")
        assert await subscriber.bodies(1) == ["0"]
        subscriber.connection.transport.pause_reading()
        before = await count(client, "pheromone_queue_overruns_total")
        bodies = [f"{number} {LONG}" for number in range(1, 70)]
        await say(topic, *bodies)
        subscriber.connection.transport.resume_reading()
        assert await subscriber.bodies(69) == bodies
        assert await count(client, "pheromone_queue_overruns_total") > before
        await say(topic, "encore")
        assert await subscriber.bodies(1) == ["encore"]


async def test_who_is_too_far_behind_is_told_where_to_start_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_stream, "MOST_BEHIND", 20)
    topic = await open_topic()
    async with subscribed(client, narrow=True) as subscriber:
        subscriber.connection.transport.pause_reading()
        bodies = [f"{number} {LONG}" for number in range(70)]
        await say(topic, *bodies[:30])
        monkeypatch.setattr(queue, "MOST_WAITING", 5)
        await say(topic, *bodies[30:])
        subscriber.connection.transport.resume_reading()
        heard = []
        while "errors" not in (message := await subscriber.message())["payload"]:
            heard.append(message["payload"]["data"]["postAdded"]["body"])
        (error,) = message["payload"]["errors"]
        assert error["extensions"]["code"] == "EVENTS_MISSED"
        assert (await subscriber.message())["type"] == "complete"
    assert 0 < len(heard) < 70
    async with subscribed(client, after=error["extensions"]["after"]) as again:
        assert heard + await again.bodies(70 - len(heard)) == bodies


async def test_who_resumes_from_before_what_the_log_has_is_told_where_to_start_again(client: Client) -> None:
    topic = await open_topic()
    async with subscribed(client, after="WzBd") as subscriber:  # [0]: behind nothing.
        await say(topic, "un", "deux", "trois")
        await subscriber.bodies(2)
        cursor = subscriber.cursor
    assert await forget_old_posts(1) == 2
    async with subscribed(client, after="WzBd") as late:
        (error,) = (await late.message())["payload"]["errors"]
        assert error["extensions"]["code"] == "EVENTS_MISSED"
    for after in (error["extensions"]["after"], cursor):
        async with subscribed(client, after=after) as again:
            assert await again.bodies(1) == ["trois"]


async def test_posts_that_the_log_forgets_while_they_are_read_are_not_passed_over(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader stands at the first of four; the log forgets two before its next look."""
    topic = await open_topic()
    await say(topic, "un", "deux", "trois", "quatre")
    monkeypatch.setattr(post_stream, "PAGE", 1)
    pages = 0

    async def read(*arguments: Any) -> list[EventView]:
        nonlocal pages
        pages += 1
        if pages == 2:
            await forget_old_posts(1)
        return await post_events(*arguments)

    monkeypatch.setattr(post_stream, "post_events", read)
    async with subscribed(client, after="WzBd") as subscriber:
        assert await subscriber.bodies(1) == ["un"]
        assert "EVENTS_MISSED" in json.dumps(await subscriber.message())


async def test_notifications_that_were_missed_are_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 0)
    topic = await open_topic()
    reader, author = await client.as_user(await world.user()), await client.as_user(await world.user())
    await reader.data(CREATE_POST, input=post_input(topic, "J'y étais"))
    async with subscribed(reader, "subscription { notificationAdded { id } }") as subscriber:
        await author.data(CREATE_POST, input=post_input(topic, "Moi aussi"))
        assert "EVENTS_MISSED" in json.dumps(await subscriber.message())


async def test_resuming_asks_as_much_of_posts_of_many_topics(client: Client) -> None:
    place = await world.section("general", "Ici")
    counts, after = [], "WzBd"
    for many in (4, 12):
        for number in range(many):
            await say(await world.topic(place, f"Sujet {many} {number}"), f"{many} {number}")
        async with statements() as seen, subscribed(client, after=after) as subscriber:
            assert await subscriber.bodies(many) == [f"{many} {number}" for number in range(many)]
        counts.append(len([sql for sql in seen if "chain" in sql]))
        after = write_cursor(4)
    assert counts == [1, 1]


async def test_all_of_one_sight_share_one_reading_of_a_post(client: Client) -> None:
    topic = await open_topic()
    player = await world.user()
    async with contextlib.AsyncExitStack() as stack:
        places = [client, client, client, *[await client.as_user(await world.user()) for _ in range(3)]]
        places += [await client.as_user(player), await client.as_user(player)]
        subscribers = [await stack.enter_async_context(subscribed(place)) for place in places]
        subscribers.append(await stack.enter_async_context(subscribed(client, topicId=gid(topic))))
        async with statements() as seen:
            await say(topic, "à tous")
            assert [await each.bodies(1) for each in subscribers] == [["à tous"]] * 9
        assert len([sql for sql in seen if "p.body" in sql]) == 2, "nobody's, and that of players without characters"
        assert len([sql for sql in seen if "FROM sessions" in sql]) == 1


async def test_a_subscription_that_ends_leaves_nothing_behind(client: Client) -> None:
    await open_topic()
    async with subscribed(client), subscribed(await client.as_user(await world.user())):
        assert await count(client, "pheromone_subscriptions") >= 2
    async with asyncio.timeout(5):
        while await count(client, "pheromone_subscriptions") + await count(client, "pheromone_sockets"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_one_execution_is_shared_by_those_alone_who_ask_for_the_same(client: Client) -> None:
    topic = await open_topic()
    query = "subscription($with: Boolean!) { postAdded { body authorName @include(if: $with) } }"
    async with (
        subscribed(client, query, **{"with": True}) as more,
        subscribed(client, query, **{"with": False}) as less,
        subscribed(client, "subscription { postAdded { text: body } }") as other,
    ):
        await say(topic, "à tous")
        told = [(await each.message())["payload"]["data"]["postAdded"] for each in (more, less, other)]
    assert told == [{"body": "à tous", "authorName": "x"}, {"body": "à tous"}, {"text": "à tous"}]
