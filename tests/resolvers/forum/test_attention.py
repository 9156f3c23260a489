"""Following and muting over HTTP: who may, what is told in which words, and to nobody what they may not see."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.account.character import Character
from models.account.faction import Faction
from models.account.user import User
from models.forum.section import Section
from models.forum.topic import Topic
from models.live.attention import SectionAttention
from tests.documents.forum import (
    CREATE_POST,
    CREATE_TOPIC,
    DELETE_TOPIC,
    FOLLOW_SECTION,
    FOLLOW_TOPIC,
    MARK_READ,
    MOVE_TOPIC,
    RESTORE_TOPIC,
    UPDATE_TOPIC,
    gid,
    post_input,
    topic_input,
)
from tests.wire.client import Client
from tests.wire.live import subscribed
from tests.wire.statements import statements
from tests.worlds import world

LIST = """{ notifications { unreadCount edges { node { id kind level message readAt createdAt
    topic { id title } post { id } } } } }"""
SEEN = (
    "query($slug: String!) { section(slug: $slug) { viewerAttention topics { edges { node { viewerAttention } } } } }"
)
TREE = "{ categories { sections { viewerAttention subsections { viewerAttention } } } }"
LATEST = "{ latestTopics { edges { node { viewerAttention section { viewerAttention } } } } }"
NEW = "subscription { notificationAdded { kind message } }"


async def listed(client: Client) -> tuple[list[dict[str, Any]], int]:
    found = (await client.data(LIST))["notifications"]
    return [edge["node"] for edge in found["edges"]], found["unreadCount"]


async def messages(client: Client) -> list[str]:
    return [one["message"] for one in (await listed(client))[0]]


async def player(client: Client, faction: str | None = None) -> tuple[Client, User]:
    user = await world.user()
    if faction:
        await world.character(user, faction)
    return await client.as_user(user), user


async def opened(writer: Client, place: Section, title: str = "Été") -> Topic:
    """A topic that somebody opens through the API."""
    found = (await writer.data(CREATE_TOPIC, input=topic_input(place, title)))["createTopic"]
    return await Topic.get(title=found["title"])


async def test_each_viewer_sets_their_own_and_sees_it_everywhere(client: Client) -> None:
    place = await world.section("general", "Ici")
    topic = await world.topic(place, "Sujet", None, "ouverture")
    (one, _), (other, _) = await player(client), await player(client)
    for attention in ("FOLLOW", "FOLLOW", "MUTE"):
        made = await one.data(FOLLOW_TOPIC, topicId=gid(topic), attention=attention)
        assert made == {"setTopicAttention": {"id": gid(topic), "viewerAttention": attention}}
        made = await one.data(FOLLOW_SECTION, sectionId=gid(place), attention=attention)
        assert made == {"setSectionAttention": {"id": gid(place), "viewerAttention": attention}}
    for viewer, said in ((one, "MUTE"), (other, "NORMAL"), (client, "NORMAL")):
        of_section = {"viewerAttention": said, "topics": {"edges": [{"node": {"viewerAttention": said}}]}}
        assert await viewer.data(SEEN, slug=place.slug) == {"section": of_section}
        sections = (await viewer.data(TREE))["categories"][0]["sections"]
        assert sections == [{"viewerAttention": said, "subsections": []}]
        node = (await viewer.data(LATEST))["latestTopics"]["edges"][0]["node"]
        assert node == {"viewerAttention": said, "section": {"viewerAttention": said}}
    for query, name, row in ((FOLLOW_TOPIC, "topicId", topic), (FOLLOW_SECTION, "sectionId", place)):
        await one.data(query, **{name: gid(row)}, attention="NORMAL")
        assert await client.codes(query, **{name: gid(row)}, attention="MUTE") == ["UNAUTHENTICATED"]
    assert await SectionAttention.all().count() == 0


async def test_what_is_not_there_to_the_viewer_is_not_found(client: Client) -> None:
    hidden = await world.section("rp", "Citadelle", faction="inalteres")
    topic = await world.topic(hidden, "Secret", None, "x")
    outsider, _ = await player(client, "eveilles")
    gone = await world.section("general", "Partie", deleted_at=datetime.now(UTC))
    for query, name, rows in (
        (FOLLOW_SECTION, "sectionId", [hidden, gone, Section(id=2**31 - 1)]),
        (FOLLOW_TOPIC, "topicId", [topic, Topic(id=2**31 - 1)]),
    ):
        answers = [await outsider.ask(query, **{name: gid(row)}, attention="FOLLOW") for row in rows]
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
        wrong = await outsider.ask(query, **{name: "?"}, attention="FOLLOW")
        assert wrong["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": name}
    assert await SectionAttention.all().count() == 0


async def test_a_new_topic_is_told_in_the_readers_language_as_it_is_now(client: Client) -> None:
    place, other = await world.section("general", "Ici"), await world.section("general", "Là")
    (reader, _), (writer, author) = await player(client), await player(client)
    moderator = await client.as_user(await world.user("moderator"))
    for viewer in (reader, writer):
        await viewer.data(FOLLOW_SECTION, sectionId=gid(place), attention="FOLLOW")
    topic = await opened(writer, place)
    ((one,), unread) = await listed(reader)
    assert (one["kind"], one["level"], one["readAt"], unread) == ("NEW_TOPIC", "INFO", None, 1)
    assert one["message"] == "Nouveau sujet « Été » dans « Ici »."
    assert (one["topic"], one["post"]) == ({"id": gid(topic), "title": "Été"}, None)
    english = await reader.ask(LIST, language="en")
    assert english["data"]["notifications"]["edges"][0]["node"]["message"] == "New topic “Été” in “Ici”."
    assert await listed(writer) == ([], 0)
    await writer.data(UPDATE_TOPIC, id=gid(topic), title="Hiver")
    await moderator.data(MOVE_TOPIC, id=gid(topic), sectionId=gid(other))
    assert await messages(reader) == ["Nouveau sujet « Hiver » dans « Là »."]
    await writer.data(CREATE_POST, input=post_input(topic))
    assert len(await messages(reader)) == 1, "its posts are told to those who follow it or take part"
    await moderator.data(DELETE_TOPIC, id=gid(topic))
    assert await listed(reader) == ([], 0)
    await moderator.data(RESTORE_TOPIC, id=gid(topic))
    await reader.data(MARK_READ, topicId=gid(topic))
    assert (await listed(reader))[1] == 0
    assert await messages(reader) == ["Nouveau sujet « Hiver » dans « Là »."]
    assert author.username not in str(await listed(reader))


@pytest.mark.parametrize("loss", ["restricted", "parent restricted", "section deleted", "moved", "died"])
async def test_a_follower_who_lost_sight_is_told_nothing(client: Client, loss: str) -> None:
    place = await world.section("rp", "Taverne")
    (reader, user), (writer, _) = await player(client, "eveilles"), await player(client, "inalteres")
    topic = await world.topic(place, "Vieux", None, "ouverture")
    await reader.data(FOLLOW_SECTION, sectionId=gid(place), attention="FOLLOW")
    await reader.data(FOLLOW_TOPIC, topicId=gid(topic), attention="FOLLOW")
    closed, citadel = await world.section("rp", "Citadelle", faction="inalteres"), await Faction.get(slug="inalteres")
    if loss == "restricted":
        await Section.filter(id=place.id).update(visible_by_faction=citadel)
    elif loss == "parent restricted":
        await Section.filter(id=place.id).update(parent=closed)
    elif loss == "died":
        await Character.filter(user=user).update(is_alive=False)
    async with subscribed(reader, NEW) as subscriber:
        new = await opened(writer, place, "Canari")
        await writer.data(CREATE_POST, input=post_input(topic, "Canari"))
        if loss in ("moved", "section deleted"):
            assert len(await messages(reader)) == 2
            for _ in range(2):
                await subscriber.message()
            if loss == "moved":
                await Topic.all().update(section=closed)
            else:
                await Section.filter(id=place.id).update(deleted_at=datetime.now(UTC), slug=None)
        else:
            assert await subscriber.hears_nothing()
    assert await listed(reader) == ([], 0)
    for row, name, query in ((new, "topicId", FOLLOW_TOPIC), (place, "sectionId", FOLLOW_SECTION)):
        if not (loss == "moved" and row is place):
            assert await reader.codes(query, **{name: gid(row)}, attention="MUTE") == ["NOT_FOUND"]


async def test_nobody_is_told_what_a_topic_and_its_section_were_called_out_of_their_sight(client: Client) -> None:
    """Two worlds, in one of which both had another name while the follower did not see them."""
    worlds = []
    for number, hidden_title in enumerate(["Été", "Preuves"]):
        place, seen = [await world.section("rp", f"{name} {number}") for name in ("Cave", "Grenier")]
        (reader, _), (writer, _) = await player(client, "eveilles"), await player(client, "inalteres")
        await reader.data(FOLLOW_SECTION, sectionId=gid(place), attention="FOLLOW")
        hidden = {"visible_by_faction": await Faction.get(slug="inalteres"), "name": f"Complot {hidden_title}"}
        await Section.filter(id=place.id).update(**hidden)
        topic = await opened(writer, place, hidden_title)
        await writer.data(UPDATE_TOPIC, id=gid(topic), title="Été")
        moderator = await client.as_user(await world.user("moderator"))
        await moderator.data(MOVE_TOPIC, id=gid(topic), sectionId=gid(seen))
        worlds.append([one.replace(f" {number}", "") for one in await messages(reader)])
    assert worlds[0] == worlds[1] == ["Nouveau sujet « Été » dans « Grenier »."]


async def test_attention_is_one_statement_however_many_rows_there_are(client: Client) -> None:
    reader, _ = await player(client)
    counts: list[list[int]] = []
    for many in (1, 4):
        root = await world.section("general", f"Ici {many}")
        for number in range(many):
            await world.section("general", f"Là {many} {number}", parent=root)
            await world.topic(root, "Sujet", None, "ouverture")
        without = SEEN.replace("viewerAttention", "id")
        await reader.data(without, slug=root.slug)  # The shape of the forum is read once.
        counts.append([])
        for query in (without, SEEN, TREE.replace("viewerAttention", "id"), TREE):
            async with statements() as seen:
                await reader.data(query, **({"slug": root.slug} if "$slug" in query else {}))
            counts[-1].append(len(seen))
        async with statements() as seen:
            await client.data(TREE)
        assert not [sql for sql in seen if "section_attentions" in sql]
    (few, many_) = counts
    assert few == many_
    assert (few[1] - few[0], few[3] - few[2]) == (2, 1)
