"""Who moderates: by role, or by administering the alliance whose section it is. The directive is that of permissions.

What a section is of may change until a write has its locks: the resolvers' writes ask again there.

Tested in tests/schema/test_guard_matrix.py.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry

from domain.core.refusal import Refusal, forbidden
from engine.guard.guard import Guard, guarded
from engine.guard.target import Named
from engine.operation.context import Context
from engine.operation.node import row_id
from models.forum.section import alliance_of_post, alliance_of_section, alliance_of_topic
from permissions.permission import Permission, has
from schema.core.access import RequiresPermission, check_account


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Named):
    """A row whose section tells the alliance. It stays where it is named: the resolver reads it under its locks."""

    argument: str = "id"
    typename: str
    alliance_of: Callable[[int], Awaitable[int | None]]


TOPIC_PLACE = Place(typename="Topic", alliance_of=alliance_of_topic)
POST_PLACE = Place(typename="Post", alliance_of=alliance_of_post)
SECTION_PLACE = Place(typename="Section", alliance_of=alliance_of_section)
PARENT = Place(argument="input.parent_id", typename="Section", alliance_of=alliance_of_section)


class Moderation(Guard):
    """Lets through who has the permission, and who administers the alliance of the row's section.

    All others are told one thing, whether there is such a row or not.
    """

    def __init__(self, permission: Permission, of: Place) -> None:
        super().__init__(RequiresPermission(permission=permission, or_administration_of=of.path), check_account)
        self.permission = permission
        self.of = of

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        if not await self.allows(info.context, kwargs):
            raise forbidden()
        return await next_(source, info, **kwargs)

    async def allows(self, context: Context, arguments: dict[str, Any]) -> bool:
        if has(context.viewer, self.permission):
            return True
        return context.viewer.administers_any and self.judge(context, await self._alliance(arguments))

    def judge(self, context: Context, alliance_id: int | None) -> bool:
        return context.viewer.administers(alliance_id)

    async def _alliance(self, arguments: dict[str, Any]) -> int | None:
        given = self.of.given(arguments)
        try:
            return None if given is None else await self.of.alliance_of(row_id(str(given), self.of.typename))
        except Refusal:
            return None


def requires_moderation(
    resolver: Callable[..., Any], of: Place, permission: Permission = Permission.MODERATE_FORUM, **options: Any
) -> Any:
    """A field for moderators, by role or of the alliance whose section it is."""
    return guarded(resolver, Moderation(permission, of), **options)
