"""Events that were read together: who hears them, as of then, and what was read and made for them once for all.

Decides nothing: whether a viewer may see what an event is about is for the subscriptions.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any

from models.account.account import load_viewers
from permissions.viewer import ANONYMOUS, Viewer

FRESH_SECONDS = 1.0  # How long what was read for one round of events may be used.


class EventBatch:
    """Viewers whose reading began at one moment, and what was read since. It may be used as long as it is fresh."""

    def __init__(self, viewers: Mapping[str, Viewer | None], began: float) -> None:
        """`viewers` by their sessions: None for one that has ended."""
        self.began = began
        self._viewers = viewers
        self._loop = asyncio.get_running_loop()
        self._memory: dict[Any, asyncio.Task[Any]] = {}
        self._reading: set[asyncio.Task[Any]] = set()
        # Queues of slow subscribers keep the batch itself; what was read for it must not stay with them.
        self._loop.call_later(FRESH_SECONDS, self._memory.clear)

    @property
    def is_fresh(self) -> bool:
        return self._loop.time() - self.began <= FRESH_SECONDS

    def is_for(self, session_id: str | None) -> bool:
        return session_id is None or session_id in self._viewers

    def viewer(self, session_id: str | None) -> Viewer | None:
        """The viewer as of this round; None if the session has ended."""
        return ANONYMOUS if session_id is None else self._viewers[session_id]

    async def once(self, key: object, read: Callable[[], Awaitable[Any]]) -> Any:
        """What `read` gives, read once however many ask for it side by side."""
        task = self._memory.get(key)
        if task is None:
            task = self._memory[key] = self._begin(read)
        return await _result(task)

    async def once_each(
        self, keys: Collection[Any], read: Callable[[list[Any]], Awaitable[Mapping[Any, Any]]]
    ) -> dict[Any, Any]:
        """What `read` gives for several keys together, of those that nobody has asked for yet; None where nothing."""
        new = [key for key in keys if key not in self._memory]
        if new:
            self._memory.update(dict.fromkeys(new, self._begin(lambda: read(new))))
        tasks = {key: self._memory[key] for key in keys}
        return {key: (await _result(task)).get(key) for key, task in tasks.items()}

    async def settled(self, seconds: float) -> None:
        """Waits until all that was asked for so far is read, but no longer than this."""
        if self._reading:
            await asyncio.wait(self._reading, timeout=seconds)

    def _begin(self, read: Callable[[], Awaitable[Any]]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(_awaited(read))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)
        return task


async def _result(task: asyncio.Task[Any]) -> Any:
    """Waits for a reading without being able to take it along, as `asyncio.shield` does for a third of the objects."""
    if not task.done():
        waiter = asyncio.get_running_loop().create_future()
        task.add_done_callback(partial(_release, waiter))
        await waiter
    return task.result()


def _release(waiter: asyncio.Future[None], _task: asyncio.Task[Any]) -> None:
    if not waiter.done():
        waiter.set_result(None)


async def _awaited(read: Callable[[], Awaitable[Any]]) -> Any:
    return await read()


async def new_batch(
    session_ids: Iterable[str | None],
    load: Callable[[list[str]], Awaitable[dict[str, Viewer]]] = load_viewers,
) -> EventBatch:
    """A batch for these sessions; None is nobody's."""
    began, asked = asyncio.get_running_loop().time(), [one for one in session_ids if one is not None]
    return EventBatch(dict.fromkeys(asked) | await load(asked) if asked else {}, began)


class Renewal:
    """Batches for those who come late to theirs: one is read at a time, for all who listen, and shared by all."""

    def __init__(self, listening: Collection[str]) -> None:
        """`listening` are the sessions of all who might ask, as they come and go."""
        self._listening = listening
        self._reading: asyncio.Task[EventBatch] | None = None
        self._last: EventBatch | None = None

    async def batch(self, session_id: str | None) -> EventBatch:
        """A batch for one whose own is not fresh any more: begun after that one, and fresh or begun only now."""
        asked, read = asyncio.get_running_loop().time(), self._last
        while read is None or not (read.is_fresh or read.began >= asked):
            if self._reading is None:
                self._reading = asyncio.create_task(self._read())
            read = await asyncio.shield(self._reading)
        # Whoever began to listen only since it began would be taken for one whose session has ended.
        return read if read.is_for(session_id) else await new_batch([session_id])

    async def _read(self) -> EventBatch:
        try:
            self._last = await new_batch(self._listening)
        finally:
            self._reading = None
        return self._last
