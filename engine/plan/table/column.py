"""Columns of values below which nothing is awaited: nulls, lists and objects, each list's rows side by side."""

from collections.abc import Callable, Sequence
from itertools import chain, islice
from typing import Any

from engine.plan.refused import Refused
from engine.plan.run import Run, StepsAside
from engine.plan.table.leaf_column import Column, Completion


def around_nulls(complete: Completion, *, nullable: bool) -> Completion:
    """Completes the values that are there, and keeps nulls in their places."""

    def completed(column: Column, run: Run) -> Column:
        present = [value for value in column if value is not None]
        if len(present) == len(column):
            return complete(column, run)
        if not nullable:
            raise StepsAside("value")
        found = iter(complete(present, run))
        return [None if value is None else next(found) for value in column]

    return completed


def lists(items: Completion) -> Completion:
    """Completes the items of all lists as one column."""

    def completed(column: Column, run: Run) -> Column:
        if any(type(value) is not list for value in column):
            raise StepsAside("value")
        found = items(list(chain.from_iterable(column)), run)
        if len(column) == 1:
            return [found]
        left = iter(found)
        return [list(islice(left, len(value))) for value in column]

    return completed


def objects(namespace: dict[str, Any], name: str, weight: int) -> Completion:
    """Completes rows by a generated function, which stands in the namespace once all are compiled."""

    def completed(column: Column, run: Run) -> Column:
        if not column:
            return []
        run.spend(weight * len(column))
        found: Column = namespace[name](column, run)
        return found

    return completed


def one_by_one(namespace: dict[str, Any], name: str) -> Completion:
    """Completes values by a generated function that takes one."""

    def completed(column: Column, run: Run) -> Column:
        complete = namespace[name]
        return [complete(value, run) for value in column]

    return completed


def together(complete: Completion) -> Completion:
    """What fails in a column is told in the order of the answer, in which rows come before fields."""

    def completed(column: Column, run: Run) -> Column:
        if run.together:
            return complete(column, run)
        run.together = run.refusals + 1
        found = complete(column, run)
        run.together = 0
        return found

    return completed


def let_pass(
    read: Callable[[Sequence[Any], Run], Column], rows: Sequence[Any], verdicts: Sequence[Refused | None], run: Run
) -> Column:
    """A guarded field of rows of which some were refused: the others alone are read."""
    passing = [row for row, refused in zip(rows, verdicts, strict=True) if refused is None]
    found = iter(read(passing, run) if passing else ())
    return [next(found) if refused is None else refused for refused in verdicts]
