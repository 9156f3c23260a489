"""Asks what may be kept twice: as the service keeps it, and anew; tells what was kept. Knows no noun."""

from collections import Counter
from typing import Any

import pytest

from engine.kept.answer import Answers
from observability.metrics import KEPT_ANSWERS
from tests.wire.client import Client


def hits() -> int:
    """How many answers of this process were given from memory."""
    return outcomes()["hit"]


def outcomes() -> Counter[str]:
    """How many answers of this process were given from memory, were but for their numbers, or were made."""
    return Counter({one: int(KEPT_ANSWERS.labels(one)._value.get()) for one in ("hit", "filled", "miss")})


async def anew(patch: pytest.MonkeyPatch, client: Client, query: str, **variables: Any) -> dict[str, Any]:
    """The answer with nothing kept, and nothing of it kept."""
    with patch.context() as without:
        without.setattr(Answers, "asked", lambda *_: None)
        return await client.ask(query, **variables)


async def is_kept(client: Client, query: str, **variables: Any) -> bool:
    """Whether the next answer is given from memory; it is asked for."""
    before = hits()
    await client.ask(query, **variables)
    return hits() > before


async def warm(client: Client, query: str, **variables: Any) -> None:
    """Has a question answered as often as it takes until its answer is kept: read, planned, made, with its holes."""
    for _ in range(4):
        await client.ask(query, **variables)
