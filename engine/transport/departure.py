"""Ends what is done for a client of HTTP that has gone. Only for reading: whoever asks for a change means it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Receive

SOON = 0.05
"""Seconds. What is answered by then needs nobody to watch for its client."""


@asynccontextmanager
async def while_there(receive: Receive) -> AsyncIterator[None]:
    """Cancels what is inside when its client goes, and raises ClientDisconnect then. The body has been read before."""
    task, gone = asyncio.current_task(), False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        if task is not None:
            task.cancel()

    watchers: list[asyncio.Task[None]] = []
    later = asyncio.get_running_loop().call_later(SOON, lambda: watchers.append(asyncio.create_task(watch())))
    try:
        yield
    except asyncio.CancelledError:
        if not gone or task is None or task.uncancel():
            raise
        raise ClientDisconnect from None
    finally:
        later.cancel()
        for watcher in watchers:
            watcher.cancel()
