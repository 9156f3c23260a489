"""The Starlette application: routes, start-up, shutdown. With commands the only place that wires the parts together."""

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from types import FrameType

from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute

from config import Settings
from engine.live.hub import Hub
from engine.operation.context import Runtime, utc_now
from engine.throttle.shared_throttle import SharedThrottle
from engine.throttle.throttle import MemoryThrottle
from engine.transport.endpoint import Endpoint
from jobs.table import Jobs, table
from models.core.database import close_database, open_database
from models.hosting.key.alliance_key import use_master_keys
from models.live.wake_signal import LocalSignal, RedisSignal
from observability.health import Health
from pages.alliance import alliance_page
from pages.assets import STATIC
from pages.documents import own_documents
from pages.graphiql import GraphiQL
from pages.page import KeptFiles, OwnFiles
from permissions.introspection import Introspection
from resolvers.wiring import wire
from schema.root import schema


def create_app(settings: Settings) -> Starlette:
    """The application for one database. Serving starts when the database answers."""
    wire()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # What is open is closed wherever start-up fails: a thread of SQLite's would keep the process from ending.
        async with AsyncExitStack() as closing:
            closing.push_async_callback(close_database)
            await open_database(settings.database_url, settings.pool_size)
            use_master_keys(settings.master_keys)
            if isinstance(throttle, SharedThrottle):
                closing.push_async_callback(throttle.close)
            closing.push_async_callback(hub.close)
            await hub.open()
            jobs = Jobs(table(utc_now) if settings.jobs else [])
            # What start-up allocated lives as long as the process; the collector need not look at it again.
            gc.collect()
            gc.freeze()
            closing.push_async_callback(jobs.stop)
            jobs.start()
            with _told_to_stop(hub.closing.set):
                yield

    hub = Hub(RedisSignal(settings.redis_url) if settings.redis_url else LocalSignal())
    throttle = SharedThrottle(settings.redis_url) if settings.redis_url else MemoryThrottle()
    runtime = _runtime(settings, hub, throttle)
    endpoint = Endpoint(schema, runtime, GraphiQL(open_schema=settings.introspection is Introspection.EVERYONE))
    health = Health(runtime.clock, runtime.hub.signal, settings.counts_folder)
    routes = [
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metrics),
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", endpoint),
        Route("/alliances/{tag}", alliance_page),
        Mount("/pages", OwnFiles()),
        Mount("/static", KeptFiles(STATIC)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _runtime(settings: Settings, hub: Hub, throttle: MemoryThrottle | SharedThrottle) -> Runtime:
    """What the settings come to for every operation."""
    trusted = settings.trusted_documents
    return Runtime(
        hub=hub,
        throttle=throttle,
        # Counts of costs in memory are apart: whoever asks from many places pushes no count of logins out.
        costs=throttle if settings.redis_url else MemoryThrottle(),
        secret_key=settings.secret_key,
        access_token_lifetime=settings.access_token_lifetime,
        refresh_token_lifetime=settings.refresh_token_lifetime,
        max_body_bytes=settings.max_body_bytes,
        introspection=settings.introspection,
        field_suggestions=settings.field_suggestions,
        trusted_documents=trusted,
        trusted_texts=None if trusted is None else frozenset(own_documents().union(trusted.values())),
        exploration=settings.exploration,
        viewer_cost=settings.viewer_cost,
        anonymous_cost=settings.anonymous_cost,
    )


@contextmanager
def _told_to_stop(callback: Callable[[], None]) -> Iterator[None]:
    """Has `callback` called as soon as the process is told to stop: the server first waits for open streams to end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(callback)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
