"""What happens in an alliance, as it happens: for those who may look into it, asked again for each event."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from domain.core.refusal import forbidden
from engine.live.stream import rows_added
from engine.operation.context import Context
from models.live.event import EventKind
from permissions.alliance import sees_alliance
from resolvers.alliance.alliance import tagged


async def happenings(
    context: Context, info: Any, tag: str, kind: EventKind, typename: str
) -> AsyncGenerator[Any, None]:
    """Harvests or orders of the alliance that an argument names. FORBIDDEN to those who may not look into it."""
    alliance = await tagged(tag)
    if not sees_alliance(context.viewer, alliance.pk):
        raise forbidden("no_member_topic" if context.viewer.belongs_to(alliance.pk) else "not_member")
    async with aclosing(rows_added(context, info, kind, alliance.pk, typename)) as rows:
        async for row in rows:
            yield row
