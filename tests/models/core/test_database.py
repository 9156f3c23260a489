"""The door for writes: whole or not at all, whoever gives up, and events only of what was committed."""

import asyncio

import pytest

from models.account.faction import Faction
from models.core.database import after_commit, execute, fetch, write

pytestmark = pytest.mark.usefixtures("database")


async def names() -> set[str]:
    return {faction.name for faction in await Faction.all()} - {"Éveillés", "Inaltérés", "Neutres"}


async def add(name: str) -> None:
    await Faction.create(name=name, slug=name)


async def test_a_cancelled_caller_does_not_tear_the_write() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await add("first")
        begun.set()
        await go_on.wait()
        await add("second")

    caller = asyncio.create_task(write(work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    # The next write waits for the first to be whole, and the process still answers.
    await asyncio.wait_for(write(lambda: add("third")), 5)
    assert await names() == {"first", "second", "third"}


async def test_callers_that_give_up_at_any_moment_leave_the_process_writing() -> None:
    for number in range(40):
        caller = asyncio.create_task(write(lambda name=f"n{number}": add(name)))  # type: ignore[misc]
        for _ in range(number % 9):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    await asyncio.wait_for(write(lambda: add("last")), 10)
    assert "last" in await names()


async def test_a_failure_leaves_nothing_and_publishes_nothing() -> None:
    published: list[str] = []

    async def work() -> None:
        await add("gone")
        after_commit(lambda: published.append("gone"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await write(work)
    assert (await names(), published) == (set(), [])


async def test_what_is_published_can_be_read_and_inner_writes_join_the_outer() -> None:
    published: list[str] = []

    async def inner() -> None:
        await add("inner")
        after_commit(lambda: published.append("inner"))

    async def work() -> None:
        await write(inner)
        assert published == []
        await add("outer")

    await write(work)
    assert (await names(), published) == ({"inner", "outer"}, ["inner"])


async def test_after_commit_is_for_writes() -> None:
    with pytest.raises(RuntimeError):
        after_commit(lambda: None)


async def test_concurrent_writes_all_count() -> None:
    await add("counter")

    async def work() -> None:
        rows = await fetch("SELECT id FROM factions WHERE slug = $1", "counter")
        await execute("UPDATE factions SET name = name || '.' WHERE id = $1", rows[0][0])

    await asyncio.gather(*(write(work) for _ in range(20)))
    assert await names() == {"counter" + "." * 20}
