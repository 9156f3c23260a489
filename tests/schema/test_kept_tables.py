"""Every table of the database is known to those who keep answers: read by one, its columns then tried, or by none."""

import re
from pathlib import Path

import pytest

from engine.kept.field import kept_of
from engine.operation.node import global_id
from models.core.database import fetch, is_postgres
from tests.documents.everything import beyond, keep_documents, query, root_fields
from tests.wire.client import Client
from tests.wire.kept import anew
from tests.wire.statements import statements
from tests.worlds import world

HERE = Path(__file__).parent
TRIED = {
    "forum/test_kept.py": {"sections", "categories"},
    "forum/test_kept_topic.py": {"topics", "posts", "reactions", "users", "characters"},
    "rights/test_kept.py": {"alliances", "members", "censuses", "deliveries"},
}
"""What kept answers are read from, by the test that changes each column."""

OF_THE_VIEWER = {"sessions", "roles", "factions", "clans"}
"""Read with the viewer each time, and part of what an answer is kept under."""

VERSIONS = {"tree_stamps", "topic_stamps", "alliance_stamps", "people_stamps", "hostings"}
"""Read each time too; nothing that is told of them is kept."""

READ_BY_NONE = {
    "aerich",
    "alliance_key_uses",
    "alliance_keys",
    "convoys",
    "event_heads",
    "events",
    "harvests",
    "hosting_proposals",
    "invitations",
    "kept_answers",
    "member_claims",
    "mirror_changes",
    "mirror_marks",
    "mirrors",
    "notifications",
    "one_time_codes",
    "orders",
    "participants",
    "post_revisions",
    "reading_marks",
    "refresh_tokens",
    "rights_entries",
    "section_attentions",
    "wakes",
}

SEARCHED = re.compile("(posts|topics)_search")
"""What SQLite makes for a search document, by its beginning."""

NAMED = re.compile(r'(?:FROM|JOIN|,)\s+"?(\w+)"?', re.IGNORECASE)


async def _tables() -> set[str]:
    postgres = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    found = {row[0] for row in await fetch(postgres if is_postgres() else sqlite)}
    return {name for name in found if not SEARCHED.match(name)}


async def test_every_table_is_known(database: str) -> None:
    tried: set[str] = set().union(*TRIED.values())
    kinds = (tried, OF_THE_VIEWER, VERSIONS, READ_BY_NONE)
    known = set().union(*kinds)
    assert await _tables() == known, "say whether what is kept is read from it"
    assert sum(map(len, kinds)) == len(known), "once"
    for place, tables in TRIED.items():
        text = (HERE / place).read_text("utf-8")
        assert not {name for name in tables if f'"{name}"' not in text}, place


async def test_what_is_kept_is_read_from_no_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that may be kept is asked for, by who may read it, and its statements are looked at."""
    keep_documents(monkeypatch)
    alliance = await world.alliance()
    chief = await world.user()
    await world.member(alliance, chief)
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet", chief, "Un", "Deux")
    reader = await client.as_user(chief)
    given = {"topic": {"id": global_id("Topic", topic.id)}, "alliance": {"tag": alliance.tag}}
    tables, seen = await _tables(), set[str]()
    for name, field in root_fields().items():
        declared = kept_of(field)
        if declared is None:
            continue
        asked = query(name, 5, beyond(declared), **given.get(name, {}))
        async with statements() as sent:
            for _ in range(2):
                answer = await anew(monkeypatch, reader, asked.text, **asked.variables)
                assert "errors" not in answer, answer
                assert answer["data"][name]
        of_viewer = sent[0]
        assert "sessions" in of_viewer
        seen |= {found for one in sent if one != of_viewer for found in NAMED.findall(one)} & tables
    tried = set[str]().union(*TRIED.values())
    assert seen <= tried | OF_THE_VIEWER | VERSIONS, "a column of these may change without being seen"
    assert {"sections", "categories", "posts", "reactions", "members"} <= seen, "the statements are seen"
