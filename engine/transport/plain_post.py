"""What most clients send: a POST of one JSON object that wants one answer. Says what is one and reads it, no more.

Read off the connection itself: what holds a request for any route costs more than all else that is done for one of
these.
"""

from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope
from strawberry.http import GraphQLRequestData

from engine.transport.body import TooLarge

Headers = dict[bytes, bytes]

_TEXT, _OBJECT = (str, type(None)), (dict, type(None))


class PlainPost:
    """One such request. `receive` gives what comes after its body."""

    __slots__ = ("_body", "headers", "receive", "scope")
    method = "POST"

    def __init__(self, scope: Scope, headers: Headers, receive: Receive) -> None:
        self.scope = scope
        self.headers = headers
        self.receive = receive
        self._body: bytes | None = b""

    def header(self, name: bytes) -> str:
        """A header as text; empty where it was not sent."""
        return self.headers.get(name, b"").decode("latin-1")

    async def body(self, limit: int) -> bytes:
        """All of it. TooLarge as soon as it passes the limit, whatever length it claimed; ClientDisconnect."""
        found, more = bytearray(), True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            if len(found) + len(chunk) > limit:
                raise TooLarge(limit)
            if not more and not found:
                self._body = chunk
                return chunk
            found += chunk
        self._body = bytes(found)
        return self._body

    async def again(self) -> Message:
        """What was received already, once, for whoever reads the request another way; then what comes after it."""
        body, self._body = self._body, None
        return await self.receive() if body is None else {"type": "http.request", "body": body, "more_body": False}


def plain_post(scope: Scope, receive: Receive) -> PlainPost | None:
    """A request as a plain post; None for any other."""
    if scope["method"] != "POST":
        return None
    headers = dict(reversed(scope["headers"]))  # Of two of one name the first is meant.
    return PlainPost(scope, headers, receive) if is_plain(headers) else None


def is_plain(headers: Headers) -> bool:
    """Whether a POST is one of JSON by who takes no stream. What others mean, the library knows."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    return kind == b"application/json" and b"event-stream" not in headers.get(b"accept", b"").lower()


def request_data(body: dict[str, Any]) -> GraphQLRequestData | None:
    """What a body asks; None where a part of it is of another kind, which the library words."""
    query, variables = body.get("query"), body.get("variables")
    name, extensions = body.get("operationName"), body.get("extensions")
    if (
        isinstance(query, _TEXT)
        and isinstance(variables, _OBJECT)
        and isinstance(name, _TEXT)
        and isinstance(extensions, _OBJECT)
    ):
        return GraphQLRequestData(query=query, variables=variables, operation_name=name, extensions=extensions)
    return None
