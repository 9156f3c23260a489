"""Levels: all rows of one selection that something is awaited for, and columns of values on their way to them.

Tested in tests/engine/plan/test_compilation.py and test_level.py.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, islice
from typing import Any

from engine.plan.refused import Refused
from engine.plan.run import Run, StepsAside, all_of, outcomes_of, unbegun
from engine.plan.table.leaf_column import Column, Completion

Row = Callable[[Any, Run], dict[str, Any]]
Complete = Callable[[Column, Run], Awaitable[Column]]
"""Completes a column of values, each in its place."""

Read = Callable[[Sequence[Any], Run], Sequence[Any]]
"""Gives the values of a field for all rows, or what is to be awaited for each."""


class Awaited:
    """A field of a level that something is awaited for: its own values, or what lies below them.

    `nodes` are those of a field that is called, and may be null where it fails.
    """

    def __init__(self, key: str, read: Read, complete: Complete, nodes: Sequence[Any] = (), *, is_called: bool) -> None:
        self.key = key
        self.read = read
        self.complete = complete
        self.nodes = nodes
        self.is_called = is_called

    async def fill(self, values: Sequence[Any], answers: Sequence[dict[str, Any]], run: Run) -> None:
        key = self.key
        found = await self._called(values, run) if self.is_called else values
        completed = await self.complete([None if type(one) is Refused else one for one in found], run)
        for answer, given, value in zip(answers, found, completed, strict=True):
            answer[key] = given if type(given) is Refused else value

    async def _called(self, values: Sequence[Any], run: Run) -> list[Any]:
        """What was awaited, and in place of an error what stands for it."""
        outcomes = iter(await outcomes_of([one for one in values if type(one) is not Refused]))
        return [one if type(one) is Refused else self._outcome(next(outcomes), run) for one in values]

    def _outcome(self, outcome: Any, run: Run) -> Any:
        if isinstance(outcome, Exception):
            return run.refused(outcome, self.nodes)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class Level:
    """A selection of which some fields are awaited. `row` answers the others, and keeps the places of these."""

    def __init__(self, namespace: dict[str, Any], row: str, fields: Sequence[Awaited]) -> None:
        self.namespace = namespace
        self.row = row
        self.fields = fields

    async def complete(self, rows: Column, run: Run) -> Column:
        row: Row = self.namespace[self.row]
        answers = [row(one, run) for one in rows]
        if not rows:
            return answers
        # All is read before anything is awaited, as graphql-core does: what is awaited may change a row. What is called
        # comes last, so that little is begun in vain where reading fails.
        in_order = sorted(self.fields, key=lambda field: field.is_called)
        values = list[Sequence[Any]]()
        try:
            values.extend(field.read(rows, run) for field in in_order)
            await all_of([field.fill(value, answers, run) for field, value in zip(in_order, values, strict=True)])
        except BaseException:
            # A field that was cancelled before it began, as when the client leaves, awaited nothing of its own.
            unbegun(chain.from_iterable(values))
            raise
        return answers


def each(namespace: dict[str, Any], name: str) -> Complete:
    """Values that a generated function completes one by one, with nothing to await."""

    async def complete(values: Column, run: Run) -> Column:
        complete_value = namespace[name]
        return [complete_value(value, run) for value in values]

    return complete


def at_once(complete: Completion) -> Complete:
    """Values that are completed as a column, with nothing to await."""

    async def completed(values: Column, run: Run) -> Column:
        return complete(values, run)

    return completed


def objects(level: Level, weight: int) -> Complete:
    async def complete(rows: Column, run: Run) -> Column:
        run.spend(weight * len(rows))
        return await level.complete(rows, run)

    return complete


def lists(items: Complete) -> Complete:
    async def complete(values: Column, run: Run) -> Column:
        if any(type(value) is not list for value in values):
            raise StepsAside("list")
        completed = iter(await items(list(chain.from_iterable(values)), run))
        return [list(islice(completed, len(value))) for value in values]

    return complete


def kinds(kind_of: Callable[[Any, Run], str], by_kind: dict[str, Complete]) -> Complete:
    """Values of an abstract type, those of each object type together."""

    async def complete(values: Column, run: Run) -> Column:
        places: dict[str, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(kind_of(value, run), []).append(place)
        completed: Column = [None] * len(values)
        found = await all_of([by_kind[kind]([values[n] for n in here], run) for kind, here in places.items()])
        for here, column in zip(places.values(), found, strict=True):
            for place, value in zip(here, column, strict=True):
                completed[place] = value
        return completed

    return complete


def around_nulls(complete: Complete, *, nullable: bool) -> Complete:
    """Completes the values that are there, and keeps nulls in their places."""

    async def complete_column(values: Column, run: Run) -> Column:
        if not any(value is None for value in values):
            return await complete(values, run) if values else []
        if not nullable:
            raise StepsAside("null")
        present = [value for value in values if value is not None]
        completed = iter(await complete(present, run) if present else ())
        return [None if value is None else next(completed) for value in values]

    return complete_column
