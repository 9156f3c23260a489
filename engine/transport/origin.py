"""Pages of other origins: which may read answers, which may hold sockets and event streams. Knows no route."""

import logging
from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from domain.core.refusal import Code, Refusal

ANY = "*"
ASKED_BY = ("authorization", "content-type", "idempotency-key", "if-none-match")
"""What a page may send. No cookie: who calls is said by a token alone, which no other page has."""

TOLD = ("Content-Disposition", "ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")
PREFLIGHT_SECONDS = 7200
"""As long as any browser remembers it."""

logger = logging.getLogger("pheromone.origin")
FORWARDED = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"}
DIRECT = "a page of %r was refused, this being %r: name its origin in ALLOWED_ORIGINS if it may call"
BY_PROXY = (
    "a page of %r was refused, since the proxy says that this is %r: let it pass Host on as it came"
    " (nginx: proxy_set_header Host $host); or name the origin in ALLOWED_ORIGINS, if it is another site that may call"
)


class ForeignOrigin(Refusal):
    """The page's origin is not allowed; answered with 403."""

    def __init__(self) -> None:
        super().__init__(Code.FORBIDDEN, "foreign_origin")


def open_to(origins: Collection[str], application: ASGIApp) -> ASGIApp:
    """The application as pages of these origins may call it; as it is where there are none."""
    if not origins:
        return application
    return CORSMiddleware(
        application,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=ASKED_BY,
        expose_headers=TOLD,
        max_age=PREFLIGHT_SECONDS,
    )


def check_origin(connection: HTTPConnection, origins: Collection[str]) -> None:
    """FORBIDDEN to a page of an origin that is not one of them, nor this service's own. Programs send no origin."""
    origin, host = connection.headers.get("origin"), connection.headers.get("host")
    if origin is None or ANY in origins or is_same_origin(origin, host):
        return
    # A browser's own word, which pages cannot change.
    if connection.headers.get("sec-fetch-site") == "same-origin":
        return
    if normalize_origin(origin) not in origins:
        logger.warning(BY_PROXY if FORWARDED & set(connection.headers) else DIRECT, origin, host)
        raise ForeignOrigin
