"""The live part of one process: one reader of the log for all subscribers, and who is listening with which session.

It hands on event numbers only. Whether a subscriber may see what they are about is asked for each event, by the
subscriber, of facts that were read after the event.

Tested in tests/schema/live/test_subscription.py.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Protocol

from engine.live.batch import EventBatch, Renewal, new_batch
from engine.live.subscriber import Subscriber
from models.account.account import KnownViewers
from models.core.own_pool import for_watching
from models.live.event import EventKind, EventView, attach, detach, events_after, newest_event
from models.live.wake_signal import LocalSignal
from observability.failure import log_failure
from observability.metrics import EVENTS, SUBSCRIPTIONS
from permissions.viewer import Viewer

logger = logging.getLogger("pheromone.hub")
EVENTS_A_ROUND = 200
A_SLICE = 25  # Events that subscribers are woken with before the rest of the process has its turn.
SETTLING_SECONDS = 0.05  # How long those who come next are left asleep while what these asked for is read.
INSPECTION_SECONDS = 5.0  # How often the sessions of idle sockets are looked at.
RETRY_SECONDS = 1.0


class Listening(Protocol):
    """What is asked of the context of whoever listens."""

    viewer: Viewer
    token_expires_at: datetime | None

    def now(self) -> datetime: ...


class Hub:
    """Reads the log while anybody listens. One a process; opened and closed by app."""

    def __init__(self, signal: LocalSignal) -> None:
        self.signal = signal
        self.closing = asyncio.Event()
        self._subscribers: dict[tuple[str, int | None], set[Subscriber]] = {}
        self._sessions: dict[str, set[Callable[[], None]]] = {}
        self.renewal = Renewal(self._sessions)
        self._viewers = KnownViewers()
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
        unwatch = self.watch(context, subscriber.end)
        self._subscribers.setdefault(key, set()).add(subscriber)
        try:
            if self._position is None:
                await self._start()
            yield subscriber
        finally:
            unwatch()
            self._subscribers[key].discard(subscriber)
            if not self._subscribers[key]:
                del self._subscribers[key]
            if subscriber.is_waiting:
                SUBSCRIPTIONS.dec()

    def watch(self, context: Listening, end: Callable[[], None]) -> Callable[[], None]:
        """Has `end` called once the token of the context expires or its session ends. What it gives stops that.

        Each socket keeps this for hours: a block to be left would take several times the memory.
        """
        session_id, timer = context.viewer.session_id, None
        if session_id is None:
            return _nothing
        if context.token_expires_at is not None:
            left = (context.token_expires_at - context.now()).total_seconds()
            timer = asyncio.get_running_loop().call_later(max(left, 0), end)
        self._sessions.setdefault(session_id, set()).add(end)
        return partial(self._unwatch, session_id, end, timer)

    def _unwatch(self, session_id: str, end: Callable[[], None], timer: asyncio.TimerHandle | None) -> None:
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
        heard: dict[Subscriber, list[EventView]] = {}
        for event in events:
            for subscriber in self._waiting_for(event):
                heard.setdefault(subscriber, []).append(event)
        if heard:
            await self._offer(heard, await new_batch({one.session_id for one in heard}, self._viewers.load))

    async def _offer(self, heard: dict[Subscriber, list[EventView]], read: EventBatch) -> None:
        """In slices: the process answers requests between them, however many hear. To each all that it hears at once:
        the further behind the service is, the less an event costs.

        Those who are woken before the rows are there would wait for them, and all go on at once.
        """
        offered = 0
        for subscriber, events in heard.items():
            for event in events:
                subscriber.offer(event, read)
            offered += len(events)
            if offered >= A_SLICE:
                EVENTS.inc(offered)
                offered = 0
                await asyncio.sleep(0)
                await read.settled(SETTLING_SECONDS)
        EVENTS.inc(offered)

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
        self._viewers.keep(self._sessions)
        watched = list(self._sessions)
        if not watched:
            return
        living = await self._viewers.load(watched)
        for session_id in watched:
            if session_id not in living:
                for end in list(self._sessions.get(session_id, ())):
                    end()


def _nothing() -> None:
    """Stops what was not begun."""
