"""Readings that are not waited for beyond a bound. Knows nothing of what is read.

Tested in tests/observability/test_health.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

ANSWER_SECONDS = 2.0
T = TypeVar("T")


class Bounded(Generic[T]):
    """A reading of the database that nobody waits for longer than ANSWER_SECONDS, whatever hangs.

    One runs at a time, or each who asks would take a connection more. It is not cancelled: a driver that gives a query
    up waits for its server as well.
    """

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._running: asyncio.Task[T] | None = None

    async def result(self) -> T:
        """What was read; TimeoutError where that takes too long."""
        if self._running is None:
            self._running = asyncio.create_task(self._run())
            self._running.add_done_callback(_note_failure)
        running = self._running
        done, _ = await asyncio.wait({running}, timeout=ANSWER_SECONDS)
        if not done:
            raise TimeoutError
        return running.result()

    async def _run(self) -> T:
        try:
            return await self._read()
        finally:
            self._running = None


def _note_failure(task: "asyncio.Task[T]") -> None:
    """Of a reading that nobody waited for to its end the failure is of no interest either."""
    if not task.cancelled():
        task.exception()
