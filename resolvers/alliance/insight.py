"""Rows below an alliance, or a row of one, for those whom a filter lets see them: applied here, before any is read."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from engine.guard.row_filter import filtered
from engine.operation.context import Info
from permissions.row_filter import PREDICATES, RowFilter

Rows = TypeVar("Rows")
Resolver = Callable[..., Awaitable[Rows]]


def rows_of_alliance(
    by: RowFilter, nothing: Callable[[], Any] = list, of: str = "pk"
) -> Callable[[Resolver[Rows]], Resolver[Rows]]:
    """Has a resolver of an alliance's field called for those alone whom the filter lets pass; others get nothing.

    `of`: the attribute of the field's own row that holds the alliance's number, where that row is no alliance.
    """

    def decorate(resolver: Resolver[Rows]) -> Resolver[Rows]:
        @filtered(by)
        @wraps(resolver)
        async def rows(root: Any, info: Info, **arguments: Any) -> Any:
            if not PREDICATES[by](info.context.viewer, getattr(root, of)):
                return nothing()
            return await resolver(root, info, **arguments)

        return rows

    return decorate
