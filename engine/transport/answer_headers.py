"""What every answer says to browsers and caches, whichever route gives it. Changes no body and no status."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AnswerHeaders:
    """Around the whole application: nothing is taken for another type, nothing is kept unless its route says so.

    A redirection names a path of this service alone: the Host that a client sent is not to be believed.
    """

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"].endswith("http.response.start"):  # A handshake may be refused by an answer too.
                message["headers"] = _completed(list(message.get("headers", ())))
            await send(message)

        await self.application(scope, receive, send_with_headers)


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    names = {name for name, _ in headers}  # In lower case, as ASGI asks.
    if b"location" in names:
        headers = [(name, _own_path(value) if name == b"location" else value) for name, value in headers]
    if b"x-content-type-options" not in names:
        headers.append((b"x-content-type-options", b"nosniff"))
    if b"cache-control" not in names:
        headers.append((b"cache-control", b"no-store"))
    return headers


def _own_path(location: bytes) -> bytes:
    parts = urlsplit(location)
    path = b"/" + parts.path.lstrip(b"/")  # Two slashes would begin with a host again.
    return path + b"?" + parts.query if parts.query else path
