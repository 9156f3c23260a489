"""host_never_stores_plaintext: a canary in every text, name and quantity of the mother, sought where others look."""

import asyncio
import json
import logging
from typing import Any

import pytest

from domain.orders.convoy import Convoy, write_convoy
from engine.operation.node import global_id
from models.core.database import fetch
from models.forum.section import Section
from tests.documents import alliance as docs
from tests.documents.hosting import DELETE, EDIT, HOST, MIRRORS, NOTICES, REPLY, SEARCH, SYNC
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, begin_hosting, create_alliance, lose_key, mirrored
from tests.worlds.hosting import NOW

WORD, QUANTITY = "xyzzycanari", 987_654_321
CANARIES = (WORD, WORD.capitalize(), str(QUANTITY), f"{QUANTITY:,}".replace(",", " "))
EVERYTHING = """query { categories { name sections { id name slug description kind topicCount postCount
    alliance { tag name members { pseudo topic { title } } orders { topic { title } } hostings { members { pseudo }
        mirrors { section { name } faults { reason } } } }
    topics { totalCount edges { cursor node { id title slug isEncrypted authorName author { username }
        character { name } postCount unreadCount posts { totalCount edges { cursor node {
            id body isEncrypted authorName author { username } character { name } createdAt editedAt
            revisions { body editorName } reactions { kind count } } } } } } }
    subsections { name topics { edges { node { title posts { edges { node { body } } } } } } } } } }"""
POST = "query($id: ID!) { node(id: $id) { ... on Post { body authorName } } }"
ALLIANCES = "query { alliances { tag name members { pseudo } orders { id } convoysUnderWay { id } hostings { id } } }"


async def planted(client: Client) -> tuple[CreatedAlliance, CreatedAlliance]:
    """A mother whose every word is the canary, with writes from both sides, edits, and deletions."""
    pseudo, guest = WORD.capitalize(), f"{WORD} invité"
    mother = await create_alliance(client, pseudo, guest, tag="FDR")
    host = await create_alliance(client, "Ivo", tag="HOT")
    await begin_hosting(mother, host)
    await mother.founder.data(HOST, id=mother.ids[guest], tag="HOT")
    owner, paco = mother.players[pseudo], mother.players[guest]
    await owner.data(docs.CENSUS, tag="FDR", census=docs.census(materials=QUANTITY))
    placed = (await owner.data(docs.PLACE, input=docs.order("FDR", QUANTITY)))["placeOrder"]
    sent = (await paco.data(docs.SEND, input=docs.convoy(placed["id"], QUANTITY // 2)))["sendConvoy"]
    (topic,) = [one for one in await mirrored(paco) if one["title"].startswith("[Nouvelle]")]
    body = write_convoy(Convoy(pseudo, 0, QUANTITY, NOW.replace(year=2035)), NOW)
    convoy = (await paco.data(REPLY, id=topic["id"], body=body))["createPost"]["id"]
    text = (await paco.data(REPLY, id=topic["id"], body=f"{WORD} un"))["createPost"]["id"]
    await paco.data(EDIT, id=text, body=f"{WORD} deux")
    await paco.data(DELETE, id=convoy)
    await owner.data(docs.ORDERS, tag="FDR")
    await paco.data(docs.CANCEL, id=sent["id"])
    await owner.data(docs.UPDATE, id=placed["id"], materials=QUANTITY + 1)
    await paco.data(EDIT, id=text, body=f"{WORD} trois")  # This one has not come home.
    return mother, host


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def assert_clean(text: str, where: str) -> None:
    for canary in CANARIES:
        assert canary not in text, (where, canary)


async def rows_of_the_host() -> dict[str, str]:
    """The bytes of every row that stands in, or hangs on, a section of the host's."""
    sections = [one.id for one in await Section.filter(alliance__tag="HOT")]
    found = {}
    for table, where in (
        ("sections", "x.id = ANY($1)"),
        ("topics", "x.section_id = ANY($1)"),
        ("posts", "x.topic_id IN (SELECT id FROM topics WHERE section_id = ANY($1))"),
        (
            "post_revisions",
            "x.post_id IN (SELECT p.id FROM posts p JOIN topics t ON t.id = p.topic_id WHERE t.section_id = ANY($1))",
        ),
    ):
        rows = await fetch(f"SELECT x.* FROM {table} x WHERE {where}", sections)
        found[table] = shown([[str(value) for value in tuple(row)] for row in rows])
        assert rows or table == "post_revisions", table
    for table in (
        "hostings",
        "mirrors",
        "mirror_marks",
        "mirror_changes",
        "events",
        "alliance_keys",
        "alliance_key_uses",
    ):
        rows = await fetch(f"SELECT x.* FROM {table} x")
        found[table] = shown([[str(value) for value in tuple(row)] for row in rows])
    return found


async def test_the_hosts_rows_hold_no_word_of_the_mother(client: Client) -> None:
    await planted(client)
    for table, text in (await rows_of_the_host()).items():
        assert_clean(text, table)


async def test_no_answer_to_anybody_else_holds_one(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "pheromone")
    _, host = await planted(client)
    readers = [client, host.founder, host.players["Ivo"], await client.as_user(await world.user())]
    for reader in readers:
        await ask_everything(reader)
    # Staff read along with alliances, but of a mirror they see what everybody sees.
    for role in ("admin", "moderator", "game_master"):
        staff = await client.as_user(await world.user(role))
        answer = await staff.ask(MIRRORS)
        sections = [one for category in answer["data"]["categories"] for one in category["sections"]]
        assert_clean(shown([one for one in sections if one["kind"] == "MIRROR"]), role)
    await lose_key()
    for reader in readers:
        await ask_everything(reader)
    await asyncio.sleep(0)
    assert_clean(caplog.text, "the log")


async def ask_everything(reader: Client) -> None:
    answers: list[Any] = []
    for query, variables in (
        (EVERYTHING, {}),
        (ALLIANCES, {}),
        (docs.MEMBERS, {"tag": "FDR"}),
        (docs.ORDERS, {"tag": "FDR"}),
        (NOTICES, {}),
        (SYNC, {"tag": "FDR"}),
    ):
        answers.append(await reader.ask(query, **variables))
    for kind, document in (("Topic", docs.POSTS), ("Post", POST)):
        numbers = await fetch(f"SELECT id FROM {kind.lower()}s")
        answers += [await reader.ask(document, id=global_id(kind, row[0])) for row in numbers]
    assert_clean(shown(answers), "answers")
    found = await reader.ask(SEARCH, q=WORD)
    assert found["data"]["searchPosts"] == {"totalCount": 0, "edges": []}
