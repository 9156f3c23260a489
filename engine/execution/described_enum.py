"""Enums as the schema shows them: what each value means is said beside the enum, and no value goes without."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

import strawberry

Value = TypeVar("Value", bound=StrEnum)


def described_enum(
    enum: type[Value], description: str, values: Mapping[Value, str], *, name: str | None = None
) -> None:
    """Makes a GraphQL enum of a plain one. Fails, as the module is imported, where a value has no text of its own."""
    nameless = [value.name for value in enum if value not in values]
    if nameless:
        raise TypeError(f"{enum.__name__}: no description of {', '.join(nameless)}")
    shown: Any = strawberry.enum(enum, name=name, description=description)
    for value in shown.__strawberry_definition__.values:
        value.description = values[enum[value.name]]
