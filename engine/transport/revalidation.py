"""Answers to GET that a client may keep and ask about again: their tag, and 304 where it has them already.

Sees bytes and headers alone; which answers these are is the view's to say.
"""

import hashlib

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse

TAG_BYTES = 16
PRIVATE = "private, no-cache"
"""To be kept by the client that asked, and asked about before each use."""

VARY = ("Authorization", "Accept-Language", "Accept")


def may_revalidate(headers: MutableHeaders) -> None:
    """Marks an answer as one that may be asked about again."""
    headers["cache-control"] = PRIVATE
    for name in VARY:
        headers.add_vary_header(name)


def tag_of(body: bytes, kind: str) -> str:
    """A strong tag: the same bytes of another type are another answer."""
    digest = hashlib.blake2b(kind.encode() + b"\n", digest_size=TAG_BYTES)
    digest.update(body)
    return f'"{digest.hexdigest()}"'


def revalidated(request: Request, response: Response) -> Response:
    """The answer with its tag, or 304 without a body to whom has it; any other as it is."""
    if response.headers.get("cache-control") != PRIVATE:
        return response
    tag = tag_of(bytes(response.body), response.media_type or "")
    response.headers["etag"] = tag
    sent = ",".join(request.headers.getlist("if-none-match"))
    return NotModifiedResponse(response.headers) if names(sent, tag) else response


def names(sent: str, tag: str) -> bool:
    """Whether an `If-None-Match` names the tag. It is compared weakly, since what passes proxies may be marked so."""
    return sent.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in sent.split(",")]
