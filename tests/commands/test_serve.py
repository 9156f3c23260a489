"""Several processes, as an operator runs them: killed, stopped, cut off from Redis, and no event lost or doubled."""

import asyncio
import contextlib
import hashlib
import json
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from uvicorn.config import STARTUP_FAILURE
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from commands.serve import START_SECONDS
from models.account.character import Character
from models.account.session import Session
from models.account.user import User
from models.core.database import fetch
from models.forum.section import Section
from models.forum.topic import Topic
from tests.documents.forum import CREATE_POST, gid, post_input
from tests.wire.client import Client
from tests.wire.live import Subscriber, count, socket, subscribed
from tests.wire.processes import FreshProcess, Process
from tests.wire.redis_server import OwnRedis
from tests.worlds import world

POSTS = int(os.environ.get("PHEROMONE_POSTS", "400"))
ROUNDS = int(os.environ.get("PHEROMONE_ROUNDS", "40"))
BROKEN = (ConnectionClosed, OSError, InvalidHandshake, InvalidMessage, httpx.TransportError, TimeoutError)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
    pytest.mark.timeout(60 + POSTS // 10 + ROUNDS),
]


def serving(folder: Path, database: str, redis: OwnRedis, *arguments: str) -> Process:
    kind = FreshProcess if arguments else Process
    return kind(folder, "serve", *arguments, DATABASE_URL=database, REDIS_URL=redis.url, JOBS="off")


@asynccontextmanager
async def clients(*processes: Process, bearer: str | None = None) -> AsyncIterator[list[Client]]:
    made = [Client(process.url, bearer=bearer) for process in processes]
    try:
        yield made
    finally:
        for client in made:
            await client.http.aclose()


async def ready(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.http.get("/readyz")).json()
    return answer


async def becomes(client: Client, redis: str) -> None:
    async with asyncio.timeout(20):
        while (await ready(client))["redis"] != redis:  # noqa: ASYNC110 - told over HTTP
            await asyncio.sleep(0.05)


async def posted() -> list[str]:
    """What every subscriber must have heard: the log itself, which is what was committed."""
    rows = await fetch(
        "SELECT p.body FROM events e JOIN posts p ON p.id = e.row_id WHERE e.kind = 'POST' ORDER BY e.seq"
    )
    return [row[0] for row in rows]


class Faithful:
    """A client that subscribes again with the cursor of what it heard last, to whichever process answers."""

    def __init__(self, places: list[Client]) -> None:
        self.places = places
        self.heard: list[str] = []
        self.cursor = "WzBd"  # Behind nothing: [0].
        self.broken = 0

    async def listen(self) -> None:
        while True:
            for client in self.places:
                with contextlib.suppress(*BROKEN):
                    async with subscribed(client, after=self.cursor) as subscriber:
                        await self._hear(subscriber)
                self.broken += 1
                await asyncio.sleep(0.05)

    async def _hear(self, subscriber: Subscriber) -> None:
        while True:
            found = await subscriber.post(patience=600)
            self.cursor = found["cursor"]
            self.heard.append(found["body"])


async def _write(places: list[Client], topics: list[Topic], part: range) -> None:
    """A client that tries again elsewhere: what was committed though its answer was lost stands twice in the log."""
    for number in part:
        for attempt in range(100):
            try:
                await places[(number + attempt) % 2].data(
                    CREATE_POST, input=post_input(topics[number % len(topics)], f"{number}.{attempt}")
                )
                break
            except BROKEN:
                await asyncio.sleep(0.05)
        else:
            pytest.fail("no process answers")


@pytest.mark.thorough
async def test_a_killed_process_and_a_lost_redis_cost_no_subscriber_a_post(
    database: str, redis: OwnRedis, tmp_path: Path
) -> None:
    author = await world.user("admin")
    topics = [await world.topic(await world.section("general", f"S{n}"), "Sujet") for n in range(4)]
    bearer = (await Client("http://unused").as_user(author)).bearer
    worker = Process(tmp_path, "worker", DATABASE_URL=database, REDIS_URL=redis.url)
    async with (
        serving(tmp_path, database, redis) as one,
        serving(tmp_path, database, redis) as other,
        worker,
        clients(one, other, bearer=bearer) as places,
    ):
        faithful = [Faithful(places), Faithful(places[::-1]), Faithful(places[:1]), Faithful(places[1:])]
        listening = [asyncio.create_task(each.listen()) for each in faithful]
        writers = [asyncio.create_task(_write(places, topics, range(k, POSTS, 4))) for k in range(4)]
        await _until(lambda: len(faithful[0].heard) > POSTS // 4, writers)
        redis.stop()
        await _until(lambda: len(faithful[0].heard) > POSTS // 3, writers)
        other.kill()
        await _until(lambda: len(faithful[0].heard) > POSTS // 2, writers)
        redis.start()
        other.start()
        await asyncio.gather(*writers)
        await other.answers()
        expected = await posted()
        await _until(lambda: all(len(each.heard) >= len(expected) for each in faithful), listening)
        await asyncio.sleep(0.5)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await becomes(places[0], "ok")
    assert len(expected) >= POSTS
    assert {body.partition(".")[0] for body in expected} == {str(number) for number in range(POSTS)}
    for each in faithful:
        assert each.heard == expected
    assert faithful[1].broken
    assert faithful[3].broken


async def _until(condition: Any, unless: list[asyncio.Task[None]]) -> None:
    async with asyncio.timeout(60 + POSTS / 10):
        while not condition():
            for task in unless:
                if task.done() and task.exception() is not None:
                    task.result()
            await asyncio.sleep(0.02)


async def _revoke(how: str, player: User, section: Section, topic: Topic) -> None:
    if how == "death":
        await Character.filter(user_id=player.id).update(is_alive=False)
    elif how == "session":
        await Session.filter(user_id=player.id).update(revoked_at=datetime.now(UTC))
    elif how == "account":
        await User.filter(id=player.id).update(is_active=False)
    elif how == "role":
        await User.filter(id=player.id).update(role_id=(await world.user("player")).role_id)
    elif how == "section":
        await Section.filter(id=section.id).update(deleted_at=datetime.now(UTC))
    else:
        await Topic.filter(id=topic.id).update(deleted_at=datetime.now(UTC))


@pytest.mark.thorough
async def test_who_lost_sight_before_a_post_hears_of_it_on_no_process(
    database: str, redis: OwnRedis, tmp_path: Path
) -> None:
    """Revoke, commit, post: by plain rows, of which nothing is told to any process. The writer is on the other one."""
    dice = random.Random(7)
    author = await world.user("admin")
    async with (
        serving(tmp_path, database, redis) as one,
        serving(tmp_path, database, redis) as other,
        clients(one, other) as places,
    ):
        signed = [await place.as_user(author) for place in places]
        for number in range(ROUNDS):
            how = dice.choice(["death", "session", "account", "role", "section", "topic"])
            await _round(how, number, dice, places, signed)


async def _round(how: str, number: int, dice: random.Random, places: list[Client], signed: list[Client]) -> None:
    section = await world.section("rp", f"Salle {number}")
    topic, other = await world.topic(section, "Ici"), await world.topic(section, "Ailleurs")
    player = await world.user("game_master" if how == "role" else "player")
    if how != "role":
        await world.character(player)
    where = dice.randrange(2)
    listener = await places[where].as_user(player)
    scope: dict[str, Any] = dice.choice([{}, {"sectionId": gid(section)}, {"topicId": gid(topic)}])
    async with subscribed(listener, **scope) as subscriber:
        await signed[1 - where].data(CREATE_POST, input=post_input(topic, "vu"))
        assert await subscriber.bodies(1) == ["vu"]
        await _revoke(how, player, section, topic)
        place = other if how == "topic" and "topicId" not in scope else topic
        errors = await signed[1 - where].codes(CREATE_POST, input=post_input(place, f"secret {number}"))
        if how == "topic" and "topicId" not in scope:
            assert (await subscriber.post())["body"] == f"secret {number}"  # Another topic: it is still seen.
            return
        assert errors == (["NOT_FOUND"] if how in ("section", "topic") else [])
        try:
            pytest.fail(f"{how}, {scope}: {await subscriber.message(0.15)}")
        except TimeoutError:
            assert how not in ("session", "account")
        except ConnectionClosed:
            assert subscriber.connection.close_code == 4403


async def test_without_redis_events_come_late_but_come_and_readiness_says_so(
    database: str, redis: OwnRedis, tmp_path: Path
) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    author = await world.user()
    async with (
        serving(tmp_path, database, redis) as one,
        serving(tmp_path, database, redis) as other,
        clients(one, other) as (here, there),
    ):
        writer = await there.as_user(author)
        await becomes(here, "ok")
        async with subscribed(here) as subscriber:
            redis.stop()
            await becomes(here, "ConnectionError")
            assert "redis" in (await ready(here))["degraded"]
            assert (await here.http.get("/readyz")).status_code == 200
            await writer.data(CREATE_POST, input=post_input(topic, "sans"))
            assert await subscriber.bodies(1) == ["sans"]
            redis.start()
            await becomes(here, "ok")
            await becomes(there, "ok")
            await writer.data(CREATE_POST, input=post_input(topic, "avec"))
            assert (await subscriber.post(patience=0.9))["body"] == "avec"


async def test_being_stopped_closes_sockets_with_1012_and_keeps_what_was_answered(
    database: str, redis: OwnRedis, tmp_path: Path
) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    process = serving(tmp_path, database, redis)
    async with process, clients(process) as (client,):
        writer = await client.as_user(await world.user())
        answered: list[str] = []

        async def write() -> None:
            with contextlib.suppress(*BROKEN, AssertionError):
                while True:
                    body = str(len(answered))
                    await writer.data(CREATE_POST, input=post_input(topic, body))
                    answered.append(body)

        stream = {"accept": "text/event-stream"}
        query = {"query": "subscription { postAdded { body } }"}
        async with (
            socket(client) as connection,
            client.http.stream("POST", "/graphql", json=query, headers=stream) as sse,
        ):
            writing = asyncio.create_task(write())
            async with asyncio.timeout(10):
                while len(answered) < 20:  # noqa: ASYNC110 - what another task does
                    await asyncio.sleep(0.01)
            exit_code = await process.stop()
            with pytest.raises(ConnectionClosed):
                await connection.recv()
            assert connection.close_code == 1012
            text = (await sse.aread()).decode()
            assert "event: next" in text
            assert "event: complete" not in text, "the client would not come back"
            await writing
    assert exit_code in (0, -15)
    written = await posted()
    assert written[: len(answered)] == answered
    assert len(written) - len(answered) <= 1, "one write may have been answered too late"


async def test_workers_share_one_port_and_one_count(database: str, redis: OwnRedis, tmp_path: Path) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    author = await world.user()
    async with (
        serving(tmp_path, database, redis, "--workers", "2") as process,
        clients(process) as (client,),
        contextlib.AsyncExitStack() as stack,
    ):
        sockets = [await stack.enter_async_context(subscribed(client)) for _ in range(8)]
        assert await count(client, "pheromone_sockets") == 8
        await (await client.as_user(author)).data(CREATE_POST, input=post_input(topic, "à tous"))
        assert [await each.bodies(1) for each in sockets] == [["à tous"]] * 8


@pytest.mark.thorough
async def test_a_worker_that_cannot_start_ends_the_service_with_a_code(database_url: str, tmp_path: Path) -> None:
    """A file that is gone by the time that the workers, each for itself, read the settings is met by them alone."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({hashlib.sha256(b"{ categories { id } }").hexdigest(): "{ categories { id } }"}))
    process = FreshProcess(
        tmp_path, "serve", "--workers", "2", DATABASE_URL=database_url, TRUSTED_DOCUMENTS=str(file), JOBS="off"
    )
    process.start()
    try:
        await _says(process, "listening on")
        file.unlink()
        await _says(process, str(file))
        # Nobody goes on asking whether it lives, for as long as it may take to start.
        assert await process.exit_code(START_SECONDS / 2) == STARTUP_FAILURE, process.log.read_text()
    finally:
        await process.__aexit__()


async def _says(process: Process, text: str) -> None:
    async with asyncio.timeout(60):
        while text not in process.log.read_text():  # noqa: ASYNC110 - what another process writes
            await asyncio.sleep(0.01)
