"""At a host all mothers share one mirror a kind: a guest sees their own mother's topics there, and no trace of others.

Two worlds that differ in another mother's mirrors alone answer a guest the same bytes.
"""

import pytest

from engine.operation.node import global_id, parse_global_id
from models.alliance.alliance import Alliance
from models.core.database import execute, fetch
from models.forum.post import Post
from models.forum.topic import Topic
from models.live.notification import Notification
from tests.documents.everything import keep_documents, node_query, query
from tests.documents.forum import CREATE_POST
from tests.documents.hosting import HOST, REPLY, SYNC
from tests.wire.client import Client, in_order
from tests.wire.live import POST_ADDED, Subscriber, socket, start, subscribed
from tests.worlds.alliance import CreatedAlliance, begin_hosting, create_alliance, housed, mirrored

REACT = "mutation($id: ID!) { react(postId: $id, kind: LIKE) { id } }"
MARK = "mutation($id: ID!) { markTopicRead(topicId: $id) { id } }"
FOLLOW = "mutation($id: ID!) { setTopicAttention(topicId: $id, attention: FOLLOW) { id } }"
PAGES = """query($s: String!) { section(slug: $s) { topicCount postCount
    topics(first: 1) { totalCount pageInfo { hasNextPage } edges { node { section { topicCount postCount } } } } } }"""
SECTION = "query($id: ID!) { topic(id: $id) { section { topicCount postCount } } }"


async def two_mothers(client: Client) -> tuple[CreatedAlliance, CreatedAlliance, CreatedAlliance]:
    """FDR, whose Paco plays from HOT, HOT, and AUT, whose Zed plays from HOT too; each with posts in its mirrors."""
    mother, host = await housed(client)
    other = await create_alliance(client, "Zed", tag="AUT")
    await begin_hosting(other, host)
    await other.founder.data(HOST, id=other.ids["Zed"], tag="HOT")
    for alliance, pseudo in ((mother, "Paco"), (other, "Zed")):
        for body in ("Un", "Deux"):
            entry = {"topicId": alliance.topics[pseudo], "body": body}
            await alliance.players[pseudo].data(CREATE_POST, input=entry)
    return mother, host, other


async def sealed_of(tag: str) -> tuple[list[str], list[str]]:
    """The ids of an alliance's sealed topics and posts."""
    pk = (await Alliance.get(tag=tag)).id
    topics = await Topic.filter(alliance_id=pk, is_sealed=True).values_list("id", flat=True)
    posts = await Post.filter(topic_id__in=list(topics)).values_list("id", flat=True)
    return [global_id("Topic", one) for one in topics], [global_id("Post", one) for one in posts]


async def answers(guest: Client, others: tuple[list[str], list[str]]) -> list[str]:
    slugs = [row[0] for row in await fetch("SELECT slug FROM sections WHERE kind = 'MIRROR' ORDER BY id")]
    sections = [
        global_id("Section", row[0]) for row in await fetch("SELECT id FROM sections WHERE kind = 'MIRROR' ORDER BY id")
    ]
    without = frozenset({"Mirror.syncedAt"})
    asked = [query(name, 3, without) for name in ("categories", "notifications", "alliances")]
    asked += [query("section", 3, without, slug=slug) for slug in slugs]
    asked += [query("searchPosts", 2, query=word) for word in ("PHM1", "AUT", "Deux")]
    asked += [node_query(one, parse_global_id(one)[0], 2) for one in (*sections, *others[0], *others[1])]
    found = [str(in_order(await guest.ask(one.text, **one.variables))) for one in asked]
    found += [str(await guest.ask(PAGES, s=slug)) for slug in slugs]
    for topic in others[0]:
        found += [str(await guest.ask(text, id=topic)) for text in (SECTION, MARK, FOLLOW)]
        found.append(str(await guest.ask(REPLY, id=topic, body="Coucou")))
        async with socket(guest) as connection:
            await start(connection, POST_ADDED, topicId=topic)
            found.append(str((await Subscriber(connection).message())["payload"]))
    return found + [str(await guest.ask(REACT, id=post)) for post in others[1]]


@pytest.fixture
def kept_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_documents(monkeypatch)


@pytest.mark.slow
@pytest.mark.usefixtures("kept_documents")
async def test_another_mothers_mirrors_change_no_answer_to_a_guest(client: Client) -> None:
    mother, host, _ = await two_mothers(client)
    guest, others = mother.players["Paco"], await sealed_of("AUT")
    assert len(await mirrored(host.players["Ivo"])) == 5, "a member of the host sees all, sealed"
    before = await answers(guest, others)
    numbers = [parse_global_id(one)[1] for one in others[0]]
    await execute("DELETE FROM posts WHERE topic_id = ANY($1)", numbers)
    await execute("DELETE FROM topics WHERE id = ANY($1)", numbers)
    await execute("UPDATE sections SET topic_count = 0, post_count = 0 WHERE kind = 'MIRROR'")
    assert await answers(guest, others) == before
    own = await mirrored(guest)
    assert {topic["title"] for topic in own} == {"Reine", "Zoé", "Paco"}
    assert any("Deux" in answer for answer in before), "the queries reach posts"


async def test_a_guest_counts_pages_and_hears_their_own_mothers_mirrors_alone(client: Client) -> None:
    mother, _, other = await two_mothers(client)
    guest, stranger = mother.players["Paco"], other.players["Zed"]
    (slug,) = [
        row[0]
        for row in await fetch(
            "SELECT slug FROM sections WHERE kind = 'MIRROR' AND name LIKE '%Membre%' AND slug <> ''"
        )
    ]
    seen = (await guest.data(PAGES, s=slug))["section"]
    assert (seen["topicCount"], seen["postCount"], seen["topics"]["totalCount"]) == (3, 2, 3)
    assert seen["topics"]["edges"][0]["node"]["section"] == {"topicCount": 3, "postCount": 2}
    seen = (await stranger.data(PAGES, s=slug))["section"]
    assert (seen["topicCount"], seen["topics"]["pageInfo"]) == (2, {"hasNextPage": True})
    (topic,) = [one for one in await mirrored(guest) if one["title"] == "Paco"]
    assert (await guest.data(SECTION, id=topic["id"]))["topic"]["section"] == {"topicCount": 3, "postCount": 2}
    async with subscribed(guest, POST_ADDED) as own, subscribed(stranger, POST_ADDED) as others:
        await guest.data(REPLY, id=topic["id"], body="De chez l'hôte")
        assert (await own.post())["body"] == "De chez l'hôte"
        assert await others.hears_nothing()


async def test_a_post_is_told_in_the_mothers_topic_and_not_by_its_copy(client: Client) -> None:
    mother, host = await housed(client)
    paco, zoe, ivo = mother.players["Paco"], mother.players["Zoé"], host.players["Ivo"]
    own = mother.topics["Zoé"]
    (copy,) = [one["id"] for one in await mirrored(paco) if one["title"] == "Zoé"]
    for player, topic in ((paco, own), (paco, copy), (ivo, copy)):
        await player.data(FOLLOW, id=topic)
    await Notification.all().delete()
    await zoe.data(CREATE_POST, input={"topicId": own, "body": "Un"})
    told = {(row.user_id, row.topic_id) for row in await Notification.filter(kind="NEW_POST")}
    number = parse_global_id(own)[1]
    assert (mother.users["Paco"].id, number) in told
    assert {topic for _, topic in told} == {number}
    await paco.data(REPLY, id=copy, body="Deux")
    await mother.founder.data(SYNC, tag="FDR")
    assert not await Notification.filter(topic_id=parse_global_id(copy)[1]).exists()


async def test_nobody_reacts_to_what_is_sealed(client: Client) -> None:
    mother, host = await housed(client)
    entry = {"topicId": mother.topics["Paco"], "body": "Un"}
    own = (await mother.players["Paco"].data(CREATE_POST, input=entry))["createPost"]["id"]
    _, (post,) = await sealed_of("FDR")
    for player in (mother.players["Paco"], host.founder, host.players["Ivo"]):
        assert await player.codes(REACT, id=post) == ["FORBIDDEN"]
    assert await mother.players["Zoé"].codes(REACT, id=own) == []
