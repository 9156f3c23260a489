"""Writing posts over HTTP: who signs, who may change, what is kept, what is refused and how."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from models.account.user import User
from models.alliance.member import Member
from models.core.database import is_postgres
from models.core.transaction import write
from models.forum.lock import lock_topic
from models.forum.post import Post, delete_post
from models.forum.post_revision import PostRevision
from models.forum.reaction import Reaction
from models.forum.section import Section
from models.forum.topic import Topic
from tests.documents.forum import (
    CREATE_POST,
    DELETE_POST,
    MARK_READ,
    NODE,
    REACT,
    RESTORE_POST,
    TOPIC,
    UNREACT,
    UPDATE_POST,
    bodies,
    gid,
    post_input,
)
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

REVISIONS = """query($id: ID!) { topic(id: $id) { posts { edges { node { editedAt
    revisions { body editorName editedAt } } } } } }"""


async def _topic(*bodies_: str, **values: Any) -> tuple[Topic, User]:
    author = await world.user()
    topic = await world.topic(
        await world.section("general", "Accueil"), "Bienvenue", author, *(bodies_ or ("premier",))
    )
    if values:
        await Topic.filter(id=topic.id).update(**values)
    return topic, author


async def test_a_post_is_signed_for_ever(client: Client) -> None:
    topic, _ = await _topic()
    player = await world.user()
    hero = await world.character(player)
    writer = await client.as_user(player)
    as_hero = (await writer.data(CREATE_POST, input=post_input(topic, "sous masque", characterId=gid(hero))))[
        "createPost"
    ]
    as_self = (await writer.data(CREATE_POST, input=post_input(topic, "sans masque")))["createPost"]
    assert (as_hero["authorName"], as_self["authorName"]) == (hero.name, player.username)
    hero.name = "Autre nom"
    await hero.save()
    await hero.delete()
    assert (await Post.get(body="sous masque")).author_name == as_hero["authorName"]


async def test_a_post_takes_as_many_statements_however_long_its_topic(client: Client) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Bienvenue", await world.user(), "un")
    writer = await client.as_user(await world.user())
    counts = []
    for _ in range(3):
        async with statements() as seen:
            await writer.data(CREATE_POST, input=post_input(topic))
        counts.append(len(seen))
    # The viewer; the topic's lock and the verdict; the post, who takes part, two counts, who is told; the log, which is
    # two in SQLite; the answer. Who opened the topic is told of the first post alone, in one statement more.
    assert counts[1:] == [10 if is_postgres() else 11] * 2, seen


async def test_nobody_signs_as_the_dead_as_others_or_as_no_one(client: Client) -> None:
    topic, author = await _topic()
    player = await world.user()
    dead = await world.character(player, alive=False)
    foreign = await world.character(author)
    await foreign.fetch_related("user")
    writer = await client.as_user(player)
    for character in (dead, foreign, type(dead)(id=2**31 - 1)):
        answer = await writer.ask(CREATE_POST, input=post_input(topic, characterId=gid(character)))
        assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN", "field": "characterId"}
    assert await client.codes(CREATE_POST, input=post_input(topic)) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("body", "language", "words"),
    [("", "fr", "vide"), (" \n", "en", "empty"), ("a" * 100_000, "fr", "60000")],
)
async def test_a_bad_body_is_refused_with_field_and_words(client: Client, body: str, language: str, words: str) -> None:
    topic, author = await _topic()
    writer = await client.as_user(author)
    for query, variables in (
        (CREATE_POST, {"input": post_input(topic, body)}),
        (UPDATE_POST, {"id": gid(await Post.get(topic=topic)), "body": body}),
    ):
        error = (await writer.ask(query, language, **variables))["errors"][0]
        assert error["extensions"] == {"code": "BAD_INPUT", "field": "body"}
        assert words in error["message"]


@pytest.mark.parametrize("poison", [r"\ud800", r"\u0000"])
async def test_what_no_database_takes_does_not_get_in(client: Client, poison: str) -> None:
    topic, author = await _topic()
    writer = await client.as_user(author)
    variables = json.dumps({"input": post_input(topic, "@")}).replace("@", poison)
    body = f'{{"query": {json.dumps(CREATE_POST)}, "variables": {variables}}}'
    headers = {"authorization": f"Bearer {writer.bearer}", "content-type": "application/json"}
    response = await client.http.post("/graphql", content=body, headers=headers)
    assert response.status_code < 500
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert await Post.all().count() == 1


@pytest.mark.parametrize(
    ("query", "name", "more"),
    [
        (UPDATE_POST, "id", {"body": "x"}),
        (DELETE_POST, "id", {}),
        (RESTORE_POST, "id", {}),
        (REACT, "postId", {"kind": "LIKE"}),
        (UNREACT, "postId", {"kind": "LIKE"}),
        (MARK_READ, "topicId", {}),
    ],
)
async def test_ids_are_refused_by_form_and_type(client: Client, query: str, name: str, more: dict[str, str]) -> None:
    admin = await client.as_user(await world.user("admin"))
    for bad in ("", "x", "UG9zdDox=", gid(Section(id=1)), gid(Post(id=1))[:-2], "UG9zdDotMQ=="):
        answer = await admin.ask(query, **{name: bad}, **more)
        assert answer["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": name}
    right = Topic(id=2**31 - 1) if query is MARK_READ else Post(id=2**31 - 1)
    assert await admin.codes(query, **{name: gid(right)}, **more) == ["NOT_FOUND"]


async def test_author_and_moderator_edit_and_every_text_is_kept(client: Client) -> None:
    topic, author = await _topic("un")
    moderator = await world.user("moderator")
    writer, staff = await client.as_user(author), await client.as_user(moderator)
    stranger, master = await client.as_user(await world.user()), await client.as_user(await world.user("game_master"))
    post = await Post.get(topic=topic)
    for asker, body in ((writer, "deux"), (writer, "deux"), (staff, "trois")):
        assert await asker.data(UPDATE_POST, id=gid(post), body=body) == {"updatePost": {"body": body}}
    assert await stranger.codes(UPDATE_POST, id=gid(post), body="x") == ["FORBIDDEN"]
    assert await master.codes(UPDATE_POST, id=gid(post), body="x") == ["FORBIDDEN"]
    for asker in (writer, staff, master):
        node = (await asker.data(REVISIONS, id=gid(topic)))["topic"]["posts"]["edges"][0]["node"]
        told = [(revision["body"], revision["editorName"]) for revision in node["revisions"]]
        assert told == [("un", author.username), ("deux", moderator.username)]
        assert node["editedAt"] == node["revisions"][1]["editedAt"]
    for asker in (client, stranger):
        node = (await asker.data(REVISIONS, id=gid(topic)))["topic"]["posts"]["edges"][0]["node"]
        assert node["revisions"] == []
    assert (await Post.get(id=post.id)).revision == await PostRevision.filter(post=post).count() == 2


async def test_deleted_posts_are_gone_for_all_and_kept_for_moderators(client: Client) -> None:
    topic, author = await _topic("un", "deux")
    writer, staff = await client.as_user(author), await client.as_user(await world.user("moderator"))
    stranger = await client.as_user(await world.user())
    post = await Post.get(body="deux")
    assert await stranger.codes(DELETE_POST, id=gid(post)) == ["FORBIDDEN"]
    await writer.data(DELETE_POST, id=gid(post))
    assert bodies((await client.data(TOPIC, id=gid(topic)))["topic"]) == ["un"]
    for query, more in ((DELETE_POST, {}), (UPDATE_POST, {"body": "x"})):
        assert await staff.codes(query, id=gid(post), **more) == ["NOT_FOUND"]
    assert await stranger.codes(REACT, postId=gid(post), kind="LIKE") == ["NOT_FOUND"]
    deleted = (
        "query($id: ID!) { topic(id: $id) { posts(deleted: true) { totalCount edges { node { body deletedAt } } } } }"
    )
    assert await writer.codes(deleted, id=gid(topic)) == ["FORBIDDEN"]
    listed = (await staff.data(deleted, id=gid(topic)))["topic"]["posts"]
    assert (listed["totalCount"], listed["edges"][0]["node"]["body"]) == (1, "deux")
    assert await writer.codes(RESTORE_POST, id=gid(post)) == ["FORBIDDEN"]
    for _ in range(2):
        await staff.data(RESTORE_POST, id=gid(post))
    topic_row = await Topic.get(id=topic.id)
    assert bodies((await client.data(TOPIC, id=gid(topic)))["topic"]) == ["un", "deux"]
    assert topic_row.post_count == 2


async def test_a_locked_topic_is_for_moderators(client: Client) -> None:
    topic, author = await _topic("un", is_locked=True)
    post = await Post.get(topic=topic)
    writer, staff = await client.as_user(author), await client.as_user(await world.user("moderator"))
    assert await writer.codes(CREATE_POST, input=post_input(topic)) == ["LOCKED"]
    assert await writer.codes(UPDATE_POST, id=gid(post), body="x") == ["LOCKED"]
    assert await writer.codes(DELETE_POST, id=gid(post)) == ["LOCKED"]
    assert await staff.codes(CREATE_POST, input=post_input(topic)) == []
    assert await staff.codes(UPDATE_POST, id=gid(post), body="x") == []


@pytest.mark.parametrize(
    ("kind", "codes"), [("MEMBERS", []), ("ORDERS", []), ("VAULT", ["FORBIDDEN"]), ("MIRROR", ["FORBIDDEN"])]
)
async def test_managed_sections_take_posts_only_where_players_talk(client: Client, kind: str, codes: list[str]) -> None:
    player = await world.user()
    alliance = await world.alliance(player)
    section = await world.section("alliances", "Gérée", kind=kind, alliance=alliance)
    topic = await world.topic(section, "Sujet", player, "un")
    await Member.all().update(topic=topic)
    member = await client.as_user(player)
    assert await member.codes(CREATE_POST, input=post_input(topic)) == codes
    assert await member.codes(UPDATE_POST, id=gid(await Post.get(body="un")), body="x") == codes


async def test_a_post_is_told_by_its_id_with_its_place(client: Client) -> None:
    topic, author = await _topic("un")
    section = await Section.get(id=topic.section_id)
    told = (await client.data(NODE, id=gid(await Post.get())))["node"]
    place = {"title": "Bienvenue", "section": {"slug": section.slug}, "author": {"username": author.username}}
    assert (told["body"], told["topic"]) == ("un", place)
    assert (await client.data(NODE, id=gid(topic)))["node"]["author"] == {"username": author.username}


async def test_a_reaction_that_waits_for_a_deletion_comes_too_late(client: Client) -> None:
    topic, _ = await _topic()
    post = await Post.get(topic=topic)
    reader = await client.as_user(await world.user())
    held, let_go = asyncio.Event(), asyncio.Event()

    async def delete_slowly() -> None:
        locked = await lock_topic(topic.id)
        assert locked is not None
        held.set()
        await delete_post(locked, post.id, datetime.now(UTC))
        await let_go.wait()

    deletion = asyncio.create_task(write(delete_slowly))
    await held.wait()
    reaction = asyncio.create_task(reader.codes(REACT, postId=gid(post), kind="LIKE"))
    await asyncio.sleep(0.3)
    let_go.set()
    await deletion
    assert await reaction == ["NOT_FOUND"]
    assert await Reaction.all().count() == 0
