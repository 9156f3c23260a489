"""The completion of leaves: a line of source for values that are plainly right, graphql-core's care for the rest.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType, Undefined

from engine.execution.scalar import write_instant
from engine.plan.run import StepsAside
from engine.plan.source import Source

_TESTS = {
    "String": "type({v}) is not str",
    "ID": "type({v}) is not str",
    "Boolean": "type({v}) is not bool",
    "BigInt": "type({v}) is not int",
    "Int": "type({v}) is not int or not -1073741823 <= {v} <= 1073741823 and not -2147483648 <= {v} <= 2147483647",
    "Float": "type({v}) is not float or {v} - {v} != 0.0",
}
"""When a value is not what the scalar would make of it anyway. Infinity and NaN, less themselves, are not nought.
Python compares fastest what is of one digit of its own, and of one kind."""

_INSTANT = "{v} = {v}.isoformat()[:-6] + 'Z' if type({v}) is {datetime} and {v}.tzinfo is {utc} else {complete}({v})"
"""As engine/execution/scalar writes an instant, where it is one in UTC."""


@cache
def careful(leaf: GraphQLScalarType | GraphQLEnumType) -> Callable[[Any], Any]:
    """The completion of any value that is no null; what is not one of the type's values steps aside."""
    coerce = leaf.coerce_output_value

    def complete(value: Any) -> Any:
        completed = None if value is None or isinstance(value, Exception) else coerce(value)
        if completed is None or completed is Undefined:
            raise StepsAside("value")
        return completed

    return complete


@cache
def names_of(leaf: GraphQLEnumType) -> dict[Any, str]:
    return {value.value: name for name, value in leaf.values.items()}


def leaf_lines(leaf: GraphQLScalarType | GraphQLEnumType, v: str, source: Source, *, nullable: bool) -> list[str]:
    """Lines that complete the variable `v` in its place."""
    complete = source.name_of(careful(leaf))
    if isinstance(leaf, GraphQLEnumType):
        names = source.name_of(names_of(leaf))
        line = f"{v} = {names}.get({v}) or {complete}({v})"
    else:
        test = _TESTS.get(leaf.name)
        if test is not None:
            wrong = test.format(v=v)
            return [
                f"if {v} is not None and ({wrong}): {v} = {complete}({v})"
                if nullable
                else f"if {wrong}: {v} = {complete}({v})"
            ]
        line = f"{v} = {complete}({v})"
        if leaf.coerce_output_value is write_instant:
            named = {"datetime": source.name_of(datetime), "utc": source.name_of(UTC)}
            line = _INSTANT.format(v=v, complete=complete, **named)
    return [f"if {v} is not None: {line}" if nullable else line]
