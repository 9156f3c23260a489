"""Object types that other areas add fields to, and how the rows of such fields are filled. Knows no type of ours.

GraphQL's `extend type`, for a schema that is built from classes: an area adds to the types of the areas below it, which
need not know it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import strawberry
from strawberry.types import get_object_definition

from engine.operation.context import Context
from engine.operation.selection import Selection, below

Part = TypeVar("Part", bound=type)
Fill = Callable[[Context, Sequence[Any], Selection], Awaitable[None]]
AnyFill = TypeVar("AnyFill", bound=Fill)
_relations: dict[str, dict[str, Fill]] = {}


def extends(base: type) -> Callable[[Part], Part]:
    """Adds the fields of the decorated class to the object type `base`. For use before the schema is built."""

    def extend(part: Part) -> Part:
        fields = get_object_definition(base, strict=True).fields
        added = get_object_definition(strawberry.type(part), strict=True).fields
        taken = {one.python_name for one in fields} & {one.python_name for one in added}
        if taken:
            raise TypeError(f"{base.__name__} has these fields already: {sorted(taken)}")
        fields.extend(added)
        return part

    return extend


def fills(typename: str, field: str) -> Callable[[AnyFill], AnyFill]:
    """Marks the function that sets a field of a type's rows, where it is selected, for all rows of an answer at once.

    It gets what is selected below the field.
    """

    def register(fill: AnyFill) -> AnyFill:
        _relations.setdefault(typename, {})[field] = fill
        return fill

    return register


async def fill_extensions(context: Context, typename: str, rows: Sequence[Any], selection: Selection) -> None:
    """Sets the selected fields of these rows that other areas added to their type."""
    for field, fill in _relations.get(typename, {}).items():
        if field in selection:
            await fill(context, rows, below(selection, field))
