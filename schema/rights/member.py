"""What resource rights add to members as clients see them."""

from typing import Any

import strawberry

from engine.operation.access import for_administrators
from engine.operation.page_type import After, First
from engine.operation.type_extension import extends
from resolvers.rights import rights_entry
from schema.alliance.member import Member
from schema.rights.rights import ResourceRights
from schema.rights.rights_entry import RightsEntryConnection


async def _history(
    root: Any, info: strawberry.Info, *, first: First = 20, after: After = None
) -> RightsEntryConnection:
    return await rights_entry.history(info.context, info, root, first, after)  # type: ignore[return-value]


@extends(Member)
class RightsOfMember:
    resource_rights: ResourceRights | None = for_administrators(
        description="Live columns, computed only as far as they are selected; null for a member who has left."
    )
    rights_history: RightsEntryConnection = for_administrators(
        _history, description="What each harvest wrote, and what administrators changed, newest first."
    )
