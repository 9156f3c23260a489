"""May see, printed: resolvers and loaders are marked with the filter that they apply, and their fields print it.

Which filters there are, and what each asks, is said in permissions.

Tested in tests/schema/test_row_filters.py.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import strawberry
from strawberry.schema_directive import Location

from permissions.row_filter import RowFilter

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="seenBy",
    description="Whom the rows that a field gives are there for: each row has passed all of the filters (of "
    "`node`, those of its type). Others get none, and are told of none.",
)
class SeenBy:
    filters: list[RowFilter] = strawberry.field(description="What a row passes, one after the other.")


def filtered(*filters: RowFilter) -> Callable[[AnyFunction], AnyFunction]:
    """Marks a function that gives only rows which pass these filters. Fields that it resolves print them."""

    def mark(function: AnyFunction) -> AnyFunction:
        function.row_filters = filters  # type: ignore[attr-defined]
        return function

    return mark


def seen_by(*filters: RowFilter, **options: Any) -> Any:
    """A field that reads rows off its own row, which were filtered as they were set there."""
    return strawberry.field(directives=[SeenBy(filters=list(filters))], **options)


def row_filters(function: Any) -> Sequence[RowFilter]:
    """What a function is marked with; nothing for any other."""
    found: Sequence[RowFilter] = getattr(function, "row_filters", ())
    return found
