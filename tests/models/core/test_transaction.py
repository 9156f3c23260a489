"""The door for writes: whole or not at all, whoever gives up, and events only of what was committed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from models.account.faction import Faction
from models.core import transaction
from models.core.database import execute, fetch
from models.core.transaction import (
    Event,
    Stages,
    TopicChange,
    after_commit,
    after_rollback,
    event_happened,
    gathered,
    interpret_later,
    topic_changed,
    write,
)

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
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


# ---- stages -------------------------------------------------------------------------


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the stages of a write did, in order, instead of what they do."""
    done: list[str] = []

    async def synchronise(topics: Mapping[int, TopicChange]) -> None:
        done.append(f"synchronise {sorted(topics)}")
        event_happened(("SYNCHRONISED", 1, 1))

    async def log(events: Sequence[Event]) -> None:
        done.append(f"log {[kind for kind, _, _ in events]}")

    monkeypatch.setattr(transaction, "_stages", Stages(synchronise, log, lambda: done.append("notify")))
    return done


async def _interpret(done: list[str]) -> None:
    done.append("interpret")
    topic_changed(2, NOW)
    event_happened(("INTERPRETED", 1, 1))


async def test_stages_follow_one_another_whatever_was_told_first(stages: list[str]) -> None:
    async def work() -> None:
        after_commit(lambda: stages.append("committed"))
        event_happened(("WRITTEN", 1, 1))
        topic_changed(1, NOW)
        interpret_later(lambda: _interpret(stages))
        gathered(tell).append(1)
        gathered(tell).append(2)
        stages.append("worked")

    async def tell(items: list[int]) -> None:
        stages.append(f"tell {items}")
        event_happened(("TOLD", 1, 1))

    await write(work)
    logged = "log ['WRITTEN', 'INTERPRETED', 'SYNCHRONISED', 'TOLD']"
    assert stages == ["worked", "interpret", "synchronise [1, 2]", "tell [1, 2]", logged, "committed", "notify"]


async def test_an_inner_write_ends_with_its_texts_interpreted_and_no_other_stage(stages: list[str]) -> None:
    async def inner() -> None:
        interpret_later(lambda: _interpret(stages))

    async def work() -> None:
        await write(inner)
        assert stages == ["interpret"]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await write(work)
    assert stages == ["interpret"]


async def test_what_comes_after_its_stage_is_refused(stages: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def late(_topics: Mapping[int, TopicChange]) -> None:
        topic_changed(3, NOW)

    async def log(_events: Sequence[Event]) -> None:
        stages.append("log")

    monkeypatch.setattr(transaction, "_stages", Stages(late, log, lambda: None))

    async def work() -> None:
        topic_changed(1, NOW)

    with pytest.raises(RuntimeError, match="too late"):
        await write(work)


async def test_what_a_rollback_sets_off_is_a_write_of_its_own() -> None:
    async def work() -> None:
        await add("undone")
        after_rollback(lambda: write(lambda: add("told")))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await write(work)
    assert await names() == {"told"}
