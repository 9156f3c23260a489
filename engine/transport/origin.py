"""Pages of other origins: which may read answers, which may hold sockets and event streams. Knows no route."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from domain.core.refusal import Code, Refusal

ANY = "*"
ASKED_BY = ("authorization", "content-type", "idempotency-key")
"""What a page may send. No cookie: who calls is said by a token alone, which no other page has."""

TOLD = ("Content-Disposition", "ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")
PREFLIGHT_SECONDS = 7200
"""As long as any browser remembers it."""


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
    origin = connection.headers.get("origin")
    if origin is None or ANY in origins or is_same_origin(origin, connection.headers.get("host")):
        return
    if normalize_origin(origin) not in origins:
        raise ForeignOrigin
