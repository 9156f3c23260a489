"""What every answer says to browsers and caches, whichever route gives it. Changes no body and no status."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
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
                headers = MutableHeaders(scope=message)
                headers["x-content-type-options"] = "nosniff"
                headers.setdefault("cache-control", "no-store")
                if "location" in headers:
                    headers["location"] = _own_path(headers["location"])
            await send(message)

        await self.application(scope, receive, send_with_headers)


def _own_path(location: str) -> str:
    parts = urlsplit(location)
    path = "/" + parts.path.lstrip("/")  # Two slashes would begin with a host again.
    return f"{path}?{parts.query}" if parts.query else path
