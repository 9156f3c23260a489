"""The last word that was acknowledged stands: what waits at a host comes home before a moderator of the mother acts."""

from typing import Any

import pytest

from engine.operation.node import global_id
from models.core.database import fetch
from models.hosting.mirror import mirror_change
from tests.documents import alliance as docs
from tests.documents.hosting import DELETE, EDIT, HOST, REPLY
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, begin_hosting, create_alliance, housed, lose_key, mirrored

POSTS = """query($id: ID!) { topic(id: $id) { posts(first: 50) { edges { node {
    body editedAt revisions { body editorName } } } } } }"""
POST = "query($id: ID!) { node(id: $id) { ... on Post { body isEncrypted revisions { body editorName } } } }"
RESTORE = "mutation($id: ID!) { restorePost(id: $id) { body revisions { body editorName } } }"
DELETE_TOPIC = "mutation($id: ID!) { deleteTopic(id: $id) }"
RESTORE_TOPIC = "mutation($id: ID!) { restoreTopic(id: $id) { id } }"
REPLY_AND_READ = """mutation($id: ID!, $body: String!) { createPost(input: {topicId: $id, body: $body}) {
    topic { posts(first: 50) { edges { node { body } } } } } }"""
MOVE = "mutation($id: ID!, $to: ID!) { moveTopic(id: $id, sectionId: $to) { id } }"


@pytest.fixture(autouse=True)
def nobody_pulls(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the process that would pull at once has just ended."""
    monkeypatch.setattr(mirror_change, "tell_after_commit", lambda *_: None)


class Scene:
    """A guest's post, which the mother has read once, edited twice since."""

    def __init__(self, mother: CreatedAlliance, moderator: Client, topic: str, post: str, theirs: str) -> None:
        self.mother, self.moderator, self.topic, self.post, self.theirs = mother, moderator, topic, post, theirs
        self.paco, self.name = mother.players["Paco"], "Paco"

    async def posts(self) -> list[dict[str, Any]]:
        edges = (await self.moderator.data(POSTS, id=self.topic))["topic"]["posts"]["edges"]
        return [edge["node"] for edge in edges]

    @property
    def revisions(self) -> list[dict[str, str]]:
        return [{"body": body, "editorName": self.name} for body in ("premier", "second")]


async def scene(client: Client) -> Scene:
    mother, _ = await housed(client)
    moderator = await client.as_user(await world.user("moderator"))
    await mother.players["Zoé"].data(docs.PLACE, input=docs.order("FDR", 5000))
    paco = mother.players["Paco"]
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    theirs = (await paco.data(REPLY, id=order["id"], body="premier"))["createPost"]["id"]
    await mother.founder.data(docs.ORDERS, tag="FDR")
    ((pk, topic_pk),) = await fetch("SELECT id, topic_id FROM posts WHERE body = 'premier'")
    for text in ("second", "troisième"):
        await paco.data(EDIT, id=theirs, body=text)
    return Scene(mother, moderator, global_id("Topic", topic_pk), global_id("Post", pk), theirs)


async def test_a_post_that_is_deleted_and_restored(client: Client) -> None:
    found = await scene(client)
    await found.moderator.data(DELETE, id=found.post)
    restored = (await found.moderator.data(RESTORE, id=found.post))["restorePost"]
    assert restored == {"body": "troisième", "revisions": found.revisions}


async def test_a_stranger_is_told_of_nothing_that_waits(client: Client) -> None:
    found = await scene(client)
    await lose_key()
    guest = await create_alliance(client, "Lou", "Max", tag="AUTRE")
    await begin_hosting(guest, await create_alliance(client, "Eva", tag="CHEZ"))
    await guest.founder.data(HOST, id=guest.ids["Max"], tag="CHEZ")
    for stranger in (await client.as_user(await world.user()), guest.players["Max"]):
        assert await stranger.codes(EDIT, id=found.post, body="x") == ["NOT_FOUND"]
        assert await stranger.codes(DELETE, id=found.theirs) == ["NOT_FOUND"]
        assert await stranger.codes(REPLY, id=found.topic, body="x") == ["NOT_FOUND"]
    assert await found.moderator.codes(DELETE, id=found.post) == ["ALLIANCE_KEY_MISSING"]


async def test_a_topic_that_is_deleted_and_restored(client: Client) -> None:
    found = await scene(client)
    await found.moderator.data(DELETE_TOPIC, id=found.topic)
    said = "SELECT body FROM posts WHERE is_sealed = $1 AND body IN ('premier', 'troisième')"
    assert [row[0] for row in await fetch(said, False)] == ["troisième"]
    await found.moderator.data(RESTORE_TOPIC, id=found.topic)
    ((body, revisions),) = [(one["body"], one["revisions"]) for one in await found.posts()]
    assert (body, revisions) == ("troisième", found.revisions)


async def test_what_a_guest_wrote_before_is_opened_for_whom_the_post_is(client: Client) -> None:
    found = await scene(client)
    node = (await found.paco.data(POST, id=found.theirs))["node"]
    assert node == {"body": "troisième", "isEncrypted": False, "revisions": found.revisions}
    await found.mother.founder.data(docs.ORDERS, tag="FDR")
    assert (await found.paco.data(POST, id=found.theirs))["node"] == node
    await found.paco.data(EDIT, id=found.theirs, body="quatrième")
    sealed = (await found.moderator.data(POST, id=found.theirs))["node"]
    assert (sealed["isEncrypted"], sealed["revisions"]) == (True, [])


async def test_an_edit_of_the_mother_is_the_later_word(client: Client) -> None:
    found = await scene(client)
    await found.moderator.data(EDIT, id=found.post, body="modéré")
    (post,) = await found.posts()
    moderator = await fetch(
        "SELECT username FROM users WHERE role_id = (SELECT id FROM roles WHERE name = 'moderator')"
    )
    last = {"body": "troisième", "editorName": moderator[0][0]}
    assert (post["body"], post["revisions"]) == ("modéré", [*found.revisions, last])
    (order,) = [topic for topic in await mirrored(found.paco) if topic["title"].startswith("[Nouvelle]")]
    assert [edge["node"]["body"] for edge in order["posts"]["edges"]] == ["modéré"]


async def test_a_topic_that_is_moved_away(client: Client) -> None:
    found = await scene(client)
    place = await world.section("general", "Ailleurs")
    await found.moderator.data(MOVE, id=found.topic, to=global_id("Section", place.id))
    ((body, revisions),) = [(one["body"], one["revisions"]) for one in await found.posts()]
    assert (body, revisions) == ("troisième", found.revisions)


async def test_a_guest_who_moves_to_another_host_writes_on_from_what_they_wrote(client: Client) -> None:
    """The same text again is a count alone: the second host must have that too."""
    found = await scene(client)
    await begin_hosting(found.mother, await create_alliance(client, "Eva", tag="TIERS"))
    for text in ("premier", "second", "premier"):
        await found.paco.data(EDIT, id=found.theirs, body=text)
    await found.mother.founder.data(docs.ORDERS, tag="FDR")
    await found.mother.founder.data(HOST, id=found.mother.ids["Paco"], tag="TIERS")
    (order,) = [topic for topic in await mirrored(found.paco) if topic["title"].startswith("[Nouvelle]")]
    ((theirs, body),) = [(edge["node"]["id"], edge["node"]["body"]) for edge in order["posts"]["edges"]]
    assert body == "premier"
    await found.paco.data(EDIT, id=theirs, body="de chez les autres")
    (post,) = await found.posts()
    assert post["body"] == "de chez les autres"
    texts = ["premier", "second", "troisième", "premier", "second", "premier"]
    assert [one["body"] for one in post["revisions"]] == texts
    assert {row[0] for row in await fetch("SELECT count(DISTINCT revision) FROM posts GROUP BY uuid")} == {1}


async def _keyed(client: Client, key: str, **variables: str) -> dict[str, Any]:
    headers = {"idempotency-key": key, "authorization": f"Bearer {client.bearer}"}
    body = {"query": REPLY_AND_READ, "variables": variables}
    answer: dict[str, Any] = (await client.http.post("/graphql", json=body, headers=headers)).json()
    assert "errors" not in answer, answer
    return answer


async def test_a_mutation_that_is_one_write_with_its_key_pulls_before_it_begins(client: Client) -> None:
    """Several topics wait: pulled inside, they would be locked after what the mutation itself locks."""
    found = await scene(client)
    zoe = found.mother.players["Zoé"]
    await zoe.data(docs.PLACE, input=docs.order("FDR", 700))
    for order in [topic for topic in await mirrored(found.paco) if topic["title"].startswith("[")]:
        await found.paco.data(REPLY, id=order["id"], body="encore")
    answer = await _keyed(zoe, "a-key", id=found.topic, body="ici")
    edges = answer["data"]["createPost"]["topic"]["posts"]["edges"]
    assert [edge["node"]["body"] for edge in edges] == ["troisième", "encore", "ici"]
    assert await _keyed(zoe, "a-key", id=found.topic, body="ici") == answer
    # A moderator is nobody's member: what waits is left to the next reader.
    await found.paco.data(EDIT, id=found.theirs, body="quatrième")
    edges = (await _keyed(found.moderator, "another", id=found.topic, body="là"))["data"]["createPost"]["topic"][
        "posts"
    ]
    assert [edge["node"]["body"] for edge in edges["edges"]] == ["troisième", "encore", "ici", "là"]
    assert [one["body"] for one in await found.posts()] == ["quatrième", "encore", "ici", "là"]
