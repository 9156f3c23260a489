"""Counts of sections and topics against a recount from nothing, after anything in any order, and all at once."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.core.refusal import Refusal
from models.account.author import Author
from models.core.database import fetch, instant
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.topic_change import create_topic
from tests.documents.forum import (
    CREATE_POST,
    CREATE_TOPIC,
    DELETE_POST,
    DELETE_TOPIC,
    MOVE_TOPIC,
    RESTORE_POST,
    RESTORE_TOPIC,
    UPDATE_POST,
    gid,
    post_input,
    topic_input,
)
from tests.wire.client import Client
from tests.worlds import world


async def _kept() -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, datetime]]]:
    sections = await fetch("SELECT id, topic_count, post_count FROM sections")
    topics = await fetch("SELECT id, post_count, last_post_at FROM topics")
    return {row[0]: (row[1], row[2]) for row in sections}, {row[0]: (row[1], instant(row[2])) for row in topics}


async def _recounted() -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, datetime]]]:
    """The same, from the rows of topics and posts alone, by the slowest and plainest way."""
    posts = await fetch("SELECT topic_id, created_at FROM posts WHERE deleted_at IS NULL")
    rows = await fetch("SELECT id, section_id, created_at, deleted_at FROM topics")
    topics, sections = {}, {row[0]: (0, 0) for row in await fetch("SELECT id FROM sections")}
    for topic_id, section_id, created_at, deleted_at in rows:
        times = [instant(at) for where, at in posts if where == topic_id]
        topics[topic_id] = (len(times), max(times, default=instant(created_at)))
        if deleted_at is None:
            had_topics, had_posts = sections[section_id]
            sections[section_id] = (had_topics + 1, had_posts + len(times))
    return sections, topics


class Deeds:
    """Things a moderator may do to what is there, some of which are refused."""

    def __init__(self, client: Client, sections: list[Section], dice: random.Random) -> None:
        self.client, self.sections, self.dice = client, sections, dice
        self.topics: list[str] = []
        self.posts: list[str] = []

    async def one(self) -> None:
        deed = self.dice.choice([self.open, self.post, self.post, self.post, self.change, self.change])
        await deed()

    async def open(self) -> None:
        answer = await self.client.data(CREATE_TOPIC, input=topic_input(self.dice.choice(self.sections)))
        self.topics.append(answer["createTopic"]["id"])

    async def post(self) -> None:
        if self.topics:
            body = {"topicId": self.dice.choice(self.topics), "body": "x"}
            answer = await self.client.ask(CREATE_POST, input=body)
            if "errors" not in answer:
                self.posts.append(answer["data"]["createPost"]["id"])

    async def change(self) -> None:
        on_topic = self.dice.choice([DELETE_TOPIC, RESTORE_TOPIC, MOVE_TOPIC])
        on_post = self.dice.choice([DELETE_POST, RESTORE_POST, UPDATE_POST])
        asked: list[tuple[str, dict[str, Any]]] = []
        if self.topics:
            asked.append((on_topic, {"id": self.dice.choice(self.topics)}))
        if self.posts:
            asked.append((on_post, {"id": self.dice.choice(self.posts)}))
        if asked:
            query, variables = self.dice.choice(asked)
            more = {MOVE_TOPIC: {"sectionId": gid(self.dice.choice(self.sections))}, UPDATE_POST: {"body": "y"}}
            answer = await self.client.ask(query, **variables, **more.get(query, {}))
            assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= {"NOT_FOUND"}


async def _deeds(client: Client, seed: int) -> Deeds:
    sections = [await world.section("general", f"Salle {number}") for number in range(3)]
    moderator = await client.as_user(await world.user("moderator"))
    return Deeds(moderator, sections, random.Random(seed))


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_right_after_anything(client: Client, seed: int) -> None:
    deeds = await _deeds(client, seed)
    for step in range(80):
        await deeds.one()
        if step % 8 == 7:
            assert await _kept() == await _recounted()
    assert sum(posts for _, posts in (await _kept())[0].values()) > 0


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_right_after_everything_at_once(client: Client, seed: int) -> None:
    deeds = await _deeds(client, seed)
    for _ in range(3):
        await deeds.open()
    for _ in range(10):
        await asyncio.gather(*(deeds.one() for _ in range(8)))
    assert await _kept() == await _recounted()


async def test_two_posts_and_a_deletion_at_once(client: Client) -> None:
    deeds = await _deeds(client, 0)
    await deeds.open()
    topic = await Topic.get()
    for _ in range(10):
        newest = await Post.filter(deleted_at=None).order_by("-id").first()
        assert newest is not None
        await asyncio.gather(
            deeds.client.data(CREATE_POST, input=post_input(topic)),
            deeds.client.data(DELETE_POST, id=gid(newest)),
            deeds.client.data(CREATE_POST, input=post_input(topic)),
        )
        assert await _kept() == await _recounted()
    assert (await Topic.get()).post_count == 11


async def test_a_post_that_many_delete_at_once_goes_once(client: Client) -> None:
    deeds = await _deeds(client, 0)
    await deeds.open()
    for _ in range(8):
        answer = await deeds.client.data(CREATE_POST, input=post_input(await Topic.get()))
        post = answer["createPost"]["id"]
        codes = await asyncio.gather(*(deeds.client.codes(DELETE_POST, id=post) for _ in range(4)))
        assert sorted(codes) == [[], *[["NOT_FOUND"]] * 3]
    assert await _kept() == await _recounted()


async def test_topics_that_cross_on_their_way_lock_nobody_out(client: Client) -> None:
    deeds = await _deeds(client, 0)
    there, back = deeds.sections[:2]
    topics = [await world.topic(section, "x", None, "x", "y") for section in (there, back)]
    for ends in ((back, there), (there, back)) * 5:
        moves = zip(topics, ends, strict=True)
        answers = await asyncio.gather(
            *(deeds.client.ask(MOVE_TOPIC, id=gid(topic), sectionId=gid(end)) for topic, end in moves)
        )
        assert not any("errors" in answer for answer in answers)
    assert await _kept() == await _recounted()


async def test_a_section_that_goes_meanwhile_takes_no_topic(database: str) -> None:
    """It was judged open, and is deleted before the topic counts in it."""
    section, now = await world.section("general", "Salle"), datetime.now(UTC)
    await Section.filter(id=section.id).update(deleted_at=now)
    with pytest.raises(Refusal, match="not_found"):
        await create_topic(section.id, "Titre", "Texte", Author(None, "x"), now)
    assert (await Topic.all().count(), (await _kept())[0][section.id]) == (0, (0, 0))
