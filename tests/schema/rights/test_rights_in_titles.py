"""Titles of members' topics carry rights: whoever does not administer the alliance reads the pseudo alone, everywhere.

Two worlds that differ in the rights alone answer them the same bytes.
"""

from typing import Any

import pytest

from engine.operation.node import global_id, parse_global_id
from models.alliance.member import Member
from models.alliance.member_topic import retitle_members
from models.core.database import fetch
from models.core.transaction import write
from models.forum.topic import Topic
from models.live.notification import Notification
from tests.documents import alliance as docs
from tests.documents import hosting
from tests.documents.everything import BUT_DEAR, DEAR, keep_documents, node_query, query
from tests.documents.forum import CREATE_POST
from tests.wire.client import Client, in_order
from tests.wire.database import by_turns
from tests.wire.live import POST_ADDED, subscribed
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance, housed, mirrored
from tests.worlds.hosting import NOW

VIEWERS = ["Zoé", "Paco", "game_master", "moderator", "admin"]
# The moment of a synchronisation; and what members are told of their own rights.
MOMENTS = frozenset({"Mirror.syncedAt"})
OWN_RIGHTS = frozenset({"Member.ownRights"})
DELETED = """query($s: String!) { section(slug: $s) { topics(deleted: true) { edges { node {
    title slug posts(deleted: true) { edges { node { topic { title slug } } } } } } } } }"""
SEARCH = "query($q: String!) { searchPosts(query: $q) { totalCount edges { node { body topic { title slug } } } } }"
MOVE = "mutation($id: ID!, $s: ID!) { moveTopic(id: $id, sectionId: $s) { title slug section { slug } } }"


async def set_rights(thousandths: int, coefficient: float, adjustment: str) -> None:
    await Member.all().update(accumulated_thousandths=thousandths, coefficient=coefficient, adjustment=adjustment)
    members = [row[0] for row in await fetch("SELECT id FROM members")]
    await write(lambda: retitle_members(members, NOW))


async def live_in(alliance: CreatedAlliance) -> None:
    """Everybody writes in Zoé's topic, so that everybody is notified of it."""
    await set_rights(777_777_777, 12.5, "UP")
    zoe = alliance.topics["Zoé"]
    await alliance.players["Zoé"].data(docs.CENSUS, tag="FDR", census=docs.census())
    for writer in (*alliance.players.values(), alliance.founder):
        await writer.data(CREATE_POST, input={"topicId": zoe, "body": "Bonne récolte"})
    await alliance.players["Zoé"].data(docs.PLACE, input=docs.order("FDR"))


async def answers(viewer: Client, without: frozenset[str]) -> list[str]:
    ids = [
        global_id(kind, pk) for kind in ("Topic", "Member", "Order", "Post", "Notification") for pk in await of(kind)
    ]
    slugs = [
        row[0]
        for row in await fetch("SELECT slug FROM sections WHERE kind IN ('MEMBERS', 'ORDERS', 'MIRROR') ORDER BY id")
    ]
    asked = [query(name, 3, without) for name in ("categories", "notifications")]
    asked += [query("alliances", 3, without | part) for part in (DEAR, BUT_DEAR)]
    asked += [query("section", 3, without, slug=slug) for slug in slugs]
    asked += [query("topic", 3, without, id=one) for one in ids if parse_global_id(one)[0] == "Topic"]
    asked += [query("alliance", 3, without | part, tag="FDR") for part in (DEAR, BUT_DEAR)]
    asked += [node_query(one, parse_global_id(one)[0], 2, without) for one in ids]
    found = [str(in_order(await viewer.ask(one.text, **one.variables))) for one in asked]
    found += [str(in_order(await viewer.ask(DELETED, s=slug))) for slug in slugs]
    return found + [str(await viewer.ask(SEARCH, q=word)) for word in ("récolte", "Zoé", "777777.777", "hausse 12.5")]


async def of(kind: str) -> list[int]:
    return [row[0] for row in await fetch(f"SELECT id FROM {kind.lower()}s ORDER BY id")]


@pytest.fixture
def kept_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_documents(monkeypatch)


@pytest.mark.slow
@pytest.mark.usefixtures("kept_documents")
@pytest.mark.parametrize(("name", "database_url"), by_turns(VIEWERS), indirect=["database_url"])
async def test_rights_change_no_answer_to_whoever_does_not_administer(client: Client, name: str) -> None:
    is_member = name in ("Zoé", "Paco")
    alliance = (await housed(client))[0] if is_member else await create_alliance(client, "Zoé", "Paco")
    await live_in(alliance)
    if is_member:
        viewer = alliance.players[name]
    else:
        viewer = await client.as_user(await world.user(name))
        await viewer.data(CREATE_POST, input={"topicId": alliance.topics["Zoé"], "body": "Récolte vue"})
        await alliance.founder.data(CREATE_POST, input={"topicId": alliance.topics["Zoé"], "body": "Merci"})
        moderator = await client.as_user(await world.user("moderator"))
        await moderator.data("mutation($id: ID!) { deleteTopic(id: $id) }", id=alliance.topics["Paco"])
    without = MOMENTS | OWN_RIGHTS if is_member else MOMENTS
    assert any("777777.777" in one for one in await answers(alliance.founder, MOMENTS)), "there is something to hide"
    before = await answers(viewer, without)
    await set_rights(-5, 300.0, "DOWN")
    assert await answers(viewer, without) == before
    assert any("récolte" in answer.lower() for answer in before), "the queries reach posts"
    assert not any("777777" in answer or "Zoé / " in answer for answer in before)


async def test_who_administers_reads_them_and_a_guest_reads_the_pseudo_in_the_mirror(client: Client) -> None:
    alliance, _ = await housed(client)
    await set_rights(777_777_777, 12.5, "UP")
    title = "query($id: ID!) { topic(id: $id) { title slug } }"
    zoe = alliance.topics["Zoé"]
    assert (await alliance.founder.data(title, id=zoe))["topic"]["title"].endswith(" / 777777.777")
    assert (await alliance.players["Zoé"].data(title, id=zoe))["topic"]["title"] == "Zoé"
    assert {topic["title"] for topic in await mirrored(alliance.players["Paco"])} == {"Reine", "Zoé", "Paco"}
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    assert (await alliance.players["Zoé"].data(title, id=zoe))["topic"]["title"].endswith(" / 777777.777")


async def test_events_that_are_read_once_for_several_show_each_what_is_theirs(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    topic = alliance.topics["Zoé"]
    async with (
        subscribed(alliance.founder, POST_ADDED, topicId=topic) as head,
        subscribed(alliance.players["Paco"], POST_ADDED, topicId=topic) as member,
    ):
        await alliance.players["Zoé"].data(CREATE_POST, input={"topicId": topic, "body": "Bonjour"})
        assert (await member.post())["topic"]["title"] == "Zoé"
        assert (await head.post())["topic"]["title"].startswith("Zoé / ")


async def test_a_topic_that_is_moved_deleted_or_restored_says_no_more(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await set_rights(777_777_777, 12.5, "UP")
    moderator = await client.as_user(await world.user("moderator"))
    hall = await world.section("hrp", "Salle")
    zoe, paco = alliance.topics["Zoé"], alliance.topics["Paco"]
    moved = (await moderator.data(MOVE, id=zoe, s=global_id("Section", hall.id)))["moveTopic"]
    assert (moved["title"], moved["slug"].rpartition("-")[0]) == ("Zoé", "zoe")
    await moderator.data("mutation($id: ID!) { deleteTopic(id: $id) }", id=paco)
    back = (await moderator.data("mutation($id: ID!) { restoreTopic(id: $id) { title slug } }", id=paco))[
        "restoreTopic"
    ]
    assert (back["title"], back["slug"].rpartition("-")[0]) == ("Paco", "paco")
    told = [row.details for row in await Notification.filter(kind="MODERATION")]
    assert told
    assert not any(" / " in text for text in told)
    assert (await Topic.get(id=parse_global_id(zoe)[1])).title.endswith("777777.777")


async def test_what_a_host_sends_back_is_shown_as_the_rest(client: Client) -> None:
    """A member's topic that the mother lost comes back whole, with the pseudo to be shown."""
    alliance, _ = await housed(client)
    await set_rights(777_777_777, 12.5, "UP")
    await alliance.founder.data(hosting.SYNC, tag="FDR")
    await Topic.filter(id=parse_global_id(alliance.topics["Zoé"])[1]).delete()
    await alliance.founder.data(hosting.SYNC, tag="FDR")
    members: list[dict[str, Any]] = (await alliance.players["Paco"].data(docs.MEMBERS, tag="FDR"))["alliance"][
        "members"
    ]
    assert {one["pseudo"]: one["topic"]["title"] for one in members}["Zoé"] == "Zoé"
    assert (await Topic.get(shown_title="Zoé")).title.endswith("777777.777")
