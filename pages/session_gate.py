"""`POST /session/…`: the sign-in that a browser's pages share. Its refresh token is a cookie of these addresses alone.

`/graphql` knows no cookie: what a browser adds by itself, other people's pages can have it add. So a cookie opens this
gate alone, which answers pages of its own origin; the access token that it gives them does the rest.
"""

import logging
from datetime import datetime
from functools import partial
from json import JSONDecodeError
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from domain.core.refusal import Code, Refusal
from engine.execution.error import unavailable
from engine.operation.context import Context, Runtime
from engine.operation.message import preferred_language
from engine.throttle.budget import spend
from engine.transport.answer import JSON, refused
from engine.transport.body import TooLarge, bounded, check_text, decode
from engine.transport.origin import ForeignOrigin, check_origin
from models.core.driver.outage import outage
from observability.failure import log_failure
from pages.cookie import Cookie
from pages.inner_request import ask
from resolvers.account.sign_in.carried_session import carry_on, end_carried

GRANT = "{ accessToken refreshToken expiresAt user { username } }"
LOGIN = f"mutation Login($input: LoginInput!) {{ grant: login(input: $input) {GRANT} }}"
REGISTER = (
    "mutation Register($input: RegisterInput!) { grant: register(input: $input) "
    "{ accessToken refreshToken expiresAt invitedTo user { username } } }"
)
GATE_DOCUMENTS = frozenset({LOGIN, REGISTER})
"""What the gate sends to the endpoint: trusted wherever any documents are."""

ASKED_BY_PAGE = "x-pheromone"
"""The header that a page sends with each request; one of another origin cannot, without being allowed to."""

COST = 200
"""Units of the budget of nobody: what renewing tokens takes."""

logger = logging.getLogger("pheromone.session")
STATUSES: dict[type[Refusal], int] = {ForeignOrigin: 403, TooLarge: 413}


class SessionGate:
    """The routes. Signing in and registering are asked of `endpoint`, with all its limits."""

    def __init__(self, runtime: Runtime, endpoint: ASGIApp) -> None:
        self._runtime = runtime
        self._endpoint = endpoint

    def routes(self) -> list[Route]:
        actions = {
            "open": partial(self._opened, LOGIN),
            "register": partial(self._opened, REGISTER),
            "renew": self._renewed,
            "end": self._ended,
        }
        return [
            Route(f"/session/{name}", partial(self._answer, act), methods=["POST"]) for name, act in actions.items()
        ]

    async def _answer(self, act: Any, request: Request) -> Response:
        """What `act` answers to a page of this origin; a refusal to anybody else."""
        language = preferred_language(request.headers.get("accept-language", ""))
        try:
            _check_page(request)
            response: Response = await act(request, await self._body(request))
        except ClientDisconnect:  # There is nobody to answer.
            return Response(status_code=408)
        except Refusal as refusal:
            return refused(refusal, language, JSON, STATUSES.get(type(refusal), 400))
        except Exception as error:
            if outage(error) is None:
                raise
            log_failure(logger, error, "a sign-in could not be looked up")
            return refused(unavailable(), language, JSON, 503)
        return response

    async def _body(self, request: Request) -> dict[str, Any]:
        receive = bounded(request.receive, self._runtime.max_body_bytes)
        try:
            body = decode(await Request(request.scope, receive).body())
        except JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            raise Refusal(Code.BAD_INPUT, "bad_body")
        check_text(body)
        return body

    async def _opened(self, document: str, request: Request, body: dict[str, Any]) -> Response:
        """A sign-in by what is typed. The browser's sign-in of before, if there was one, ends with it."""
        answer = await ask(self._endpoint, request, {"query": document, "variables": {"input": body.get("input")}})
        grant = (answer.get("data") or {}).get("grant")
        if not grant:
            return _json({"grant": None, "errors": answer.get("errors") or []})
        cookie = Cookie.of(request)
        before = cookie.read(request)
        if before is not None:
            await end_carried(self._context(request), before.token)
        told = {"name": grant["user"]["username"], "invitedTo": grant.get("invitedTo")}
        response = self._granted(grant["accessToken"], datetime.fromisoformat(grant["expiresAt"]), **told)
        cookie.keep(response, grant["refreshToken"], self._lifetime(stays=body.get("stay") is True))
        return response

    async def _renewed(self, request: Request, _body: dict[str, Any]) -> Response:
        """New tokens for the cookie's; `grant` is null where nobody is signed in, or not any more."""
        cookie, context = Cookie.of(request), self._context(request)
        kept = cookie.read(request)
        if kept is None:
            return _json({"grant": None})
        wait = await spend(context, COST)
        if wait:
            raise Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
        carried = await carry_on(context, kept.token)
        if carried is None:
            response = _json({"grant": None})
            cookie.forget(response)
            return response
        response = self._granted(carried.access_token, carried.expires_at, name=carried.username)
        cookie.keep(response, carried.refresh_token, self._lifetime(stays=kept.stays))
        return response

    async def _ended(self, request: Request, _body: dict[str, Any]) -> Response:
        cookie = Cookie.of(request)
        kept = cookie.read(request)
        if kept is not None:
            await end_carried(self._context(request), kept.token)
        response = _json({"grant": None})
        cookie.forget(response)
        return response

    def _granted(self, access_token: str, expires_at: datetime, **told: str | None) -> Response:
        """How long a token is good, not until when: the clock of who reads it may be wrong."""
        left = (expires_at - self._runtime.clock()).total_seconds()
        return _json({"grant": {"accessToken": access_token, "expiresIn": left, **told}})

    def _lifetime(self, *, stays: bool) -> int | None:
        return self._runtime.refresh_token_lifetime if stays else None

    def _context(self, request: Request) -> Context:
        return Context(self._runtime, address=request.client.host if request.client else "")


def _check_page(request: Request) -> None:
    """FORBIDDEN to all but pages of this very origin, whatever other origins may read of `/graphql`."""
    headers = request.headers
    if "origin" not in headers or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignOrigin
    check_origin(request, ())
    if ASKED_BY_PAGE not in headers or headers.get("content-type", "").partition(";")[0].strip() != JSON:
        raise ForeignOrigin


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), headers={"cache-control": "no-store"}, media_type=JSON)
