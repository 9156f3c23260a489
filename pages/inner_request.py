"""An operation that the pages' own routes ask of the endpoint: a request like any other, with what the browser said.

Tested in tests/pages/test_session_gate.py.
"""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.types import ASGIApp, Message

PASSED_ON = (b"accept-language", b"user-agent")


async def ask(endpoint: ASGIApp, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    """The endpoint's answer: to the same client, in the same language, without its cookies or its token."""
    passed = [(name, value) for name, value in request.scope["headers"] if name in PASSED_ON]
    headers = [(b"content-type", b"application/json"), *passed]
    scope = {**request.scope, "path": "/graphql", "raw_path": b"/graphql", "headers": headers, "state": {}}
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": orjson.dumps(body), "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await endpoint(scope, receive, send)
    answer: dict[str, Any] = orjson.loads(b"".join(parts))
    return answer
