"""The log of events: numbered as the commits come, without a gap, whatever writers do at once and however they end."""

import asyncio
import random
from datetime import UTC, datetime

import pytest

from models.account.author import Author
from models.core.database import fetch
from models.core.transaction import write
from models.forum.lock import lock_topic
from models.forum.post import create_post
from models.live import event
from models.live.event import EventKind, EventView, attach, detach, events_after, newest_event, post_events, publish
from tests.worlds import world

WRITERS, EACH = 8, 12


class CountedSignal:
    def __init__(self) -> None:
        self.notified = 0

    def notify(self) -> None:
        self.notified += 1


async def _follow(seen: list[EventView], until: asyncio.Event) -> None:
    """Reads as a process does: on from the last number, never looking back."""
    while True:
        last_round = until.is_set()
        seen += await events_after(seen[-1].seq if seen else 0, 5)
        if last_round and len(seen) >= await newest_event():
            return
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(4))
async def test_a_reader_that_never_looks_back_misses_nothing_of_writers_at_once(database: str, seed: int) -> None:
    dice, done = random.Random(seed), asyncio.Event()
    committed: list[int] = []
    seen: list[EventView] = []

    async def writer(number: int) -> None:
        for turn in range(EACH):
            row, fails = number * 1000 + turn, dice.random() < 0.25

            async def work(row: int = row, fails: bool = fails) -> None:
                publish(EventKind.POST, row, 1)  # Told early: the number must come late all the same.
                await fetch("SELECT 1")
                await asyncio.sleep(dice.choice([0, 0, 0.001, 0.01]))
                if fails:
                    raise ValueError("rolled back")

            try:
                await write(work)
            except ValueError:
                continue
            committed.append(row)

    reader = asyncio.create_task(_follow(seen, done))
    await asyncio.gather(*(writer(number) for number in range(WRITERS)))
    done.set()
    await reader
    assert [event.seq for event in seen] == list(range(1, len(committed) + 1))
    assert sorted(event.row_id for event in seen) == sorted(committed)


async def test_a_post_is_logged_with_its_commit_and_the_bell_is_rung_once(database: str) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    signal = CountedSignal()
    attach(signal)

    async def work(number: int = 2) -> list[int]:
        place = await lock_topic(topic.id)
        assert place is not None
        made = [await create_post(place, "x", Author(None, "y"), datetime.now(UTC)) for _ in range(number)]
        assert await newest_event() == 0
        assert signal.notified == 0
        return made

    async def failing() -> None:
        await work()
        raise ValueError("rolled back")

    try:
        with pytest.raises(ValueError, match="rolled back"):
            await write(failing)
        made = await write(work)
    finally:
        detach(signal)
    assert signal.notified == 1
    assert await events_after(0, 9) == [
        EventView(number, EventKind.POST, pk, topic.id) for number, pk in enumerate(made, 1)
    ]
    assert await post_events(1, 9, topic.id, 9) == [EventView(2, EventKind.POST, made[1], topic.id)]
    assert await post_events(0, 9, topic.id + 1, 9) == []


async def test_publishing_outside_a_write_is_refused(database: str) -> None:
    with pytest.raises(RuntimeError):
        publish(EventKind.POST, 1, 1)


async def test_old_events_are_forgotten_and_posts_are_not(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event, "KEPT_EVENTS", 2)
    for number, kind in enumerate([EventKind.ORDER, EventKind.POST, EventKind.ORDER, EventKind.ORDER, EventKind.POST]):

        async def work(number: int = number, kind: EventKind = kind) -> None:
            publish(kind, number, 1)

        await write(work)
    assert await event.forget_old_events() == 2
    assert [one.seq for one in await events_after(0, 9)] == [2, 4, 5]
