"""Columns: lists of values completed at once, field by field. Knows nothing of documents or of how operations run.

Whatever is not plainly right raises NotPlain: the list is then for graphql-core's own path, which alone words errors.

Tested in tests/engine/execution/test_execution.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import isfinite
from typing import Any, Protocol

from graphql import GraphQLEnumType, GraphQLScalarType

from engine.execution.field import RowGuard

Column = list[Any]

_PLAIN: dict[str, frozenset[type]] = {
    "String": frozenset({str}),
    "ID": frozenset({str}),
    "Boolean": frozenset({bool}),
    "BigInt": frozenset({int}),
}
_NONE = type(None)
_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1


class NotVectorizable(Exception):  # noqa: N818 - a signal to take the ordinary path
    """A value needs graphql-core's own care."""


class Run(Protocol):
    """The execution that columns are completed for: its context, and what its answer may still grow by."""

    context_value: Any

    def spend(self, objects: int) -> None: ...
    def afford(self, objects: int) -> None: ...


Complete = Callable[[Column, Run], Column]
"""Takes a column of values and the execution that they are completed for."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How one selected field of a type becomes a column."""

    read: Callable[[Any], Any]
    complete: Complete
    guard: RowGuard | None = None


def same(column: Column, _run: Run) -> Column:
    return column


def objects(fields: dict[str, FieldPlan], *, nullable: bool) -> Complete:
    names = tuple(fields)
    plans = tuple(fields.values())
    guards = tuple(plan.guard for plan in plans if plan.guard is not None)

    def complete_rows(rows: Column, run: Run) -> Column:
        run.spend(len(rows))
        try:
            for guard in guards:
                guard.check_all(run.context_value, rows)
            columns = [plan.complete(list(map(plan.read, rows)), run) for plan in plans]
        except NotVectorizable:
            raise
        except Exception:  # noqa: BLE001 - whatever went wrong, the ordinary path meets it again and words it
            raise NotVectorizable from None
        if not columns:  # Everything was skipped; the rows are there all the same.
            return [{} for _ in rows]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    return _around_nulls(complete_rows, nullable=nullable)


def lists(complete_items: Complete, *, nullable: bool) -> Complete:
    def complete_lists(lists: Column, run: Run) -> Column:
        if any(type(one) is not list for one in lists):
            raise NotVectorizable
        run.afford(sum(map(len, lists)))
        items = list(chain.from_iterable(lists))
        if not items:
            return [[] for _ in lists]
        completed = iter(complete_items(items, run))
        return [list(islice(completed, len(one))) for one in lists]

    return _around_nulls(complete_lists, nullable=nullable)


def leaves(leaf: GraphQLScalarType | GraphQLEnumType, *, nullable: bool) -> Complete:
    is_plain = _plain(leaf.name)
    serialize = leaf.coerce_output_value
    names = {value.value: name for name, value in leaf.values.items()} if isinstance(leaf, GraphQLEnumType) else {}

    def complete_values(values: Column, _run: Run) -> Column:
        if names:
            try:
                return [names[value] for value in values]
            except (KeyError, TypeError):
                raise NotVectorizable from None
        if is_plain(values):
            return values
        try:
            completed = [serialize(value) for value in values]
        except Exception:  # noqa: BLE001 - as above
            raise NotVectorizable from None
        if None in completed:
            raise NotVectorizable
        return completed

    return _around_nulls(complete_values, nullable=nullable)


def _plain(name: str) -> Callable[[Column], bool]:
    """Whether all values of a column are what the scalar would make of them anyway."""
    kinds = _PLAIN.get(name, frozenset())
    if name == "Int":
        return lambda values: set(map(type, values)) == {int} and min(values) >= _INT_MIN and max(values) <= _INT_MAX
    if name == "Float":
        return lambda values: set(map(type, values)) == {float} and all(map(isfinite, values))
    return lambda values: kinds.issuperset(map(type, values))


def _around_nulls(complete: Complete, *, nullable: bool) -> Complete:
    """Completes the values that are there and keeps nulls in place; a null that may not be one is not plain."""

    def complete_column(values: Column, run: Run) -> Column:
        if _NONE not in set(map(type, values)):
            return complete(values, run) if values else []
        if not nullable:
            raise NotVectorizable
        present: Sequence[Any] = [value for value in values if value is not None]
        completed = iter(complete(list(present), run) if present else ())
        return [None if value is None else next(completed) for value in values]

    return complete_column
