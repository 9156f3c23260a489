"""What is kept follows what no player writes: an import, a restored backup, a prune; and a topic that is moved."""

import contextlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from domain.orders.dump import read_dump
from engine.operation.node import global_id
from jobs.retention import Retention, prunes
from models.core.database import execute, fetch
from models.core.transaction import write
from models.transfer.backup import dump, load, shapes
from models.transfer.dump import import_dump
from tests.documents.forum import MOVE_TOPIC
from tests.wire.client import Client
from tests.wire.kept import anew, is_kept, warm
from tests.worlds import world
from tests.worlds.dump import small_dump

TREE = """query Tree { categories { slug sections { id name topicCount postCount
    subsections { id name topicCount postCount } } } }"""
PAGE = "query Page($id: ID!) { topic(id: $id) { id title posts { edges { node { id body } } } } }"
TABLE = "query Table($tag: String!) { alliance(tag: $tag) { id members { id pseudo rank } } }"


async def _told(patch: pytest.MonkeyPatch, client: Client, query: str, **variables: Any) -> dict[str, Any]:
    """The next answer, which is as it would be if nothing were kept."""
    found = await client.ask(query, **variables)
    assert found == await anew(patch, client, query, **variables)
    return found


async def _kept(client: Client, query: str, **variables: Any) -> dict[str, Any]:
    await warm(client, query, **variables)
    assert await is_kept(client, query, **variables)
    return await client.ask(query, **variables)


async def test_a_moved_topic(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = await client.as_user(await world.user("moderator"))
    place, closed = await world.section("general", "Annonces"), await world.section("rp", "Oasis", faction="eveilles")
    id_ = global_id("Topic", (await world.topic(place, "Sujet", None, "Un")).id)
    for asker in (client, staff):
        await _kept(asker, PAGE, id=id_)
        await _kept(asker, TREE)
    before = await staff.ask(TREE)
    await staff.data(MOVE_TOPIC, id=id_, sectionId=global_id("Section", closed.id))
    assert (await _told(monkeypatch, client, PAGE, id=id_))["data"]["topic"] is None
    assert (await _told(monkeypatch, staff, PAGE, id=id_))["data"]["topic"]["title"] == "Sujet"
    assert await _told(monkeypatch, staff, TREE) != before
    await _told(monkeypatch, client, TREE)


async def test_an_import(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    founder = await world.user("moderator")
    alliance = await world.alliance(tag="FDR")
    await world.alliance_sections(alliance, "MEMBERS", "ORDERS")
    await world.member(alliance, founder)
    staff = await client.as_user(founder)
    table, tree = await _kept(staff, TABLE, tag="FDR"), await _kept(staff, TREE)
    await import_dump(read_dump(small_dump()), datetime.now(UTC), lambda: None)
    assert await _told(monkeypatch, staff, TABLE, tag="FDR") != table
    assert await _told(monkeypatch, staff, TREE) != tree


async def test_prunes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = await world.topic(await world.section("general", "Annonces"), "Sujet", await world.user(), "Un", "Deux")
    asked: list[tuple[str, dict[str, Any]]] = [(PAGE, {"id": global_id("Topic", topic.id)}), (TREE, {})]
    told = [await _kept(client, query, **variables) for query, variables in asked]
    later = datetime.now(UTC) + timedelta(days=400)
    for prune in prunes(lambda: later, Retention(history_days=1, notification_days=1, post_events=1)).values():
        await prune()
    for (query, variables), before in zip(asked, told, strict=True):
        assert await _told(monkeypatch, client, query, **variables) == before


async def _empty() -> None:
    """Deletes all rows, those first to which none refers."""
    while any([await fetch(f"SELECT 1 FROM {shape.name} LIMIT 1") for shape in shapes()]):
        for shape in shapes():
            with contextlib.suppress(IntegrityError):
                await write(lambda: execute(f"DELETE FROM {shape.name}"))  # noqa: B023


async def test_a_restored_backup(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = await world.topic(await world.section("general", "Annonces"), "Sujet", None, "Un")
    id_, file = global_id("Topic", topic.id), io.BytesIO()
    old, tree = await _kept(client, PAGE, id=id_), await _kept(client, TREE)
    await dump(file, datetime.now(UTC), lambda *_: None)
    await write(lambda: execute("UPDATE posts SET body = 'Deux'"))
    await write(lambda: execute("UPDATE sections SET topic_count = 7, name = 'Autrement'"))
    assert (await _kept(client, PAGE, id=id_), await _kept(client, TREE)) != (old, tree)
    await _empty()
    file.seek(0)
    await load(file, lambda *_: None)
    assert await _told(monkeypatch, client, PAGE, id=id_) == old
    assert await _told(monkeypatch, client, TREE) == tree
