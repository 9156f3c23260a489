"""Levels that end before their time, by a client that leaves or a field that fails: nothing is left unawaited."""

import asyncio
import gc
import warnings
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from engine.plan.calling import calling
from engine.plan.level import Awaited, Level, at_once
from engine.plan.run import Run

ROWS = [1, 2, 3]


class Bare(Run):
    """A run that hands out nothing."""

    def __init__(self) -> None:
        pass

    def info(self, spec: Any) -> Any:
        return SimpleNamespace(_raw_info=SimpleNamespace(calls=0))

    def arguments(self, spec: Any) -> dict[str, Any]:
        return {}


async def member(row: int) -> int:
    await asyncio.sleep(60)
    return row


def _field(key: str, read: Any) -> Awaited:
    return Awaited(key, read, at_once(lambda values, _run: list(values)), is_called=True)


def _members(rows: Sequence[int], _run: Run) -> list[Any]:
    return [member(row) for row in rows]


def _level(*reads: Any) -> Level:
    fields = [_field(str(number), read) for number, read in enumerate(reads)]
    return Level({"row": lambda _row, _run: {}}, "row", fields)


@pytest.fixture(autouse=True)
def nothing_unawaited() -> Iterator[None]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert not [str(one.message) for one in told]


@pytest.mark.parametrize("steps", range(5))
@pytest.mark.parametrize("fields", [1, 2])
async def test_who_leaves_at_any_moment_leaves_nothing_behind(fields: int, steps: int) -> None:
    asked = asyncio.create_task(_level(*[_members] * fields).complete(ROWS, Bare()))
    for _ in range(steps):
        await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_a_field_that_cannot_be_read_leaves_nothing_behind() -> None:
    def broken(_rows: Sequence[int], _run: Run) -> list[Any]:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await _level(_members, broken).complete(ROWS, Bare())


def test_a_call_that_fails_for_one_row_leaves_nothing_behind() -> None:
    def call(row: int, _info: Any, _arguments: Any) -> Any:
        if row == ROWS[-1]:
            raise ValueError("broken")
        return member(row)

    spec: Any = None
    with pytest.raises(ValueError, match="broken"):
        calling(call, spec, (), ())(ROWS, Bare())
