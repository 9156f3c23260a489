"""A hosting begins when the host's administrators accept: who may propose, answer and see it, and who is told."""

import asyncio

import pytest

from models.core.database import execute, fetch
from models.forum.section import Section
from models.hosting.hosting import Hosting
from tests.documents import alliance as docs
from tests.documents.hosting import ACCEPT, CLOSE, DECLINE, HOST, OPEN, PROPOSALS, WITHDRAW
from tests.wire.client import Client
from tests.worlds.alliance import CreatedAlliance, create_alliance

PAIR = {"mother": "FDR", "host": "HOT"}
TOLD = """query { notifications(unreadOnly: true) { edges { node { kind message } } } }"""


async def pair(client: Client) -> tuple[CreatedAlliance, CreatedAlliance]:
    return await create_alliance(client, "Zoé", tag="FDR"), await create_alliance(client, "Ivo", tag="HOT")


async def told(alliance: CreatedAlliance, pseudo: str = "Reine", language: str = "fr") -> list[str]:
    found = (await alliance.players[pseudo].ask(TOLD, language))["data"]["notifications"]["edges"]
    return [edge["node"]["message"] for edge in found if edge["node"]["kind"] == "HOSTING"]


async def statuses(alliance: CreatedAlliance, pseudo: str = "Reine") -> list[str]:
    found = (await alliance.players[pseudo].data(PROPOSALS, tag=alliance.tag))["alliance"]["hostingProposals"]
    return [one["status"] for one in found]


async def test_nothing_of_the_mother_comes_to_a_host_that_has_not_accepted(client: Client) -> None:
    mother, host = await pair(client)
    asked = (await mother.founder.data(OPEN, **PAIR))["openHosting"]
    assert (asked["status"], asked["answeredAt"], asked["host"]) == ("PROPOSED", None, {"tag": "HOT"})
    assert await mother.founder.codes(HOST, id=mother.ids["Zoé"], tag="HOT") == ["NOT_FOUND"]
    assert await Section.filter(kind="MIRROR").count() == await Hosting.all().count() == 0
    opened = (await host.founder.data(ACCEPT, **PAIR))["acceptHosting"]
    assert (opened["mother"], opened["closedAt"]) == ({"tag": "FDR"}, None)
    assert await Section.filter(kind="MIRROR").count() == 2
    assert await mother.founder.codes(HOST, id=mother.ids["Zoé"], tag="HOT") == []
    assert [await statuses(one) for one in (mother, host)] == [["ACCEPTED"], ["ACCEPTED"]]
    assert await mother.founder.codes(OPEN, **PAIR) == ["CONFLICT"], "it is open"


@pytest.mark.parametrize("answer", [ACCEPT, DECLINE, WITHDRAW])
async def test_who_may_answer(client: Client, answer: str) -> None:
    mother, host = await pair(client)
    other = await create_alliance(client, tag="AUT")
    assert await host.founder.codes(OPEN, **PAIR) == ["FORBIDDEN"]
    await mother.founder.data(OPEN, **PAIR)
    right, wrong = (mother, host) if answer == WITHDRAW else (host, mother)
    for player in (wrong.founder, mother.players["Zoé"], host.players["Ivo"], other.founder):
        assert await player.codes(answer, **PAIR) == ["FORBIDDEN"]
    assert await client.codes(answer, **PAIR) == ["UNAUTHENTICATED"]
    assert await right.founder.codes(answer, **PAIR) == []
    assert await right.founder.codes(answer, **PAIR) == ["NOT_FOUND"], "it was answered"
    for alliance, pseudo in ((mother, "Zoé"), (host, "Ivo")):
        assert await statuses(alliance, pseudo) == [], "proposals are for administrators"


async def test_both_sides_are_told_in_their_language_and_the_host_once(client: Client) -> None:
    mother, host = await pair(client)
    await mother.founder.data(OPEN, **PAIR)
    await mother.founder.data(OPEN, **PAIR)
    assert await told(host) == ["FDR demande que HOT héberge certains de ses membres : acceptez ou refusez."]
    assert await told(host, language="en") == ["FDR asks HOT to house some of its members: accept or decline."]
    assert await told(host, "Ivo") == await told(mother) == []
    await host.founder.data(ACCEPT, **PAIR)
    assert (await told(host), await told(mother)) == ([], ["HOT accepte d'héberger des membres de FDR."])


@pytest.mark.parametrize("answer", [DECLINE, WITHDRAW])
async def test_a_host_that_declined_or_was_left_alone_stays_so_for_a_week(client: Client, answer: str) -> None:
    mother, host = await pair(client)
    await mother.founder.data(OPEN, **PAIR)
    ended = await (host if answer == DECLINE else mother).founder.data(answer, **PAIR)
    assert next(iter(ended.values()))["answeredAt"] is not None
    assert await told(host) == []
    assert bool(await told(mother)) is (answer == DECLINE)
    assert await mother.founder.codes(OPEN, **PAIR) == ["CONFLICT"]
    await execute("UPDATE hosting_proposals SET answered_at = '2020-01-01 00:00:00+00:00'")
    assert await mother.founder.codes(OPEN, **PAIR) == []
    assert [await statuses(one) for one in (mother, host)] == [["PROPOSED"], ["PROPOSED"]]


async def test_a_hosting_that_was_closed_begins_anew_with_the_hosts_consent(client: Client) -> None:
    mother, host = await pair(client)
    await mother.founder.data(OPEN, **PAIR)
    first = (await host.founder.data(ACCEPT, **PAIR))["acceptHosting"]["id"]
    await host.founder.data(CLOSE, id=first)
    await mother.founder.data(OPEN, **PAIR)
    assert await mother.founder.codes(HOST, id=mother.ids["Zoé"], tag="HOT") == ["NOT_FOUND"]
    again = (await host.founder.data(ACCEPT, **PAIR))["acceptHosting"]
    assert (again["id"], again["closedAt"]) == (first, None)


async def test_who_propose_and_answer_at_once_do_it_once(client: Client) -> None:
    mother, host = await pair(client)
    await mother.founder.data('mutation { exportAllianceKey(allianceTag: "FDR") }')
    assert await asyncio.gather(*(mother.founder.codes(OPEN, **PAIR) for _ in range(4))) == [[]] * 4
    assert len(await told(host)) == 1
    answers = [host.founder.codes(text, **PAIR) for text in (ACCEPT, DECLINE, ACCEPT)]
    answers.append(mother.founder.codes(WITHDRAW, **PAIR))
    assert sorted(await asyncio.gather(*answers)) == [[], ["NOT_FOUND"], ["NOT_FOUND"], ["NOT_FOUND"]]
    ((status,),) = await fetch("SELECT status FROM hosting_proposals")
    assert await Hosting.all().count() == (status == "ACCEPTED")
    assert await mother.players["Zoé"].codes(docs.MEMBERS, tag="FDR") == []
