"""Every wait for a database has a bound, and whoever gives up leaves it to others."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from models.account.faction import Faction
from models.core.database import close_database, connection, execute, fetch, is_postgres, open_database
from models.core.driver import postgres, sqlite
from models.core.driver.outage import outage
from models.core.driver.patience import Patience, one_deadline, waiting, write_deadline
from models.core.own_pool import for_jobs, for_watching
from models.core.transaction import after_rollback, write

SHORT = Patience(connection=0.3, lock=0.3, statement=0.6)
ENDLESS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)
    SELECT count(*) FROM n"""
POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def hurried(database_url: str) -> AsyncIterator[str]:
    """An open database of which little is waited for, with two connections."""
    await open_database(database_url, 2, SHORT)
    yield database_url
    await close_database()


async def refused(work: Callable[[], Awaitable[Any]], within: float) -> str:
    """In what words something is given up; fails where it takes longer than it may."""
    began = time.monotonic()
    with pytest.raises(Exception) as caught:
        await work()
    assert time.monotonic() - began < within
    return outage(caught.value) or repr(caught.value)


async def slow(name: str, *, seconds: float = 60) -> None:
    """Holds a row, and on SQLite everything."""
    await execute("UPDATE factions SET name = name || '.' WHERE slug = $1", name)
    await asyncio.sleep(seconds)


async def test_a_statement_ends_in_time(hurried: str) -> None:
    assert await refused(lambda: fetch(ENDLESS), 3) == "a statement took too long"
    assert await refused(lambda: write(lambda: fetch(ENDLESS)), 3) == "a statement took too long"
    assert await fetch("SELECT 1")


async def test_a_connection_is_not_waited_for_without_end(hurried: str) -> None:
    readers = [asyncio.create_task(fetch(ENDLESS)) for _ in range(2)]
    await asyncio.sleep(0.05)
    others = refused(lambda: fetch("SELECT 1"), 3), refused(lambda: write(lambda: fetch("SELECT 1")), 3)
    assert all("free in time" in reason for reason in await asyncio.gather(*others))
    await asyncio.gather(*readers, return_exceptions=True)
    assert await write(lambda: fetch("SELECT 1"))


async def test_a_lock_is_not_waited_for_without_end(hurried: str) -> None:
    holder = asyncio.create_task(write(lambda: slow("neutres", seconds=1.2)))
    await asyncio.sleep(0.05)
    reason = await refused(lambda: write(lambda: slow("neutres", seconds=0)), 0.9)
    assert reason in ("a lock was waited for too long", "the connection was not free in time")
    await holder
    await write(lambda: slow("neutres", seconds=0))
    assert await Faction.filter(name="Neutres..").exists()


async def test_one_bound_holds_for_all_that_a_write_waits_for(database: str) -> None:
    async def lock_after_lock() -> None:
        for _ in range(100):
            await slow("neutres", seconds=0.1)

    with waiting(Patience(5, 5, 5, write=0.5)):
        assert await refused(lambda: write(lock_after_lock), 5) == "a write took too long"
    await asyncio.wait_for(write(lambda: slow("neutres", seconds=0)), 5)
    assert await Faction.filter(name="Neutres.").exists()


async def test_what_must_give_way_again_and_again_ends_with_its_bound(database: str) -> None:
    async def work() -> None:
        await slow("neutres", seconds=0.2)
        raise asyncpg.DeadlockDetectedError("again")

    with waiting(Patience(5, 5, 5, write=0.4)):
        assert await refused(lambda: write(work), 5) == "a write took too long"
    assert await Faction.filter(name="Neutres").exists()


async def test_all_writes_of_one_operation_have_the_time_of_one() -> None:
    over = asyncio.Event()

    async def outlive() -> float | None:
        await over.wait()
        return write_deadline()

    with waiting(Patience(1, 1, 1, write=5)):
        with one_deadline():
            first, later = write_deadline() or 0, asyncio.create_task(outlive())
            await asyncio.sleep(0.01)
            assert write_deadline() == first
            with one_deadline(60):
                assert write_deadline() == first
            with one_deadline(1):
                assert (write_deadline() or 0) < first
        over.set()
        assert (await later or 0) > first
        assert (write_deadline() or 0) > first
    with waiting(Patience(1, 1, 1)), one_deadline():
        assert write_deadline() is None


@SQLITE
async def test_a_file_that_another_program_locks_is_waited_for_and_read_meanwhile(
    hurried: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(hurried.removeprefix("sqlite://"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = asyncio.create_task(refused(lambda: write(lambda: slow("neutres", seconds=0)), 2))
        while not writer.done():
            assert await asyncio.wait_for(fetch("SELECT 1"), sqlite.BUSY_SECONDS + 0.5)
            await asyncio.sleep(0.01)
        assert await writer == "another program keeps the file locked"
        with waiting(Patience(1, 5, 1)):
            writing = asyncio.create_task(write(lambda: slow("neutres", seconds=0)))
            await asyncio.sleep(0.3)
        other.execute("ROLLBACK")
        await asyncio.wait_for(writing, 2)


async def test_a_reader_that_leaves_ends_its_statement(hurried: str) -> None:
    with waiting(Patience(1, 1, 60)):
        readers = [asyncio.create_task(fetch(ENDLESS)) for _ in range(2)]
        await asyncio.sleep(0.2)
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)
    assert await asyncio.wait_for(fetch("SELECT 1"), 1)
    if is_postgres():
        query = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH RECURSIVE n%'"
        assert await fetch(query) == []


async def test_whoever_gives_up_while_waiting_leaves_no_connection_taken(hurried: str) -> None:
    for steps in range(12):
        tasks = [asyncio.create_task(write(lambda: fetch("SELECT 1"))), asyncio.create_task(fetch("SELECT 1"))]
        for _ in range(steps):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    both = [write(lambda: fetch("SELECT 1")), fetch("SELECT 1")]
    assert all(await asyncio.wait_for(asyncio.gather(*both), 1))


@SQLITE
async def test_a_transaction_that_does_not_end_well_leaves_none_open(
    hurried: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_session: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    for step in ("begin", "commit"):
        with monkeypatch.context() as patch:
            patch.setattr(sqlite._Session, step, full)
            with pytest.raises(sqlite3.OperationalError):
                await write(lambda: slow("neutres", seconds=0))
        await asyncio.wait_for(write(lambda: fetch("SELECT 1")), 1)
    assert await Faction.filter(name="Neutres").exists()


@POSTGRES
async def test_jobs_and_watching_have_connections_of_their_own(hurried: str) -> None:
    all_held, leave = asyncio.Barrier(3), asyncio.Event()

    async def hold() -> None:
        await all_held.wait()
        await leave.wait()

    holders = [asyncio.create_task(write(hold)) for _ in range(2)]
    await all_held.wait()
    assert "free in time" in await refused(lambda: fetch("SELECT 1"), 2)
    for own in (for_watching, for_jobs):
        with own():
            assert await fetch("SELECT 1")
    with for_jobs():
        await write(lambda: fetch("SELECT pg_sleep(0.8)"))  # Longer than a request may.
    leave.set()
    await asyncio.gather(*holders)


@POSTGRES
async def test_a_connection_that_the_server_ended_is_replaced(hurried: str) -> None:
    await asyncio.gather(fetch("SELECT pg_sleep(0.05)"), fetch("SELECT pg_sleep(0.05)"))
    other = await asyncpg.connect(hurried)
    mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    await other.fetch(f"{mine} AND application_name = 'pheromone'")
    await other.close()
    await asyncio.sleep(0.1)  # It is heard that they ended.
    assert await asyncio.wait_for(fetch("SELECT 1"), 1)
    assert await asyncio.wait_for(write(lambda: fetch("SELECT 1")), 1)


# ---- trying again -------------------------------------------------------------------


async def _cross(first: str, second: str, met: asyncio.Barrier) -> None:
    await execute("SET LOCAL deadlock_timeout = '20ms'")
    await execute("UPDATE factions SET name = name || '.' WHERE slug = $1", first)
    if not met.broken:
        try:
            await asyncio.wait_for(met.wait(), 0.2)
        except TimeoutError:
            await met.abort()
    await execute("UPDATE factions SET name = name || '.' WHERE slug = $1", second)


@POSTGRES
async def test_of_two_writes_that_wait_for_each_other_one_is_done_again(database: str) -> None:
    met = asyncio.Barrier(2)
    undone: list[str] = []
    attempts = 0

    async def one(first: str, second: str) -> None:
        nonlocal attempts
        attempts += 1

        async def undo() -> None:
            undone.append(first)

        after_rollback(undo)
        await _cross(first, second, met)

    await asyncio.gather(
        write(lambda: one("eveilles", "inalteres")),
        write(lambda: one("inalteres", "eveilles")),
    )
    names = {faction.slug: faction.name for faction in await Faction.all()}
    assert (names["eveilles"], names["inalteres"]) == ("Éveillés..", "Inaltérés..")
    assert (attempts, undone) == (3, [])


@POSTGRES
async def test_it_is_not_tried_for_ever(database: str) -> None:
    attempts, undone = 0, 0

    async def undo() -> None:
        nonlocal undone
        undone += 1

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        after_rollback(undo)
        raise asyncpg.DeadlockDetectedError("again")

    with pytest.raises(asyncpg.DeadlockDetectedError):
        await write(work)
    assert (attempts, undone) == (5, 1)


@POSTGRES
async def test_a_row_of_a_small_table_is_read_by_its_index(hurried: str) -> None:
    await execute("CREATE TABLE small AS SELECT n AS id FROM generate_series(1, 300) n")
    await execute("ALTER TABLE small ADD PRIMARY KEY (id)")
    await execute("ANALYZE small")
    plan = [row[0] for row in await fetch("EXPLAIN SELECT * FROM small WHERE id = 7")]
    await execute("DROP TABLE small")
    assert "Index" in plan[0], plan


@POSTGRES
async def test_a_connection_at_hand_goes_to_whoever_waits_and_back_to_the_pool_in_time(
    hurried: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = connection()
    monkeypatch.setattr(postgres, "AT_HAND_SECONDS", 0.05)
    await asyncio.gather(*(fetch("SELECT pg_sleep(0.05)") for _ in range(9)))  # Of two connections.
    await fetch("SELECT 1")
    assert client.sizes() == (2, 2)
    assert client._pool.get_idle_size() < 2
    await asyncio.sleep(0.15)
    assert client._pool.get_idle_size() == 2


@POSTGRES
async def test_a_statement_that_failed_or_was_given_up_keeps_no_connection_at_hand(hurried: str) -> None:
    client: Any = connection()
    with pytest.raises(OperationalError):
        await fetch("SELECT 1 / 0")
    assert client._pool.get_idle_size() == client._pool.get_size()
    reader = asyncio.create_task(fetch("SELECT pg_sleep(60)"))
    await asyncio.sleep(0.05)
    reader.cancel()
    await asyncio.wait([reader])
    assert client.sizes()[1] == client._pool.get_idle_size()
    assert await fetch("SELECT 1")
