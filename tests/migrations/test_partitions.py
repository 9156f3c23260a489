"""The history of rights by months, made as docs/operating.md says: harvests, pages, counts and folding go on over it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from models.core.keyset import Window
from models.core.database import close_database, fetch, open_database
from models.rights.harvest import HarvestOutcome
from models.rights.harvest_run import harvest
from models.rights.history_fold import HistoryFold
from models.rights.rights_entry import RightsEntryView, count_entries, entries_of
from tests.wire.database import prepare
from tests.wire.postgres import empty_database
from tests.worlds.rights import Planted, plant, some_players

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
FIRST = datetime(2026, 1, 31, 22, 47, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


@pytest.fixture
async def own_database(postgres: str | None) -> AsyncIterator[str]:
    if postgres is None:
        pytest.skip("no PostgreSQL server")
    async with empty_database(postgres) as url:
        await prepare(url)
        await open_database(url)
        yield url
        await close_database()


async def _convert(url: str) -> None:
    (script,) = re.findall(r"```sql\n(.*?)```", OPERATING.read_text("utf-8"), re.DOTALL)
    link = await asyncpg.connect(url)
    await link.execute(script)
    await link.close()


async def _harvest(planted: Planted, slots: range) -> None:
    for number in slots:
        outcome = await harvest(planted.alliance.id, FIRST + number * HALF_HOUR)
        assert outcome is HarvestOutcome.APPLIED


async def _pages(member_id: int) -> list[RightsEntryView]:
    found: list[RightsEntryView] = []
    while page := (await entries_of([member_id], Window(1, (found[-1].pk,) if found else None)))[member_id]:
        found += page
    return found


async def test_a_history_by_months_is_harvested_read_and_folded(own_database: str) -> None:
    planted = await plant(some_players(3, FIRST - HALF_HOUR), FIRST - HALF_HOUR, FIRST)
    await _harvest(planted, range(2))
    await _convert(own_database)
    await _harvest(planted, range(2, 6))  # Over midnight, into another month.
    months = await fetch(
        "SELECT tableoid::regclass::text, count(*), min(id), max(id) FROM rights_entries GROUP BY 1 ORDER BY 1"
    )
    assert [tuple(row) for row in months] == [
        ("rights_entries_2026_01", 9, 1, 9),
        ("rights_entries_2026_02", 9, 10, 18),
    ]
    pks = [member.id for member in planted.members]
    assert await count_entries(pks) == dict.fromkeys(pks, 6)
    before = await _pages(pks[0])
    assert [one.harvest_at for one in before] == [FIRST + number * HALF_HOUR for number in reversed(range(6))]
    fold = HistoryFold()
    while await fold.batch(FIRST + timedelta(days=9)):
        pass
    after = await _pages(pks[0])
    assert [one.harvest_count for one in after] == [3, 3]
    assert (after[0].accumulated_after, after[1].accumulated_before) == (
        before[0].accumulated_after,
        before[-1].accumulated_before,
    )
    await _harvest(planted, range(6, 7))
    await fetch("DROP TABLE rights_entries_2026_01")
    assert [one.harvest_count for one in await _pages(pks[0])] == [1, 3]
