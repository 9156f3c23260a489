"""The completion of columns of leaves: what is plainly right is seen so together, the rest gets graphql-core's care.

Tested in tests/engine/plan/table/test_column.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType

from engine.execution.scalar import write_instant
from engine.plan.leaf import careful, names_of
from engine.plan.run import Run

Column = list[Any]
Completion = Callable[[Column, Run], Column]
"""Completes a column of values, each in its place, with nothing to await."""

_SOME = 8
"""So many of a column tell whether its instants are mostly the same."""

_KINDS: dict[str, type] = {"String": str, "ID": str, "Boolean": bool, "BigInt": int, "Int": int, "Float": float}


def _is_int(column: Column) -> bool:
    return not column or (min(column) >= -(2**31) and max(column) < 2**31)


def _is_finite(column: Column) -> bool:
    total: float = sum(column)
    return total - total == 0.0  # Neither infinity nor NaN, which no number added to them would hide.


_TESTS: dict[str, Callable[[Column], bool]] = {"Int": _is_int, "Float": _is_finite}


@cache
def leaf_column(leaf: GraphQLScalarType | GraphQLEnumType, *, nullable: bool) -> Completion:
    """The completion of a column; what is not one of the type's values steps aside."""
    if isinstance(leaf, GraphQLEnumType):
        return _names(leaf, nullable=nullable)
    if leaf.coerce_output_value is write_instant:
        return _instants(leaf, nullable=nullable)
    kind = _KINDS.get(leaf.name)
    return _each(leaf, nullable=nullable) if kind is None else _plain(leaf, kind, nullable=nullable)


def _each(leaf: GraphQLScalarType | GraphQLEnumType, *, nullable: bool) -> Completion:
    complete = careful(leaf)
    if nullable:
        return lambda column, _run: [None if value is None else complete(value) for value in column]
    return lambda column, _run: list(map(complete, column))


def _plain(leaf: GraphQLScalarType, kind: type, *, nullable: bool) -> Completion:
    allowed = frozenset({kind, NoneType} if nullable else {kind})
    each, test = _each(leaf, nullable=nullable), _TESTS.get(leaf.name)

    def complete(column: Column, run: Run) -> Column:
        if allowed.issuperset(map(type, column)) and (
            test is None or test([value for value in column if value is not None] if nullable else column)
        ):
            return column
        return each(column, run)

    return complete


def _names(leaf: GraphQLEnumType, *, nullable: bool) -> Completion:
    names, each = names_of(leaf), _each(leaf, nullable=nullable)

    def complete(column: Column, run: Run) -> Column:
        found = list(map(names.get, column))
        return (
            each(column, run) if None in found and not (nullable and found.count(None) == column.count(None)) else found
        )

    return complete


def _instants(leaf: GraphQLScalarType, *, nullable: bool) -> Completion:
    each = _each(leaf, nullable=nullable)

    def complete(column: Column, run: Run) -> Column:
        present = [value for value in column if value is not None] if nullable else column
        if not _are_utc(present):
            return each(column, run)
        some = present[:_SOME]
        if len(set(some)) * 2 > len(some):  # Rows are often of one instant.
            return [value and value.isoformat()[:-6] + "Z" for value in column]
        known = {value: value.isoformat()[:-6] + "Z" for value in set(present)}
        return list(map(known.get, column))

    return complete


def _are_utc(column: Column) -> bool:
    if set(map(type, column)) - {datetime}:
        return False
    return [value.tzinfo for value in column].count(UTC) == len(column)
