"""`GET /schema.graphql`: the schema as text, for those who may introspect it. What is in it is said in schema."""

import asyncio
import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from domain.core.refusal import Code, Refusal, forbidden
from engine.operation.context import Context, Runtime
from engine.operation.message import preferred_language
from engine.throttle.budget import spend
from engine.transport.answer import JSON, refused
from permissions.introspection import Introspection, may_introspect

COST = 100
"""Units of the viewer's budget."""
STATUSES = {Code.UNAUTHENTICATED: 401, Code.FORBIDDEN: 403, Code.RATE_LIMITED: 429}


class SchemaDocument:
    """The route. Directives are in the text, which introspection does not show."""

    def __init__(self, runtime: Runtime, printed: Callable[[], str]) -> None:
        """`printed` gives the text. It is first asked when somebody wants it: most processes never tell it."""
        self._runtime = runtime
        self._printed = printed

    async def document(self, request: Request) -> Response:
        language = preferred_language(request.headers.get("accept-language", ""))
        address = request.client.host if request.client else ""
        context = Context(self._runtime, language=language, address=address)
        try:
            await context.sign_in(request.headers.get("authorization"))
            await _admit(context)
        except Refusal as refusal:
            return refused(refusal, language, JSON, STATUSES.get(refusal.code, 400))
        text = await asyncio.to_thread(self._printed)
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "authorization"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        return Response(text, 200, headers, "text/plain")


async def _admit(context: Context) -> None:
    allowed = context.runtime.introspection
    if not may_introspect(context.viewer, allowed):
        if allowed is Introspection.NOBODY:
            raise forbidden("no_introspection")
        raise context.token_refusal or Refusal(Code.UNAUTHENTICATED, "sign_in_to_introspect")
    wait = await spend(context, COST)
    if wait:
        raise Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
