"""One subscription's place in the stream of events: what waits for it, bounded, and why it ended. Reads nothing.

Tested in tests/schema/live/test_subscription.py.
"""

import asyncio
from collections import deque

from domain.core.refusal import Code, Refusal
from engine.live.batch import EventBatch
from models.live.event import EventView
from observability.metrics import OVERRUNS, SUBSCRIPTIONS

MOST_WAITING = 500  # Events that may wait in the memory of the process for one subscriber.
MOST_AT_ONCE = 50


class Subscriber:
    """A bounded queue of what happened."""

    __slots__ = ("_waiting", "_wake", "ended", "is_waiting", "missed", "session_id")

    def __init__(self, session_id: str | None) -> None:
        self.session_id = session_id
        self.missed = False
        self.ended = False
        self.is_waiting = False
        self._waiting: deque[tuple[EventView, EventBatch]] | None = None  # Thousands of empty ones would be megabytes.
        self._wake: asyncio.Future[None] | None = None

    def offer(self, event: EventView, read: EventBatch) -> None:
        if self._waiting is None:
            self._waiting = deque()
        if len(self._waiting) >= MOST_WAITING:
            self._waiting = None
            self.missed = True
        if not self.missed and self._waiting is not None:
            self._waiting.append((event, read))
        self._rouse()

    def start_over(self) -> None:
        """Forgets what waits: the subscriber reads the log itself up to now."""
        self._waiting = None
        self.missed = False

    async def pause(self, seconds: float) -> None:
        """Waits, but not past the end of the session."""
        deadline = asyncio.get_running_loop().time() + seconds
        # No asyncio.Event: thousands of subscribers would keep one that is hardly ever waited for.
        while not self.ended and (left := deadline - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 1.0))

    def end(self) -> None:
        self.ended = True
        self._rouse()

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
                return self._take(self._waiting)
            self._wake = asyncio.get_running_loop().create_future()
            try:
                await self._wake
            finally:
                self._wake = None

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _take(self, waiting: deque[tuple[EventView, EventBatch]]) -> tuple[list[EventView], EventBatch]:
        event, read = waiting.popleft()
        events = [event]
        while waiting and waiting[0][1] is read and len(events) < MOST_AT_ONCE:
            events.append(waiting.popleft()[0])
        if not waiting:
            self._waiting = None
        return events, read
