"""Rows below an alliance, for those whom a filter lets see them: applied here, before anything is read, and printed."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from engine.guard.row_filter import filtered
from engine.operation.context import Info
from models.alliance.alliance import AllianceView
from permissions.row_filter import PREDICATES, RowFilter

Rows = TypeVar("Rows")
Resolver = Callable[..., Awaitable[Rows]]


def rows_of_alliance(by: RowFilter, nothing: Callable[[], Any] = list) -> Callable[[Resolver[Rows]], Resolver[Rows]]:
    """Has a resolver of an alliance's field called for those alone whom the filter lets pass; others get nothing."""

    def decorate(resolver: Resolver[Rows]) -> Resolver[Rows]:
        @filtered(by)
        @wraps(resolver)
        async def rows(root: AllianceView, info: Info, **arguments: Any) -> Any:
            if not PREDICATES[by](info.context.viewer, root.pk):
                return nothing()
            return await resolver(root, info, **arguments)

        return rows

    return decorate
