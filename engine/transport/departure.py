"""Ends what is done for a client of HTTP that has gone. Only for reading: whoever asks for a change means it."""

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Receive

SOON = 0.05
"""Seconds. What is answered by then needs nobody to watch for its client."""


class WhileThere:
    """Cancels what is inside when its client goes, and raises ClientDisconnect then. The body has been read before."""

    __slots__ = ("_is_gone", "_later", "_receive", "_task", "_watcher")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_gone = False
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._task = asyncio.current_task()
        self._later = asyncio.get_running_loop().call_later(SOON, self._begin)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: Any) -> None:
        self._later.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if isinstance(error, asyncio.CancelledError) and self._is_gone:
            task = self._task
            if task is not None and not task.uncancel():
                raise ClientDisconnect from None

    def _begin(self) -> None:
        self._watcher = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        if self._task is not None:
            self._task.cancel()
