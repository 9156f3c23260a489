"""The Starlette application: routes, start-up and shutdown. The only place, with cli, that wires the parts together."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute

from config import Settings
from jobs.table import Jobs, table
from models.database import close_database, fetch, open_database
from models.migration import pending
from pages.assets import STATIC
from pages.graphiql import GraphiQL
from pages.page import KeptFiles, OwnFiles
from permissions.introspection import Introspection
from resolvers.context import Terms, utc_now
from schema.endpoint import Endpoint


def create_app(settings: Settings) -> Starlette:
    """The application for one database. Serving starts when the database answers."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await open_database(settings.database_url, settings.pool_size)
        jobs = Jobs(table(utc_now) if settings.jobs else [])
        # What start-up allocated lives as long as the process; the collector need not look at it again.
        gc.collect()
        gc.freeze()
        jobs.start()
        try:
            yield
        finally:
            await jobs.stop()
            await close_database()

    terms = Terms(
        secret_key=settings.secret_key,
        access_token_lifetime=settings.access_token_lifetime,
        refresh_token_lifetime=settings.refresh_token_lifetime,
        max_body_bytes=settings.max_body_bytes,
        introspection=settings.introspection,
        field_suggestions=settings.field_suggestions,
    )
    endpoint = Endpoint(terms, GraphiQL(open_schema=settings.introspection is Introspection.EVERYONE))
    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", endpoint),
        Mount("/pages", OwnFiles()),
        Mount("/static", KeptFiles(STATIC)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def healthz(_request: Request) -> JSONResponse:
    """200 as long as the process answers at all."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> JSONResponse:
    """200 once the database answers and no migration is missing; 503 with the reason until then."""
    try:
        await fetch("SELECT 1")
        missing = await pending()
    except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering, the answer is "not ready"
        return JSONResponse({"status": "not ready", "database": type(error).__name__}, status_code=503)
    if missing:
        return JSONResponse({"status": "not ready", "migrations": missing}, status_code=503)
    return JSONResponse({"status": "ready"})
