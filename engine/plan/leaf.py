"""The completion of leaves: a line of source for values that are plainly right, graphql-core's care for the rest.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType, Undefined

from engine.plan.run import StepsAside
from engine.plan.source import Source

_TESTS = {
    "String": "type({v}) is not str",
    "ID": "type({v}) is not str",
    "Boolean": "type({v}) is not bool",
    "BigInt": "type({v}) is not int",
    "Int": "type({v}) is not int or not -2147483648 <= {v} <= 2147483647",
    "Float": "type({v}) is not float or {v} - {v} != 0",
}
"""When a value is not what the scalar would make of it anyway. Infinity and NaN, less themselves, are not nought."""


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
def _names(leaf: GraphQLEnumType) -> dict[Any, str]:
    return {value.value: name for name, value in leaf.values.items()}


def leaf_lines(leaf: GraphQLScalarType | GraphQLEnumType, v: str, source: Source, *, nullable: bool) -> list[str]:
    """Lines that complete the variable `v` in its place."""
    complete = source.name_of(careful(leaf))
    if isinstance(leaf, GraphQLEnumType):
        names = source.name_of(_names(leaf))
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
    return [f"if {v} is not None: {line}" if nullable else line]
