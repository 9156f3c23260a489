"""The live part of one process: one reader of the log for all subscribers, and who is listening with which session.

It hands on event numbers only. Whether a subscriber may see what they are about is asked for each event, by the
subscriber, of facts that were read after the event.

Tested in tests/schema/live/test_subscription.py.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

from domain.core.refusal import Code, Refusal
from models.account.account import load_viewers
from models.core.database import for_watching
from models.live.event import EventKind, EventView, attach, detach, events_after, newest_event
from models.live.wake_signal import LocalSignal
from observability.failure import log_failure
from observability.metrics import EVENTS, OVERRUNS, SUBSCRIPTIONS
from permissions.viewer import ANONYMOUS, Viewer

logger = logging.getLogger("pheromone.hub")
MOST_WAITING = 500  # Events that may wait in the memory of the process for one subscriber.
MOST_AT_ONCE = 50
EVENTS_A_ROUND = 200
FRESH_SECONDS = 1.0  # How long what was read for one round of events may be used.
INSPECTION_SECONDS = 5.0  # How often the sessions of idle sockets are looked at.
RETRY_SECONDS = 1.0


class Listening(Protocol):
    """What is asked of the context of whoever listens."""

    viewer: Viewer
    token_expires_at: datetime | None

    def now(self) -> datetime: ...


class EventBatch:
    """Events that were read together, and what was read for them since, once for all of their subscribers."""

    def __init__(self, viewers: dict[str, Viewer]) -> None:
        self._viewers = viewers
        self._read_at = asyncio.get_running_loop().time()
        self._memory: dict[Any, asyncio.Task[Any]] = {}
        # Queues of slow subscribers keep the round itself; what was read for it must not stay with them.
        asyncio.get_running_loop().call_later(FRESH_SECONDS, self._memory.clear)

    @property
    def is_fresh(self) -> bool:
        return asyncio.get_running_loop().time() - self._read_at <= FRESH_SECONDS

    def viewer(self, session_id: str | None) -> Viewer | None:
        """The viewer as of this round; None if the session has ended."""
        return ANONYMOUS if session_id is None else self._viewers.get(session_id)

    async def once(self, key: object, read: Callable[[], Awaitable[Any]]) -> Any:
        """What `read` gives, read once however many ask for it side by side."""
        task = self._memory.get(key)
        if task is None:
            task = self._memory[key] = asyncio.ensure_future(_awaited(read))
        if task.done():
            return task.result()
        # A subscriber who goes away must not take the reading along.
        return await asyncio.shield(task)

    async def once_each(
        self, keys: Collection[Any], read: Callable[[list[Any]], Awaitable[Mapping[Any, Any]]]
    ) -> dict[Any, Any]:
        """What `read` gives for several keys together, of those that nobody has asked for yet; None where nothing."""
        new = [key for key in keys if key not in self._memory]
        if new:
            reading: asyncio.Task[Mapping[Any, Any]] = asyncio.ensure_future(_awaited(lambda: read(new)))
            for key in new:
                self._memory[key] = asyncio.ensure_future(_of(reading, key))
        tasks = [self._memory[key] for key in keys]
        await asyncio.shield(asyncio.gather(*tasks))
        return {key: task.result() for key, task in zip(keys, tasks, strict=True)}


async def _of(reading: asyncio.Task[Mapping[Any, Any]], key: object) -> Any:
    return (await asyncio.shield(reading)).get(key)


async def _awaited(read: Callable[[], Awaitable[Any]]) -> Any:
    return await read()


async def new_batch(session_ids: Iterable[str]) -> EventBatch:
    ids = list(session_ids)
    return EventBatch(await load_viewers(ids) if ids else {})


class Subscriber:
    """One subscription's place in the stream: a bounded queue of what happened, and why it ended."""

    def __init__(self, session_id: str | None) -> None:
        self.session_id = session_id
        self.missed = False
        self.ended = False
        self.is_waiting = False
        self._waiting: deque[tuple[EventView, EventBatch]] = deque()
        self._wake = asyncio.Event()

    def offer(self, event: EventView, read: EventBatch) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self.missed = True
        if not self.missed:
            self._waiting.append((event, read))
        self._wake.set()

    def start_over(self) -> None:
        """Forgets what waits: the subscriber reads the log itself up to now."""
        self._waiting.clear()
        self.missed = False

    async def pause(self, seconds: float) -> None:
        """Waits, but not past the end of the session."""
        deadline = asyncio.get_running_loop().time() + seconds
        # No asyncio.Event: thousands of subscribers would keep one that is hardly ever waited for.
        while not self.ended and (left := deadline - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 1.0))

    def end(self) -> None:
        self.ended = True
        self._wake.set()

    async def next(self) -> tuple[list[EventView], EventBatch]:
        """What happened next. UNAUTHENTICATED once the session is over, EVENTS_MISSED once the queue ran over."""
        if not self.is_waiting:
            self.is_waiting = True
            SUBSCRIPTIONS.inc()
        while True:
            if self.ended:
                raise Refusal(Code.UNAUTHENTICATED, "ended_session")
            if self.missed:
                OVERRUNS.inc()
                raise Refusal(Code.EVENTS_MISSED, "events_missed")
            if self._waiting:
                return self._take()
            self._wake.clear()
            await self._wake.wait()

    def _take(self) -> tuple[list[EventView], EventBatch]:
        event, read = self._waiting.popleft()
        events = [event]
        while self._waiting and self._waiting[0][1] is read and len(events) < MOST_AT_ONCE:
            events.append(self._waiting.popleft()[0])
        return events, read


class Hub:
    """Reads the log while anybody listens. One a process; opened and closed by app."""

    def __init__(self, signal: LocalSignal) -> None:
        self.signal = signal
        self.closing = asyncio.Event()
        self._subscribers: dict[tuple[str, int | None], set[Subscriber]] = {}
        self._sessions: dict[str, set[Callable[[], None]]] = {}
        self._position: int | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        attach(self.signal)
        await self.signal.open()
        with for_watching():
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._inspect_often())]

    async def close(self) -> None:
        self.closing.set()
        detach(self.signal)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.signal.close()

    # ---- listening ----------------------------------------------------------------------

    @asynccontextmanager
    async def subscribed(
        self, context: Listening, kind: EventKind, scope_id: int | None = None
    ) -> AsyncIterator[Subscriber]:
        """A subscriber to one kind of event: of one scope, or of all."""
        subscriber = Subscriber(context.viewer.session_id)
        key = (str(kind), scope_id)
        with self.watched(context, subscriber.end):
            self._subscribers.setdefault(key, set()).add(subscriber)
            if self._position is None:
                await self._start()
            try:
                yield subscriber
            finally:
                self._subscribers[key].discard(subscriber)
                if not self._subscribers[key]:
                    del self._subscribers[key]
                if subscriber.is_waiting:
                    SUBSCRIPTIONS.dec()

    @contextlib.contextmanager
    def watched(self, context: Listening, end: Callable[[], None]) -> Iterator[None]:
        """Has `end` called once the token of the context expires or its session ends."""
        session_id = context.viewer.session_id
        if session_id is None:
            yield
            return
        timer = None
        if context.token_expires_at is not None:
            left = (context.token_expires_at - context.now()).total_seconds()
            timer = asyncio.get_running_loop().call_later(max(left, 0), end)
        self._sessions.setdefault(session_id, set()).add(end)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            self._sessions[session_id].discard(end)
            if not self._sessions[session_id]:
                del self._sessions[session_id]

    # ---- reading ------------------------------------------------------------------------

    async def _start(self) -> None:
        newest = await newest_event()
        if self._position is None:
            self._position = newest

    async def _read(self) -> None:
        while True:
            await self.signal.wait()
            try:
                await self._catch_up()
            except Exception as error:  # noqa: BLE001 - it goes on
                log_failure(logger, error, "reading the log failed")
                await asyncio.sleep(RETRY_SECONDS)
                self.signal.notify()

    async def _catch_up(self) -> None:
        while True:
            if not self._subscribers and not self._sessions:
                self._position = None  # Nobody listens: whoever comes next starts from what is newest then.
                return
            if self._position is None:
                await self._start()
                return
            events = await events_after(self._position, EVENTS_A_ROUND)
            if not events:
                return
            await self._hand_on(events)
            self._position = events[-1].seq

    async def _hand_on(self, events: list[EventView]) -> None:
        """To each subscriber what it waits for. Sessions are read after the events: what ended before has ended."""
        if any(event.kind == EventKind.SESSION for event in events):
            await self._inspect()
        concerned = [(event, subscriber) for event in events for subscriber in self._waiting_for(event)]
        if not concerned:
            return
        read = await new_batch({s.session_id for _, s in concerned if s.session_id is not None})
        for event, subscriber in concerned:
            subscriber.offer(event, read)
        EVENTS.inc(len(concerned))

    def _waiting_for(self, event: EventView) -> list[Subscriber]:
        of_scope = self._subscribers.get((event.kind, event.scope_id), ())
        return [*of_scope, *self._subscribers.get((event.kind, None), ())]

    async def _inspect_often(self) -> None:
        while True:
            await asyncio.sleep(INSPECTION_SECONDS)
            try:
                await self._inspect()
            except Exception as error:  # noqa: BLE001 - it goes on
                log_failure(logger, error, "looking at the sessions failed")

    async def _inspect(self) -> None:
        """Ends what listens with a session that has ended."""
        watched = list(self._sessions)
        if not watched:
            return
        living = await load_viewers(watched)
        for session_id in watched:
            if session_id not in living:
                for end in list(self._sessions.get(session_id, ())):
                    end()
