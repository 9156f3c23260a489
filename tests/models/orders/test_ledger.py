"""Rights and deliveries never part: over any history the rights hold what the living posts say, each once."""

import io
import os
import re
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.alliance.member_state import save_next_harvest
from models.core.database import close_database, fetch, is_postgres, open_database
from models.core.driver.patience import COMMAND, JOB, waiting
from models.core.migration import migrate
from models.core.transaction import write
from models.hosting.sync.inbound import pull_from_hosts
from models.transfer.backup import dump, load
from tests.models.orders.ledger_machine import HALF_HOUR, NAMES, Machine
from tests.wire.crash import Crash, crash_after
from tests.wire.statements import statements
from tests.worlds.hosting import NOW, pair

LATE = int(os.environ.get("LATE", "1000"))
FEW, MANY = 3, int(os.environ.get("EXAMPLES", "20"))
_numbers = count(1)
deeds = st.lists(
    st.tuples(st.integers(0, 23), st.integers(0, 200), st.none() | st.integers(0, 40)), min_size=10, max_size=50
)


async def machine() -> Machine:
    number = next(_numbers)
    made = Machine(await pair(mother_tag=f"M{number}", host_tag=f"H{number}"))
    await made.found()
    await write(lambda: save_next_harvest(made.pk, NOW + HALF_HOUR))
    return made


async def _live(history: list[tuple[int, int, int | None]]) -> None:
    made = await machine()
    for deed, dice, crash in history:
        await made.do(deed, dice, crash)
    await made.settle()


_suppressed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@given(deeds)
@settings(max_examples=FEW, deadline=None, suppress_health_check=_suppressed)
async def test_rights_and_deliveries_never_part(database: str, deeds: list[tuple[int, int, int | None]]) -> None:
    await _live(deeds)


@pytest.mark.thorough
@pytest.mark.slow
@given(deeds)
@settings(max_examples=MANY, deadline=None, suppress_health_check=_suppressed)
async def test_they_do_not_over_many_histories(database: str, deeds: list[tuple[int, int, int | None]]) -> None:
    await _live(deeds)


async def test_an_order_that_goes_and_comes_back_is_owed_what_its_posts_say(database: str) -> None:
    made = await machine()
    for dice in range(len(NAMES)):
        await made.post(2 * dice + 1)
    await made.harvest(0)
    for dice in range(2 * len(NAMES)):
        await made.there_and_back(dice)
    await made.harvest(0)
    assert await fetch("SELECT 1 FROM deliveries WHERE counted <> 0 LIMIT 1")
    assert await made.uncounted() == []


async def test_a_kill_between_any_two_statements_leaves_the_ledger_right(database: str) -> None:
    """Of a harvest, and of an edit of what it counted: each crash undoes all of it, and the next try does all of it."""
    made = await machine()
    for dice in (1, 2, 8):
        await made.post(dice)

    async def harvest() -> None:
        await made.harvest(0)

    async def edit() -> None:
        await made.edit(4)

    for deed in (harvest, edit, harvest):
        for done in count(0):
            before = await _state(made)
            try:
                with crash_after(done):
                    await deed()
            except Crash:
                assert await _state(made) == before
            else:
                break
        assert done > 5
        assert await _state(made) != before
    assert await made.uncounted() == []


async def test_a_restored_backup_owes_what_the_lost_database_did(database: str, tmp_path: Path) -> None:
    """Convoys that rights have counted, that they have not, and that they have to give back, before and after."""
    made, file = await machine(), io.BytesIO()
    for dice in (1, 2, 8):
        await made.post(dice)
    await made.harvest(0)
    await made.delete_post(1)
    await made.edit(4)
    await made.bring_in(6)
    assert {many == 0 for many in await made.uncounted()} == {True, False}
    await dump(file, made.now, lambda *_: None)
    await close_database()
    file.seek(0)
    await open_database(f"sqlite://{tmp_path / 'restored.sqlite3'}")
    await migrate()
    await load(file, lambda *_: None)
    for _ in range(2):
        await made.bring_in(7)
        await made.post(5)
        await made.harvest(1)
    await made.settle()


@pytest.mark.thorough
@pytest.mark.slow
async def test_the_next_harvest_counts_late_convoys_however_many_came(database: str) -> None:
    """By an import and from the host. What one takes to read is bounded, and all are counted by the same statements."""
    taken = []
    for many in (30, LATE):
        made = await machine()
        async with statements() as read:
            with waiting(COMMAND):  # As `pheromone import` does.
                await made.import_late(1, many)
        for dice in range(many // 10):
            await made.host_post(2 * dice + 1)
        with waiting(JOB):
            async with statements() as pulled:
                await pull_from_hosts(made.pk, made.now)
            async with statements() as counted:
                await made.harvest(0)
        assert len(await fetch("SELECT 1 FROM deliveries WHERE alliance_id = $1 AND counted <> 0", made.pk)) > many
        assert await made.uncounted() == []
        # SQLite's driver repeats one prepared statement inside the process.
        kinds = counted if is_postgres() else {re.sub(r"[-'0-9].*", "", sql) for sql in counted}
        taken.append((len(read) / many, len(pulled) / many, len(kinds)))
    (of_few, pulled_few, counted_few), (of_many, pulled_many, counted_many) = taken
    assert of_many <= of_few <= 15
    assert pulled_many <= pulled_few <= 5
    assert counted_many == counted_few <= 40


async def _state(made: Machine) -> list[list[tuple[object, ...]]]:
    tables = "deliveries", "convoys", "members", "rights_entries", "harvests", "orders", "posts", "alliances"
    return [[tuple(row) for row in await fetch(f"SELECT * FROM {table} ORDER BY id")] for table in tables]
