"""A worker's health and metrics on a port of its own, where one is named. Serves nothing else."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from config import Settings
from engine.operation.context import utc_now
from engine.transport.connection.http_connection import BoundedHttp
from models.live.wake_signal import LocalSignal
from observability.health import Health


class _Beside(uvicorn.Server):
    """One that leaves the process's signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def watched(settings: Settings, sockets: list[socket.socket], signal: LocalSignal) -> AsyncIterator[None]:
    """Answers operators on these sockets, if there are any, until the block ends."""
    if not sockets:
        yield
        return
    health = Health(utc_now, signal, settings.counts_folder, settings.metrics_token)
    routes = [Route(f"/{name}", getattr(health, name)) for name in ("healthz", "readyz", "metrics")]
    config = uvicorn.Config(
        Starlette(routes=routes), http=BoundedHttp, log_config=None, access_log=False, server_header=False, ws="none"
    )
    server = _Beside(config)
    answering = asyncio.create_task(server.serve(sockets))
    try:
        yield
    finally:
        server.should_exit = True
        await answering
