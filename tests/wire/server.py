"""The service inside the tests' own process, where they can look at what it holds."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from engine.transport.connection.close_handshake import LingeringSocket
from engine.transport.connection.http_connection import BoundedHttp


class PromptServer(uvicorn.Server):
    """uvicorn, ready and ended when it is so instead of at its next look at the clock."""

    def __init__(self, application: ASGIApp, **options: Any) -> None:
        bounds: dict[str, Any] = {"http": BoundedHttp, "ws": LingeringSocket, "server_header": False}
        usual: dict[str, Any] = {"port": 0, "log_level": "warning", "lifespan": "on"}
        super().__init__(uvicorn.Config(application, **{**bounds, **usual, **options}))
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own, which also sleeps for a tenth of a second: more than most tests take."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        await self._wait_tasks_to_complete()
        await self.lifespan.shutdown()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@asynccontextmanager
async def served(application: ASGIApp, **options: Any) -> AsyncIterator[PromptServer]:
    """A server of an application until the block ends."""
    server = PromptServer(application, **options)
    task = asyncio.create_task(server.serve())
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait((ready, task), return_when=asyncio.FIRST_COMPLETED)
    assert server.started, "the server did not start"
    yield server
    server.ended.set()
    await task
