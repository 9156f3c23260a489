"""An alliance's table that is kept is never behind the database, nor behind the minute."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app import create_app
from config import Settings
from domain.rights.rights_columns import COLUMNS
from models.core.database import execute, fetch
from models.core.transaction import write
from tests.wire.client import Client
from tests.wire.clock import DrivenClock
from tests.wire.kept import anew, is_kept, warm
from tests.wire.server import served
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.rights import Planted, administrator, plant, send, some_players

NOW = datetime.now(UTC).replace(second=30, microsecond=0)
UPDATED = NOW - timedelta(minutes=115)
RIGHTS = " ".join(column.key for column in COLUMNS if column.requires_administration)
TABLE = f"""query Table($tag: String!) {{ alliance(tag: $tag) {{ id tag name members {{ id pseudo rank rankOrder
    playerId x y canAdminister tdc joinedAt leftAt resourceRights {{ {RIGHTS} }} }} }} }}"""

BESIDE = {"id"}
# What each column is changed to; `alliance` is another one, `member` another of the same.
NEW: dict[str, dict[str, Any]] = {
    "alliances": {
        "tag": "NEUF", "tag_key": "neuf", "name": "Autrement", "next_harvest_at": NOW, "harvest_failed_at": NOW,
        "doubted_harvest_at": NOW, "doubted_by_id": 1, "created_at": NOW,
    },
    "members": {
        "alliance_id": "alliance", "pseudo": "Autre", "pseudo_key": "autre", "player_id": 7, "x": 8, "y": 9,
        "rank": "Chef", "rank_order": 3, "can_administer": True, "tdc": 12345, "coefficient": 33.5, "adjustment": "UP",
        "tdc_at_last_update": 4321, "last_updated_at": NOW - timedelta(hours=9), "accumulated_thousandths": 77,
        "topic_id": None, "user_id": None, "hosted_by_id": None, "joined_at": NOW, "left_at": NOW,
        "table_tdc": 5, "table_tdc_at": NOW, "created_at": NOW, "left_administering": True,
    },
    "censuses": {
        "member_id": "member", "post_id": None, "recorded_at": NOW - timedelta(days=9), "tdc": 1, "food": 1,
        "materials": 1, "workers": 1, "couveuse": 9, "solarium": 9, "laboratoire": 9, "levels": "{}", "units": "{}",
    },
    "deliveries": {
        "alliance_id": "alliance", "member_id": "member", "post_id": None, "is_sent": None, "materials": 5,
        "counted": 6, "sent_at": NOW - timedelta(days=9),
    },
}  # fmt: skip


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock(NOW)


@pytest.fixture
async def chief(settings: Settings, clock: DrivenClock) -> AsyncIterator["_Chief"]:
    """Who administers an alliance of five, of which the second sent the third something."""
    async with served(create_app(settings, clock)) as server, Client(server.url) as nobody:
        planted = await plant(some_players(5, UPDATED), UPDATED)
        await send(planted, [(1, 2, 1000, NOW - timedelta(minutes=40))])
        yield _Chief(await administrator(nobody, planted), nobody, planted)


class _Chief:
    def __init__(self, client: Client, nobody: Client, planted: Planted) -> None:
        self.client, self.nobody, self.planted = client, nobody, planted
        self.tag = {"tag": planted.alliance.tag}

    async def check(self, patch: pytest.MonkeyPatch, why: object) -> dict[str, Any]:
        fresh = await anew(patch, self.client, TABLE, **self.tag)
        for _ in range(2):
            assert await self.client.ask(TABLE, **self.tag) == fresh, why
        return fresh


async def _run(sql: str, *values: Any) -> None:
    await write(lambda: execute(sql, *values))


@pytest.mark.parametrize("table", NEW)
async def test_every_column_shows(chief: _Chief, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    other = await world.alliance()
    member = chief.planted.members[3]
    ((pk,),) = await fetch(
        f"SELECT max(id) FROM {table} WHERE {'member_id' if table in ('censuses', 'deliveries') else 'id'} = $1",
        chief.planted.alliance.id if table == "alliances" else chief.planted.members[2].id,
    )
    columns = set((await fetch(f"SELECT * FROM {table} LIMIT 1"))[0].keys()) - BESIDE
    assert columns <= NEW[table].keys(), "a column that nobody has thought about"
    await warm(chief.client, TABLE, **chief.tag)
    for column in sorted(columns):
        ((old,),) = await fetch(f"SELECT {column} FROM {table} WHERE id = $1", pk)
        new = {"alliance": other.id, "member": member.id}.get(str(NEW[table][column]), NEW[table][column])
        assert await is_kept(chief.client, TABLE, **chief.tag), column
        kept_as = f"UPDATE {table} SET {column} = $2 WHERE id = $1"
        if new is not None:
            await _run(kept_as, pk, new)
            await chief.check(monkeypatch, (table, column))
        await _run(kept_as, pk, old)
        await chief.check(monkeypatch, (table, column, "back"))


async def test_the_minute_shows(chief: _Chief, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    await warm(chief.client, TABLE, **chief.tag)
    clock.forward(seconds=20)
    assert await is_kept(chief.client, TABLE, **chief.tag), "of the same minute"
    seen = []
    for _ in range(7):
        clock.forward(minutes=1)
        seen.append(str(await chief.check(monkeypatch, clock.now)))
    assert len(set(seen)) > 1, "a half hour is over"


async def test_a_kept_table_takes_one_statement_and_is_for_who_administers(
    chief: _Chief, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await administrator(chief.nobody, chief.planted, 1)
    await warm(chief.client, TABLE, **chief.tag)
    async with statements() as seen:
        assert await is_kept(second, TABLE, **chief.tag), "of one class"
    assert len(seen) == 1
    outsider = await chief.nobody.as_user(await world.user())
    user = await world.user()
    await _run("UPDATE members SET user_id = $2 WHERE id = $1", chief.planted.members[4].id, user.id)
    member = await chief.nobody.as_user(user)
    for one in (outsider, member, chief.nobody):
        for _ in range(3):
            assert await one.ask(TABLE, **chief.tag) == await anew(monkeypatch, one, TABLE, **chief.tag)
    assert await member.codes(TABLE, **chief.tag) == ["FORBIDDEN"] * 5
    assert not await is_kept(member, TABLE, **chief.tag), "a refusal is told anew"


async def test_nothing_is_kept_of_an_alliance_that_is_housed(chief: _Chief) -> None:
    host = await world.alliance()
    await warm(chief.client, TABLE, **chief.tag)
    await _run(
        "INSERT INTO hostings (uuid, mother_id, host_id, opened_at) VALUES ($1, $2, $3, $4)",
        uuid4(), chief.planted.alliance.id, host.id, NOW,
    )  # fmt: skip
    for _ in range(3):
        assert not await is_kept(chief.client, TABLE, **chief.tag)
