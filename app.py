"""The Starlette application: routes, start-up, shutdown. With commands the only place that wires the parts together."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from config import Settings
from engine.kept.answer import Answers
from engine.kept.store import Store
from engine.live.hub import Hub
from engine.mail.outbox import Outbox
from engine.mail.smtp import sender
from engine.operation.context import Runtime, utc_now
from engine.throttle.shared_throttle import SharedThrottle
from engine.throttle.throttle import MemoryThrottle
from engine.transport.answer_headers import AnswerHeaders
from engine.transport.connection.stop_signal import told_to_stop
from engine.transport.endpoint import Endpoint
from engine.transport.origin import open_to
from jobs.puller import Puller
from jobs.retention import Retention
from jobs.table import Jobs, table
from models.core.database import close_database, open_database
from models.core.database_file import note_file
from models.hosting.key.alliance_key import use_master_keys
from models.live.wake_signal import LocalSignal, RedisSignal
from observability.health import Health
from pages.account import AccountPages
from pages.account_export import AccountExport
from pages.alliance import alliance_page
from pages.assets import STATIC
from pages.documents import own_documents
from pages.graphiql import GraphiQL
from pages.index import index_page
from pages.page import KeptFiles, OwnFiles
from pages.rooms import room_page
from pages.schema_document import SchemaDocument
from pages.session_gate import SessionGate
from permissions.introspection import Introspection
from resolvers.wiring import wire
from schema.root import printed, schema

ENDPOINT = "/graphql"
# Allocations between two looks of the collector at the youngest objects, and looks between those at older ones. With
# thousands of sockets open those are many, and few of them are ever garbage: Python's own 700 took half the processor.
COLLECT_AFTER = (50_000, 20, 100)


class Application(Starlette):
    """Starlette's, with the headers of every answer around even those that it gives by itself."""

    allowed_origins: frozenset[str] = frozenset()
    endpoint: ASGIApp | None = None

    def build_middleware_stack(self) -> ASGIApp:
        """What is posted to the endpoint, which answers for its own errors, goes there past the other routes."""
        routed, endpoint = super().build_middleware_stack(), self.endpoint

        async def direct(scope: Scope, receive: Receive, send: Send) -> None:
            is_post = scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == ENDPOINT
            await (routed if endpoint is None or not is_post else endpoint)(scope, receive, send)

        return AnswerHeaders(open_to(self.allowed_origins, direct))


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The application for one database, by a clock of UTC. Serving starts when the database answers."""
    wire()
    hub = Hub(RedisSignal(settings.redis_url) if settings.redis_url else LocalSignal())
    throttle = SharedThrottle(settings.redis_url, settings.secret_key) if settings.redis_url else MemoryThrottle()
    outbox = Outbox(sender(settings.smtp, settings.mail_from)) if settings.smtp else None
    runtime = replace(_runtime(settings, hub, throttle, outbox), clock=clock)
    endpoint = Endpoint(schema, runtime, GraphiQL(open_schema=settings.introspection is Introspection.EVERYONE))
    routes = _routes(settings, runtime, endpoint)
    application = Application(routes=routes, lifespan=partial(_opened, settings, runtime))
    application.allowed_origins, application.endpoint = settings.allowed_origins, endpoint
    return application


def _routes(settings: Settings, runtime: Runtime, endpoint: Endpoint) -> list[BaseRoute]:
    health = Health(runtime.clock, runtime.hub.signal, settings.counts_folder, settings.metrics_token)
    return [
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metrics),
        Route(ENDPOINT, endpoint),
        WebSocketRoute(ENDPOINT, endpoint),
        Route("/schema.graphql", SchemaDocument(runtime, printed).document),
        Route("/account/export", AccountExport(runtime).document),
        *AccountPages(runtime).routes(),
        *SessionGate(runtime, endpoint).routes(),
        Route("/", index_page),
        Route("/alliances", index_page),
        Route("/alliances/{tag}", alliance_page),
        Route("/alliances/{tag}/{room}", room_page),
        Mount("/pages", OwnFiles()),
        Mount("/static", KeptFiles(STATIC)),
    ]


@asynccontextmanager
async def _opened(settings: Settings, runtime: Runtime, _application: Starlette) -> AsyncIterator[None]:
    """While it lasts the service serves. What is open is closed in the order that is the other way round."""
    # Wherever start-up fails too: a thread of SQLite's would keep the process from ending.
    async with AsyncExitStack() as closing:
        closing.push_async_callback(close_database)
        await open_database(settings.database_url, settings.pool_size)
        note_file()
        use_master_keys(settings.master_keys)
        if isinstance(runtime.throttle, SharedThrottle):
            closing.push_async_callback(runtime.throttle.close)
        closing.push_async_callback(runtime.hub.close)
        await runtime.hub.open()
        puller = Puller(runtime.clock)
        closing.push_async_callback(puller.close)
        puller.open()
        if runtime.outbox is not None:
            closing.push_async_callback(runtime.outbox.close)
            runtime.outbox.open()
        jobs = Jobs(table(runtime.clock, retention(settings)) if settings.jobs else [])
        # What start-up allocated lives as long as the process; the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        closing.push_async_callback(jobs.stop)
        jobs.start()
        with told_to_stop(runtime.hub.closing.set):
            yield


def retention(settings: Settings) -> Retention:
    """What the settings come to for the prunes, here and in a worker."""
    return Retention(settings.rights_history_days, settings.notification_days, settings.post_events)


def _runtime(settings: Settings, hub: Hub, throttle: MemoryThrottle | SharedThrottle, outbox: Outbox | None) -> Runtime:
    """What the settings come to for every operation."""
    trusted = settings.trusted_documents
    return Runtime(
        hub=hub,
        outbox=outbox,
        throttle=throttle,
        # Counts of costs in memory are apart: whoever asks from many places pushes no count of logins out.
        costs=throttle if settings.redis_url else MemoryThrottle(),
        secret_key=settings.secret_key,
        access_token_lifetime=settings.access_token_lifetime,
        refresh_token_lifetime=settings.refresh_token_lifetime,
        max_body_bytes=settings.max_body_bytes,
        answers=Answers(Store(settings.kept_answers * 2**20)),
        sockets_per_address=settings.sockets_per_address,
        allowed_origins=settings.allowed_origins,
        introspection=settings.introspection,
        registration=settings.registration,
        field_suggestions=settings.field_suggestions,
        trusted_documents=trusted,
        trusted_texts=None if trusted is None else frozenset(own_documents().union(trusted.values())),
        exploration=settings.exploration,
        viewer_cost=settings.viewer_cost,
        anonymous_cost=settings.anonymous_cost,
    )
