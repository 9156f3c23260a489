"""`GET /account/export`: an account's own data as one JSON document, streamed. What it holds is said in models."""

from collections.abc import AsyncIterator

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context, Runtime
from engine.operation.message import localize, preferred_language
from engine.throttle.budget import spend
from engine.throttle.throttle import Limit, admit
from models.transfer.account_export import PARTS, own_rows
from resolvers.forum.tree.sight import open_sections

EXPORTS = Limit("export", 5, 3600)
COST = 20_000
"""Units of the account's budget: what reading a few thousand rows takes."""
STATUSES = {Code.UNAUTHENTICATED: 401, Code.RATE_LIMITED: 429}


class AccountExport:
    """The route, for who sends an access token."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def document(self, request: Request) -> Response:
        context = Context(
            self._runtime,
            language=preferred_language(request.headers.get("accept-language", "")),
            address=request.client.host if request.client else "",
        )
        try:
            await context.sign_in(request.headers.get("authorization"))
            user_id = await _admitted(context)
            sections = await open_sections(context)
        except Refusal as refusal:
            return _refused(refusal, context.language)
        headers = {"content-disposition": 'attachment; filename="pheromone-account.json"', "cache-control": "no-store"}
        return StreamingResponse(_document(context, user_id, sections), 200, headers, "application/json")


async def _admitted(context: Context) -> int:
    if context.viewer.user_id is None:
        raise context.token_refusal or Refusal(Code.UNAUTHENTICATED, "sign_in_first")
    await admit(context.runtime.throttle, (EXPORTS, str(context.viewer.user_id)))
    wait = await spend(context, COST)
    if wait:
        raise Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
    return context.viewer.user_id


async def _document(context: Context, user_id: int, sections: list[int]) -> AsyncIterator[bytes]:
    yield b'{"format":"pheromone-account","version":1,"made_at":' + orjson.dumps(context.now())
    for part in PARTS:
        yield b',"%s":[' % part.name.encode()
        is_first = True
        async for page in own_rows(part, user_id, sections):
            yield (b"" if is_first else b",") + orjson.dumps(page)[1:-1]
            is_first = False
        yield b"]"
    yield b"}"


def _refused(refusal: Refusal, language: str) -> Response:
    """In the form of the API's errors."""
    extensions = {"code": refusal.code.value}
    message = localize(refusal.message, language, refusal.details)
    wait = refusal.details.get("retry_after")
    headers = {} if wait is None else {"retry-after": str(wait)}
    body = {"errors": [{"message": message, "extensions": extensions}]}
    return JSONResponse(body, STATUSES.get(refusal.code, 403), headers)
