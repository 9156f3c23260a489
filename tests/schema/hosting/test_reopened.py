"""A host's copy that is behind, because its hosting was closed meanwhile: nobody writes on from what is out of date."""

from typing import Any

import pytest

from engine.operation.node import global_id
from models.alliance.member import members_by_ids
from models.core.database import fetch
from models.hosting.hosting import HostingView, hosting_by_pk
from models.hosting.hosting import close_hosting as close
from models.hosting.hosting import host_member as move
from models.hosting.mirror import mirror_change
from resolvers.hosting import hosting
from tests.documents import alliance as docs
from tests.documents.hosting import DELETE, EDIT, HOST, REPLY
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, begin_hosting, create_alliance, housed, lose_key, mirrored
from tests.worlds.hosting import NOW

POSTS = "query($id: ID!) { topic(id: $id) { posts(first: 50) { edges { node { body revisions { body } } } } } }"
DELETE_TOPIC = "mutation($id: ID!) { deleteTopic(id: $id) }"


@pytest.fixture(autouse=True)
def nobody_catches_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the process that would synchronise at once has just ended."""
    monkeypatch.setattr(mirror_change, "tell_after_commit", lambda *_: None)
    monkeypatch.setattr(hosting, "AT_ONCE_SECONDS", 0)


class Scene:
    """An order with a post of the guest's, which both sides have as `premier`."""

    def __init__(self, mother: CreatedAlliance, host: CreatedAlliance, moderator: Client) -> None:
        self.mother, self.host, self.moderator, self.paco = mother, host, moderator, mother.players["Paco"]
        self.topic = self.post = self.their_topic = self.theirs = ""

    async def hosting(self) -> HostingView:
        ((pk,),) = await fetch("SELECT id FROM hostings")
        found = await hosting_by_pk(pk)
        assert found is not None
        return found

    async def reopen_after(self, change: str, **variables: str) -> None:
        """Something that the mother does while the hosting is closed."""
        await close(await self.hosting(), NOW)
        await self.moderator.data(change, **variables)
        await begin_hosting(self.mother, self.host)
        await self.mother.founder.data(HOST, id=self.mother.ids["Paco"], tag="HOT")

    async def said(self) -> tuple[str, list[str]]:
        ((body, revisions),) = [
            (edge["node"]["body"], [one["body"] for one in edge["node"]["revisions"]])
            for edge in (await self.moderator.data(POSTS, id=self.topic))["topic"]["posts"]["edges"]
        ]
        return body, revisions


async def scene(client: Client) -> Scene:
    mother, host = await housed(client)
    found = Scene(mother, host, await client.as_user(await world.user("moderator")))
    await mother.players["Zoé"].data(docs.PLACE, input=docs.order("FDR", 5000))
    (order,) = [topic for topic in await mirrored(found.paco) if topic["title"].startswith("[Nouvelle]")]
    found.their_topic = order["id"]
    found.theirs = (await found.paco.data(REPLY, id=order["id"], body="premier"))["createPost"]["id"]
    await mother.founder.data(docs.ORDERS, tag="FDR")
    ((pk, topic_pk),) = await fetch("SELECT id, topic_id FROM posts WHERE body = 'premier'")
    found.topic, found.post = global_id("Topic", topic_pk), global_id("Post", pk)
    return found


async def test_a_guests_edit_is_the_later_word(client: Client) -> None:
    found = await scene(client)
    await found.reopen_after(EDIT, id=found.post, body="modéré")
    await found.paco.data(EDIT, id=found.theirs, body="second")
    assert await found.said() == ("second", ["premier", "modéré"])
    assert {row[0] for row in await fetch("SELECT count(DISTINCT revision) FROM posts GROUP BY uuid")} == {1}


async def test_what_is_gone_in_the_mother_is_gone_for_the_guest(client: Client) -> None:
    found = await scene(client)
    await found.reopen_after(DELETE, id=found.post)
    assert await found.paco.codes(EDIT, id=found.theirs, body="second") == ["NOT_FOUND"]


async def test_a_topic_that_is_gone_takes_no_post(client: Client) -> None:
    found = await scene(client)
    await found.reopen_after(DELETE_TOPIC, id=found.topic)
    assert await found.paco.codes(REPLY, id=found.their_topic, body="encore") == ["NOT_FOUND"]


async def test_a_guest_writes_where_they_play_alone(client: Client) -> None:
    """One row has one writer at hosts, wherever its writer played before."""
    found = await scene(client)
    await begin_hosting(found.mother, await create_alliance(client, "Eva", tag="TIERS"))
    await found.mother.founder.data(HOST, id=found.mother.ids["Paco"], tag="TIERS")
    assert await found.paco.codes(EDIT, id=found.theirs, body="second") == ["NOT_FOUND"]


async def _waiting() -> list[Any]:
    return list(await fetch("SELECT topic_uuid FROM mirror_changes WHERE from_host = $1", True))


async def test_a_member_who_moves_and_a_hosting_that_closes_take_along_what_waits(client: Client) -> None:
    found = await scene(client)
    ((pk,),) = await fetch("SELECT id FROM members WHERE hosted_by_id IS NOT NULL")
    paco = (await members_by_ids([pk]))[pk]
    await found.paco.data(EDIT, id=found.theirs, body="second")
    await move(paco, (await found.hosting()).host_id, NOW)
    assert (await _waiting(), await fetch("SELECT body FROM posts WHERE body = 'second'") != []) == ([], True)
    await found.paco.data(EDIT, id=found.theirs, body="troisième")
    await lose_key()
    assert await found.mother.founder.codes(HOST, id=found.mother.ids["Paco"], tag="HOT") == ["ALLIANCE_KEY_MISSING"]
    await close(await found.hosting(), NOW)
    assert await _waiting() != []
