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


DEEPEST = 128
"""Levels of lists and objects. orjson reads four times as many as it can write, and what was read may be kept."""


class TooLarge(Refusal):
    """The body passes the limit; answered with 413."""

    def __init__(self, limit: int) -> None:
        super().__init__(Code.BAD_INPUT, "body_too_large", limit=limit)


def decode(data: str | bytes) -> Any:
    """JSON as orjson reads it: it refuses the lone surrogates, NaN and broken UTF-8 that `json` lets through.

    What nests deeper than it could be written again is refused likewise.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise json.JSONDecodeError(error.msg, "", error.pos) from None
    if _opened(data) > DEEPEST and _is_deeper(value, DEEPEST):
        raise json.JSONDecodeError("nested too deeply", "", 0)
    return value


def _opened(data: str | bytes) -> int:
    """At least as many lists and objects as the text has: most have too few to nest deeply."""
    return data.count("[") + data.count("{") if isinstance(data, str) else data.count(b"[") + data.count(b"{")


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether more lists and objects than so many stand inside each other. Walks level by level."""
    found: list[Any] = [value]
    for _ in range(levels):
        below: list[Any] = [item.values() if type(item) is dict else item for item in found]
        found = [item for items in below for item in items if type(item) is dict or type(item) is list]
        if not found:
            return False
    return True


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
