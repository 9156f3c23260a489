"""Writing many rows at once says the same on both databases, in a bounded number of statements."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.core.bulk import insert_numbered, insert_rows, update_rows
from models.core.database import is_postgres
from models.core.transaction import write
from models.rights.harvest import Harvest
from tests.wire.statements import statements
from tests.worlds import world

SLOT = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
COLUMNS = ("alliance_id", "harvest_at", "outcome", "missing", "created_at")


async def _values() -> list[tuple[Any, ...]]:
    return list(await Harvest.all().order_by("id").values_list("harvest_at", "outcome", "missing"))


@pytest.mark.parametrize("count", [0, 1, 700])
async def test_many_rows_are_one_statement(database: str, count: int) -> None:
    alliances = [await world.alliance() for _ in range(2)]
    made = [(alliances[n % 2].id, SLOT.replace(year=2000 + n), "APPLIED", f"é{n}", SLOT) for n in range(count)]
    async with statements() as seen:
        await write(lambda: insert_rows("harvests", COLUMNS, made))
    # SQLite's driver repeats a statement that is prepared once, and its trace shows each time.
    assert len(seen) == (min(count, 1) if is_postgres() else count)
    assert await _values() == [row[1:4] for row in made]


async def test_rows_are_changed_by_their_ids_and_the_others_stay(database: str) -> None:
    alliance = await world.alliance()
    for year in (2001, 2002, 2003):
        at = SLOT.replace(year=year)
        await Harvest.create(alliance=alliance, harvest_at=at, outcome="APPLIED", missing=f"{year}", created_at=at)
    first, second, third = await Harvest.all().order_by("id")
    changed = [(third.id, SLOT, "c"), (first.id, SLOT.replace(day=1), "a")]
    names = "id", "harvest_at", "missing"

    async def work() -> None:
        await update_rows("harvests", names, changed, also="outcome = harvests.outcome || '!'")

    await write(work)
    assert await _values() == [
        (SLOT.replace(day=1), "APPLIED!", "a"),
        (second.harvest_at, "APPLIED", "2002"),
        (SLOT, "APPLIED!", "c"),
    ]


@pytest.mark.parametrize("count", [0, 1, 5])
async def test_numbers_come_in_the_order_of_the_rows(database: str, count: int) -> None:
    alliance = await world.alliance()
    made = [(alliance.id, SLOT.replace(year=2000 + n), "APPLIED", f"{n}", SLOT) for n in range(count)]
    async with statements() as seen:
        ids = await write(lambda: insert_numbered("harvests", COLUMNS, made))
    assert [(await Harvest.get(id=pk)).missing for pk in ids] == [row[3] for row in made]
    assert not is_postgres() or len(seen) == min(count, 1)
