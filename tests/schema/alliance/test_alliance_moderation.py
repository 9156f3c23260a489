"""An alliance's administrators moderate its sections and make new ones: there, and nowhere else."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from schema.forum.access import Moderation
from tests.documents.forum import (
    CREATE_POST,
    CREATE_TOPIC,
    DELETE_POST,
    DELETE_TOPIC,
    MOVE_TOPIC,
    RESTORE_POST,
    RESTORE_TOPIC,
    UPDATE_POST,
    UPDATE_TOPIC,
    gid,
    post_input,
    topic_input,
)
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

CREATE_SECTION = "mutation($input: SectionInput!) { createSection(input: $input) { id name } }"
UPDATE_SECTION = "mutation($id: ID!, $position: Int) { updateSection(id: $id, position: $position) { position } }"
MOVE_SECTION = """mutation($id: ID!, $to: ID) {
    moveSection(id: $id, categorySlug: "alliances", parentId: $to) { id } }"""
DELETE_SECTION = "mutation($id: ID!) { deleteSection(id: $id) }"
RESTORE_SECTION = "mutation($id: ID!) { restoreSection(id: $id) { id } }"
DELETED = """query($slug: String!) { section(slug: $slug) { topics(deleted: true) { totalCount edges { node {
    posts(deleted: true) { totalCount } } } } } }"""


@dataclass
class House:
    """An alliance's section of discussion, a topic in it by a member, and one of another alliance."""

    discussion: Section
    topic: Topic
    post: Post
    foreign: Topic
    reine: Client
    member: Client


@pytest.fixture
async def house(client: Client) -> House:
    chief, player = await world.user(), await world.user()
    own = await world.alliance(chief)
    await world.member(own, player, administers=False)
    others = await world.alliance()
    places = [await world.alliance_sections(one, "DISCUSSION", "MEMBERS") for one in (own, others)]
    topic = await world.topic(places[0]["DISCUSSION"], "Bavardage", player, "Bonjour")
    foreign = await world.topic(places[1]["DISCUSSION"], "Ailleurs", None, "Secret")
    post = await Post.get(topic_id=topic.id)
    reine, member = await client.as_user(chief), await client.as_user(player)
    return House(places[0]["DISCUSSION"], topic, post, foreign, reine, member)


async def test_topics_and_posts_are_moderated_by_whom_the_alliance_chose(house: House) -> None:
    reine, topic, post = house.reine, {"id": gid(house.topic)}, {"id": gid(house.post)}
    await reine.data(UPDATE_TOPIC, **topic, title="Bavardages", isPinned=True, isLocked=True)
    assert await house.member.codes(CREATE_POST, input=post_input(house.topic)) == ["LOCKED"]
    await reine.data(CREATE_POST, input=post_input(house.topic))
    await reine.data(UPDATE_POST, **post, body="Bonsoir")
    await reine.data(DELETE_POST, **post)
    listed = (await reine.data(DELETED, slug=house.discussion.slug))["section"]["topics"]
    assert listed["totalCount"] == 0
    await reine.data(RESTORE_POST, **post)
    await reine.data(DELETE_TOPIC, **topic)
    listed = (await reine.data(DELETED, slug=house.discussion.slug))["section"]["topics"]
    assert listed["totalCount"] == 1
    await reine.data(RESTORE_TOPIC, **topic)


LATEST = "{ latestTopics { edges { node { title posts(deleted: true) { edges { node { body } } } } } } }"


async def test_what_was_deleted_in_a_topic_is_theirs_however_it_was_reached(house: House) -> None:
    await house.member.data(CREATE_POST, input=post_input(house.topic))
    await house.reine.data(DELETE_POST, id=gid(house.post))
    async with statements() as few:
        found = (await house.reine.data(LATEST))["latestTopics"]["edges"]
    nodes = {edge["node"]["title"]: edge["node"]["posts"]["edges"] for edge in found}
    assert nodes == {"Bavardage": [{"node": {"body": "Bonjour"}}]}
    assert set(await house.member.codes(LATEST)) == {"FORBIDDEN"}
    for number in range(6):
        await world.topic(house.discussion, f"Autre sujet {number}", None, "texte")
    async with statements() as many:
        await house.reine.data(LATEST)
    assert len(many) <= len(few)
    await world.topic(await world.section("general", "Place publique"), "Bienvenue", None, "Bonjour à tous")
    assert await house.reine.codes(LATEST) == ["FORBIDDEN"]


async def test_members_moderate_nothing(house: House) -> None:
    topic, member = {"id": gid(house.topic)}, house.member
    for document in (DELETE_TOPIC, RESTORE_TOPIC):
        assert await member.codes(document, **topic) == ["FORBIDDEN"]
    assert await member.codes(UPDATE_TOPIC, **topic, isLocked=True) == ["FORBIDDEN"]
    assert await member.codes(RESTORE_POST, id=gid(house.post)) == ["FORBIDDEN"]
    assert "FORBIDDEN" in await member.codes(DELETED, slug=house.discussion.slug)
    assert await member.codes(CREATE_SECTION, input=_under(house.discussion)) == ["FORBIDDEN"]


async def test_nothing_of_others_is_moderated_or_told_of(house: House) -> None:
    hall = await world.section("general", "Place publique")
    public = await world.topic(hall, "Bienvenue", None, "Bonjour à tous")
    for topic in (house.foreign, public):
        for document in (DELETE_TOPIC, RESTORE_TOPIC):
            assert await house.reine.codes(document, id=gid(topic)) == ["FORBIDDEN"]
    assert await house.reine.codes(MOVE_TOPIC, id=gid(public), sectionId=gid(house.discussion)) == ["FORBIDDEN"]
    assert await house.reine.codes(MOVE_TOPIC, id=gid(house.topic), sectionId=gid(hall)) == ["FORBIDDEN"]
    assert await house.reine.codes(UPDATE_TOPIC, id=gid(public), isPinned=True) == ["FORBIDDEN"]
    assert await house.reine.codes(DELETE_POST, id=gid(await Post.get(topic_id=public.id))) == ["FORBIDDEN"]
    assert await house.reine.codes(DELETE_SECTION, id=gid(hall)) == ["FORBIDDEN"]
    assert "FORBIDDEN" in await house.reine.codes(DELETED, slug=hall.slug)


def _under(parent: Section | None, name: str = "Guerre", category: str = "alliances") -> dict[str, object]:
    above = {} if parent is None else {"parentId": gid(parent)}
    return {"categorySlug": category, "name": name, "isAnnouncement": True, **above}


async def test_sections_are_made_and_kept_under_the_alliances_own(house: House) -> None:
    reine = house.reine
    made = (await reine.data(CREATE_SECTION, input=_under(house.discussion)))["createSection"]["id"]
    place = await Section.get(name="Guerre")
    assert place.alliance_id == house.discussion.alliance_id
    assert await house.member.codes(CREATE_TOPIC, input=topic_input(place)) == ["FORBIDDEN"]
    await reine.data(CREATE_TOPIC, input=topic_input(place))
    await reine.data(MOVE_TOPIC, id=gid(house.topic), sectionId=made)
    assert (await reine.data(UPDATE_SECTION, id=made, position=3))["updateSection"] == {"position": 3}
    await reine.data(DELETE_SECTION, id=made)
    await reine.data(RESTORE_SECTION, id=made)
    assert await reine.codes(MOVE_SECTION, id=made, to=None) == ["FORBIDDEN"]
    for nowhere in (_under(None), _under(None, category="general")):
        assert await reine.codes(CREATE_SECTION, input=nowhere) == ["FORBIDDEN"]


async def test_the_write_asks_again_whose_section_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic may be moved between the guard's look and the lock: here the guard takes all for the alliance's own."""
    monkeypatch.setattr(Moderation, "judge", lambda *_: True)
    hall = await world.section("general", "Place publique")
    public = await world.topic(hall, "Bienvenue", None, "Bonjour à tous")
    topic, section = {"id": gid(public)}, {"id": gid(hall)}
    for document in (DELETE_TOPIC, RESTORE_TOPIC):
        assert await house.reine.codes(document, **topic) == ["FORBIDDEN"]
    assert await house.reine.codes(MOVE_TOPIC, **topic, sectionId=gid(house.discussion)) == ["FORBIDDEN"]
    assert await house.reine.codes(RESTORE_POST, id=gid(await Post.get(topic_id=public.id))) == ["FORBIDDEN"]
    assert await house.reine.codes(CREATE_SECTION, input=_under(hall, category="general")) == ["FORBIDDEN"]
    for document in (UPDATE_SECTION, MOVE_SECTION, DELETE_SECTION):
        assert await house.reine.codes(document, **section) == ["FORBIDDEN"]
    await Section.filter(id=hall.id).update(deleted_at=datetime.now(UTC), slug=None)
    assert await house.reine.codes(RESTORE_SECTION, **section) == ["FORBIDDEN"]
