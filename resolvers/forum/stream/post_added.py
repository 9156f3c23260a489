"""The subscription to posts: its scope and place in the log, then what it missed, then what happens. Judges no post.

Tested in tests/schema/live/test_subscription.py.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry

from domain.core.refusal import bad_input
from engine.guard.row_filter import filtered
from engine.live.shared_answer import shared_key
from engine.live.stream import tell_begun, until_over
from engine.operation.context import Info
from engine.operation.selection import selection_of
from models.forum.post import PostView
from models.live.event import (
    EventKind,
    newest_event,
)
from permissions.row_filter import RowFilter
from resolvers.forum.stream.post_stream import PostStream
from resolvers.forum.stream.scope import position_of, scope_of


@filtered(RowFilter.SECTION_VISIBILITY)
async def post_added(
    info: Info, topic_id: strawberry.ID | None = None, section_id: strawberry.ID | None = None, after: str | None = None
) -> AsyncGenerator[PostView, None]:
    """Posts as they are added; with `after`, those since then first. Each once, in the order of the commits."""
    async with aclosing(until_over(info.context, _added(info, topic_id, section_id, after))) as posts:
        async for post in posts:
            yield post


async def _added(
    info: Info, topic_id: str | None, section_id: str | None, after: str | None
) -> AsyncGenerator[PostView, None]:
    context = info.context
    context.reads_as = shared_key(info, context.language)
    scope = await scope_of(context, topic_id, section_id)
    position = await position_of(after)
    async with context.runtime.hub.subscribed(context, EventKind.POST, scope.topic_pk) as subscriber:
        newest = await newest_event()
        tell_begun(context)
        if position is not None and position > newest:
            raise bad_input("after", "bad_cursor")
        stream = PostStream(context, subscriber, scope, selection_of(info), newest if position is None else position)
        for part in (stream.missed(newest), stream.live()):
            async with aclosing(part):
                async for found in part:
                    yield found
