"""Kinds of fields that the execution plan understands: derived from their own row, or granted by a check on it."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

DERIVED = "pheromone_derived"


def derived(function: Callable[[Any], Any], description: str | None = None) -> Any:
    """A field computed from its row alone: no context, no database, no permission. Lists compute it in one pass."""
    return strawberry.field(resolver=function, description=description, metadata={DERIVED: function})


class Granted(FieldExtension):
    """Guards a field of a row. `check` gets the context and what `by` names in the row; it reads memory and raises.

    The verdict may depend on nothing else of the row, so that a list asks once for each distinct value.
    """

    def __init__(self, check: Callable[[Any, Any], None], by: str) -> None:
        self.check = check
        self.by = attrgetter(by)

    def check_all(self, context: Any, rows: Iterable[Any]) -> None:
        for value in set(map(self.by, rows)):
            self.check(context, value)

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context, self.by(source))
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context, self.by(source))
        return await next_(source, info, **kwargs)
