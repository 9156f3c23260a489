"""The door for JSON: what every body and every socket message must be before anything reads it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Message, Receive

from domain.core.refusal import Code, Refusal, bad_input

NUL = "\0"
ESCAPED_NUL = b"\\u0000"
"""How JSON writes it: as it is, no JSON holds it."""


class TooLarge(Refusal):
    """The body passes the limit; answered with 413."""

    def __init__(self, limit: int) -> None:
        super().__init__(Code.BAD_INPUT, "body_too_large", limit=limit)


def decode(data: str | bytes) -> Any:
    """JSON as orjson reads it: it refuses the lone surrogates, NaN and broken UTF-8 that `json` lets through."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise json.JSONDecodeError(error.msg, "", error.pos) from None


def check_text(value: Any) -> None:
    """Refuses NUL anywhere: PostgreSQL cannot store it and SQLite cuts at it. Walks without recursion."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if type(item) is str:
            if NUL in item:
                raise bad_input("body", "bad_text")
        elif type(item) is dict:
            waiting.extend(item)
            waiting.extend(item.values())
        elif type(item) is list:
            waiting.extend(item)


def bounded(receive: Receive, limit: int) -> Callable[[], Awaitable[Message]]:
    """`receive` that refuses a body of more than `limit` bytes as soon as it passes it, whatever its length claimed."""
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge(limit)
        return message

    return receive_bounded
