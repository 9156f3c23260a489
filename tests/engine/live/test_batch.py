"""What is read for a round of events is read once; those who come late share one renewal, begun after their events."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from engine.live import batch, hub
from engine.live.batch import EventBatch, Renewal, new_batch
from engine.live.hub import Hub
from engine.live.subscriber import Subscriber
from models.account.session import Session
from models.core.transaction import write
from models.live.event import EventKind, EventView
from models.live.wake_signal import LocalSignal
from tests.wire.statements import statements
from tests.worlds import world


async def sessions(number: int) -> dict[str, None]:
    """Sessions of as many accounts, as the hub keeps those that listen."""
    made: dict[str, None] = {}
    for _ in range(number):
        session = Session(id=uuid4(), user=await world.user(), created_at=datetime.now(UTC))
        await write(session.save)
        made[str(session.id)] = None
    return made


@pytest.mark.usefixtures("database")
async def test_those_who_are_late_share_one_renewal() -> None:
    listening = await sessions(5)
    renewal = Renewal(listening)
    async with statements() as seen:
        batches = await asyncio.gather(*(renewal.batch(one) for one in [*listening, None]))
        assert len({id(one) for one in batches}) == 1
        assert all(batches[0].viewer(one) for one in listening)
        assert await renewal.batch(next(iter(listening))) is batches[0], "it is fresh still"
    assert len(seen) == 1


@pytest.mark.usefixtures("database")
async def test_who_is_late_while_one_is_read_that_is_too_old_waits_for_the_next_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch, "FRESH_SECONDS", 0.0)
    listening = await sessions(2)
    renewal = Renewal(listening)
    async with statements() as seen:
        first = asyncio.create_task(renewal.batch(next(iter(listening))))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # It is under way.
        asked = asyncio.get_running_loop().time()
        others = await asyncio.gather(*(renewal.batch(one) for one in listening))
        assert others[0] is others[1]
        assert others[0].began >= asked > (await first).began
    assert len(seen) == 2


@pytest.mark.usefixtures("database")
async def test_a_batch_is_not_used_past_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "FRESH_SECONDS", 0.05)
    listening = await sessions(1)
    renewal, session_id = Renewal(listening), next(iter(listening))
    before = await renewal.batch(session_id)
    await Session.filter(id=session_id).update(revoked_at=datetime.now(UTC))
    await asyncio.sleep(0.06)
    assert not before.is_fresh
    assert (await renewal.batch(session_id)).viewer(session_id) is None


@pytest.mark.usefixtures("database")
async def test_who_began_to_listen_since_is_not_taken_for_one_whose_session_has_ended() -> None:
    listening = await sessions(1)
    renewal = Renewal(listening)
    await renewal.batch(None)
    (late,) = await sessions(1)
    assert (await renewal.batch(late)).viewer(late) is not None


@pytest.mark.usefixtures("database")
async def test_what_is_read_side_by_side_is_read_once_and_goes_on_without_who_asked_first() -> None:
    read, asked = await new_batch([]), list[list[int]]()
    is_over = asyncio.Event()

    async def load(keys: list[int]) -> dict[int, str]:
        asked.append(keys)
        await is_over.wait()
        return {key: str(key) for key in keys if key != 3}

    first = asyncio.create_task(read.once_each([1, 2], load))
    await asyncio.sleep(0)
    second = asyncio.create_task(read.once_each([2, 3], load))
    await asyncio.sleep(0)
    first.cancel()
    is_over.set()
    assert await second == {2: "2", 3: None}
    assert asked == [[1, 2], [3]]
    assert await read.once_each([1], load) == {1: "1"}


async def test_events_are_offered_in_slices_between_which_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "A_SLICE", 10)
    subscribers, read = [Subscriber(None) for _ in range(18)], EventBatch({}, 0.0)
    heard: list[int] = []

    async def watch() -> None:
        while len(heard) < 4:
            heard.append(sum(1 for one in subscribers if one._waiting))
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    events = [EventView(number, EventKind.POST, 1, 1) for number in (1, 2)]
    await Hub(LocalSignal())._offer(dict.fromkeys(subscribers, events), read)
    await watching
    assert heard == [5, 10, 15, 18]


@pytest.mark.parametrize("is_read", [True, False])
async def test_the_next_slice_is_woken_once_what_this_one_asked_for_is_read_or_after_a_while(
    monkeypatch: pytest.MonkeyPatch, is_read: bool
) -> None:
    monkeypatch.setattr(hub, "A_SLICE", 1)
    monkeypatch.setattr(hub, "SETTLING_SECONDS", 5.0 if is_read else 0.05)
    subscribers, read, found = [Subscriber(None) for _ in range(2)], EventBatch({}, 0.0), asyncio.Event()

    for one in subscribers:
        one.is_waiting = True  # The hub alone counts them.

    def asleep() -> list[Subscriber]:
        return [one for one in subscribers if one._wake is not None]

    async def hear(subscriber: Subscriber) -> None:
        await subscriber.next()
        await read.once("post", found.wait)

    hearing = [asyncio.create_task(hear(one)) for one in subscribers]
    await asyncio.sleep(0)
    heard = {one: [EventView(1, EventKind.POST, 1, 1)] for one in subscribers}
    offering = asyncio.create_task(Hub(LocalSignal())._offer(heard, read))
    await asyncio.sleep(0.02)
    assert not offering.done()
    assert asleep() == [subscribers[1]]
    if is_read:
        found.set()
    await asyncio.sleep(0.1)
    assert asleep() == []
    found.set()
    await asyncio.gather(offering, *hearing)
