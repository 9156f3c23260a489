"""The holes of the forum that this one follows: what each let through is shut here, by every way in."""

import json
from datetime import UTC, datetime

import pytest

from models.account.user import User
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from tests.documents.forum import (
    CREATE_POST,
    CREATE_TOPIC,
    FOLLOW_TOPIC,
    MARK_READ,
    MOVE_TOPIC,
    NODE,
    REACT,
    TOPIC,
    TOPICS,
    UPDATE_POST,
    UPDATE_TOPIC,
    gid,
    post_input,
    topic_input,
)
from tests.wire.client import Client
from tests.worlds import world

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SECRET_TEXT = "Le rituel a lieu à minuit"
EVERYTHING = """{ categories { slug sections { ...S subsections { ...S subsections { ...S } } } } }
fragment S on Section { name topicCount topics { totalCount edges { node { ...T } } } }
fragment T on Topic { title posts { edges { node { body } } } }"""


async def _depths() -> list[Section]:
    """An open section, and under it a restricted one with a child and a grandchild that ask for nothing themselves."""
    root = await world.section("rp", "Taverne")
    restricted = await world.section("rp", "Oasis", parent=root, faction="eveilles")
    child = await world.section("rp", "Bassin", parent=restricted)
    return [root, restricted, child, await world.section("rp", "Fond", parent=child)]


async def _outsider(client: Client) -> tuple[Client, User]:
    """Somebody with a living character, of another faction."""
    player = await world.user()
    await world.character(player, faction="inalteres", clan="gardiens")
    return await client.as_user(player), player


async def test_the_filtered_list_is_what_reaches_the_answer(client: Client) -> None:
    sections = await _depths()
    await world.topic(sections[1], "Rituel", None, SECRET_TEXT)
    outsider, _ = await _outsider(client)
    answer = json.dumps(await outsider.data(EVERYTHING), ensure_ascii=False)
    assert "Taverne" in answer
    for hidden in ("Oasis", "Bassin", "Fond", "Rituel", SECRET_TEXT):
        assert hidden not in answer


async def test_every_list_is_checked(client: Client) -> None:
    sections = await _depths()
    for section in sections[1:]:
        await world.topic(section, "Rituel", None, SECRET_TEXT)
        for asker in (client, (await _outsider(client))[0]):
            assert await asker.codes(TOPICS, slug=section.slug) == ["FORBIDDEN"]


@pytest.mark.parametrize("depth", [1, 2, 3])
async def test_what_lies_under_a_restricted_section_opens_by_no_id(client: Client, depth: int) -> None:
    topic = await world.topic((await _depths())[depth], "Rituel", None, SECRET_TEXT)
    outsider, _ = await _outsider(client)
    for asker in (client, outsider):
        assert await asker.ask(TOPIC, id=gid(topic)) == {"data": {"topic": None}}
        for row in (topic, await Post.get()):
            assert await asker.ask(NODE, id=gid(row)) == {"data": {"node": None}}
    member = await world.user()
    await world.character(member, faction="eveilles")
    assert (await (await client.as_user(member)).data(TOPIC, id=gid(topic)))["topic"]["title"] == "Rituel"


async def test_two_restrictions_ask_one_character_for_both(client: Client) -> None:
    section = await world.section("rp", "Cercle", faction="eveilles", clan="symbiotes")
    topic = await world.topic(section, "Rituel", None, SECRET_TEXT)
    player = await world.user()
    await world.character(player, faction="eveilles")
    await world.character(player, clan="symbiotes")
    signed_in = await client.as_user(player)
    assert (await signed_in.data(TOPIC, id=gid(topic)))["topic"] is None
    await world.character(player, faction="eveilles", clan="symbiotes")
    assert (await signed_in.data(TOPIC, id=gid(topic)))["topic"] is not None


async def test_an_author_moves_nothing_and_a_moderator_only_where_they_see(client: Client) -> None:
    sections = await _depths()
    outsider, author = await _outsider(client)
    topic = await world.topic(sections[0], "Chez moi", author, "x")
    vault = await world.section("alliances", "Coffre", kind="VAULT")
    assert await outsider.codes(MOVE_TOPIC, id=gid(topic), sectionId=gid(sections[1])) == ["FORBIDDEN"]
    moderator = await client.as_user(await world.user("moderator"))
    assert await moderator.codes(MOVE_TOPIC, id=gid(topic), sectionId=gid(vault)) == ["NOT_FOUND"]
    assert (await Topic.get(id=topic.id)).section_id == sections[0].id


@pytest.mark.parametrize("depth", [1, 2, 3])
async def test_no_reply_under_a_restricted_ancestor(client: Client, depth: int) -> None:
    topic = await world.topic((await _depths())[depth], "Rituel", None, SECRET_TEXT)
    outsider, _ = await _outsider(client)
    assert await outsider.codes(CREATE_POST, input=post_input(topic)) == ["NOT_FOUND"]
    assert (await Topic.get(id=topic.id)).post_count == 1


@pytest.mark.parametrize("depth", [1, 2, 3])
async def test_no_topic_in_a_closed_section(client: Client, depth: int) -> None:
    section = (await _depths())[depth]
    outsider, _ = await _outsider(client)
    assert await outsider.codes(CREATE_TOPIC, input=topic_input(section)) == ["FORBIDDEN"]
    await Section.filter(id=section.id).update(deleted_at=LONG_AGO)
    assert await outsider.codes(CREATE_TOPIC, input=topic_input(section)) == ["NOT_FOUND"]


async def test_only_staff_open_topics_among_the_announcements(client: Client) -> None:
    section = await world.section("general", "Annonces", is_announcement=True)
    player = await client.as_user(await world.user())
    assert await player.codes(CREATE_TOPIC, input=topic_input(section)) == ["FORBIDDEN"]
    for role in ("game_master", "moderator", "admin"):
        staff = await client.as_user(await world.user(role))
        made = (await staff.data(CREATE_TOPIC, input=topic_input(section)))["createTopic"]
        reply = {"topicId": made["id"], "body": "Merci"}
        assert await player.codes(CREATE_POST, input=reply) == []


async def test_hidden_deleted_and_unknown_are_told_apart_by_nothing(client: Client) -> None:
    hidden = await world.topic((await _depths())[1], "Rituel", None, SECRET_TEXT)
    outsider, author = await _outsider(client)
    gone = await world.topic(await world.section("general", "Accueil"), "Parti", author, "x")
    await Topic.filter(id=gone.id).update(deleted_at=LONG_AGO)
    never = Topic(id=2**31 - 1)
    for query, variables in (
        (TOPIC, lambda topic: {"id": gid(topic)}),
        (CREATE_POST, lambda topic: {"input": post_input(topic)}),
        (UPDATE_TOPIC, lambda topic: {"id": gid(topic), "title": "À moi"}),
        (MARK_READ, lambda topic: {"topicId": gid(topic)}),
        (FOLLOW_TOPIC, lambda topic: {"topicId": gid(topic), "attention": "FOLLOW"}),
    ):
        answers = [await outsider.ask(query, **variables(topic)) for topic in (hidden, gone, never)]
        assert answers[0] == answers[1] == answers[2]
    for query, variables in (
        (UPDATE_POST, lambda post: {"id": gid(post), "body": "À moi"}),
        (REACT, lambda post: {"postId": gid(post), "kind": "LIKE"}),
    ):
        posts = [await Post.get(topic=hidden), await Post.get(topic=gone), Post(id=2**31 - 1)]
        answers = [await outsider.ask(query, **variables(post)) for post in posts]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0]["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
