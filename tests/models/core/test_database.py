"""Opening and closing the database: nothing that gives up, or does not end, keeps others from it."""

import asyncio

import pytest

from models.account.faction import Faction
from models.core import database as database_module
from models.core.database import close_database, fetch, open_database
from models.core.transaction import write


async def test_a_write_that_does_not_end_is_undone_when_the_database_closes(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "CLOSING_SECONDS", 0.1)
    begun = asyncio.Event()

    async def work() -> None:
        await Faction.create(name="endless", slug="endless")
        begun.set()
        await asyncio.Event().wait()

    caller = asyncio.create_task(write(work))
    await begun.wait()
    await asyncio.wait_for(close_database(), 5)
    with pytest.raises(asyncio.CancelledError):
        await caller
    await open_database(database)
    assert not await Faction.filter(slug="endless").exists()


async def test_a_first_reader_that_gives_up_at_any_moment_leaves_the_database_to_others(database: str) -> None:
    for steps in range(12):
        await close_database()
        await open_database(database)
        reader = asyncio.create_task(fetch("SELECT 1"))
        for _ in range(steps):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        assert await asyncio.wait_for(fetch("SELECT 1"), 5)
