"""The door for JSON: what orjson refuses, NUL at any depth, and bodies that pass their limit."""

import json
from typing import Any

import orjson
import pytest
from starlette.types import Message

from domain.core.refusal import Refusal
from engine.transport.body import DEEPEST, TooLarge, bounded, check_text, decode


@pytest.mark.parametrize("text", [b"", b"{", b"NaN", b'"\\ud800"', b'"\xff"', b"[1,]"])
def test_what_is_no_json_is_refused_as_the_standard_library_would(text: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        decode(text)


@pytest.mark.parametrize("inside", ["", "1", '"[[["', "{}"])
def test_what_nests_too_deeply_to_be_written_again_is_refused(inside: str) -> None:
    levels = DEEPEST - (inside == "{}")
    text = "[" * levels + inside + "]" * levels
    assert orjson.dumps({"variables": [decode(text), decode(text.encode())]})
    assert decode(f"[{','.join(['[{}]'] * DEEPEST)}]"), "many side by side are no matter"
    for deeper in (f"[{text}]", f'{{"a": {text}}}'.encode()):
        with pytest.raises(json.JSONDecodeError):
            decode(deeper)


def nested(depth: int, inside: Any) -> Any:
    for _ in range(depth):
        inside = [{"a": inside}]
    return inside


@pytest.mark.parametrize("value", ["a\0", {"\0": 1}, [["\0"]], nested(5000, "\0")], ids=["text", "key", "list", "deep"])
def test_nul_is_found_wherever_it_is(value: Any) -> None:
    check_text(nested(5000, "é"))
    with pytest.raises(Refusal, match="bad_text"):
        check_text(value)


async def test_a_body_is_refused_by_the_part_that_passes_the_limit() -> None:
    parts = iter([b"12345", b"67890", b"1"])

    async def receive() -> Message:
        return {"type": "http.request", "body": next(parts), "more_body": True}

    receive_bounded = bounded(receive, 10)
    assert [(await receive_bounded())["body"] for _ in range(2)] == [b"12345", b"67890"]
    with pytest.raises(TooLarge):
        await receive_bounded()
