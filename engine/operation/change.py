"""What an update says of a field: left out, it stays; null takes it away; where it cannot be away, null is refused.

Tested in tests/schema/test_null.py.
"""

from typing import TypeVar

import strawberry

from domain.core.refusal import bad_input

Value = TypeVar("Value")


def unless_null(value: Value | None, field: str) -> Value | None:
    """For what cannot be away: None for what was left out, BAD_INPUT for null."""
    if value is None:
        raise bad_input(field, "not_null")
    return None if value is strawberry.UNSET else value


def or_away(value: Value | None, away: Value) -> Value | None:
    """For what can be away: None for what was left out, `away` for null."""
    if value is strawberry.UNSET:
        return None
    return away if value is None else value


def said(**given: Value) -> dict[str, Value]:
    """What was not left out, null included."""
    return {name: value for name, value in given.items() if value is not strawberry.UNSET}
