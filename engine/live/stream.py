"""What all subscriptions share: the viewer renewed for each event, and rows looked up like any other.

Tested in tests/schema/live/test_subscription.py.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeVar

from domain.core.refusal import Code, Refusal
from engine.live.batch import EventBatch, new_batch
from engine.live.subscriber import Subscriber
from engine.operation.context import Context
from engine.operation.node import row
from engine.operation.selection import selection_of
from models.live.event import EventKind, newest_event
from observability.failure import log_failure
from permissions.viewer import Viewer

logger = logging.getLogger("pheromone.stream")
Row = TypeVar("Row")
OWN_READ = 50
"""What it costs to read a row for one viewer alone, beside its fields."""


async def until_over(context: Context, found: AsyncGenerator[Row, None]) -> AsyncGenerator[Row, None]:
    """Rows as they are found. When the session is over, or reading fails, the connection is broken off.

    No client reconnects to a completed operation; to a broken connection all do.
    """
    async with aclosing(found):
        try:
            async for one in found:
                yield one
        except Refusal as refusal:
            if refusal.code is not Code.UNAUTHENTICATED or context.end is None:
                raise
            context.end()
        except Exception as error:
            if context.interrupt is None:
                raise
            log_failure(logger, error, "a subscription is broken off")
            context.interrupt()
        else:
            return
        await asyncio.Event().wait()  # Until the connection takes this along.


def tell_begun(context: Context) -> None:
    """From now on nothing that happens is missed."""
    if context.begun is not None:
        context.begun()
        context.begun = None  # A subscription lives for hours, and there are thousands.


async def rows_added(
    context: Context, info: Any, kind: EventKind, scope_id: int, typename: str
) -> AsyncGenerator[Any, None]:
    """The rows of one scope as they come, each as a look-up of its id would show it at that moment."""
    selection = selection_of(info)
    async with context.runtime.hub.subscribed(context, kind, scope_id) as subscriber:
        position = await newest_event()
        tell_begun(context)
        while True:
            events, read = await subscriber.next()
            for event in events:
                if event.seq > position:
                    await afforded(context, subscriber)
                    await refresh_viewer(context, read)
                    found = await row(context, typename, event.row_id, selection)
                    if found is not None:
                        await charge(context, OWN_READ)
                        yield found


async def afforded(context: Context, subscriber: Subscriber) -> None:
    """Waits until the viewer's budget allows another event: a budget that is used up delays events and loses none.

    Comes before the viewer is renewed and rows are read, or what was allowed before the wait would be shown after it.
    """
    key = context.event_budget
    while key is not None and not subscriber.ended and (wait := context.runtime.event_costs.wait(key)):
        await subscriber.pause(wait)


async def charge(context: Context, more: int = 0) -> None:
    """Charges an event to its viewer: its fields, and what was read for this viewer alone."""
    if context.event_budget is not None:
        await context.runtime.event_costs.charge(context.runtime.costs, context.event_budget, context.cost + more)


async def passed_on(context: Context, row: Any) -> bool:
    """Whether an event's row needs no execution: what was made of it for another who reads it alike has been sent."""
    answer = None if context.pass_on is None or row.shared is None else row.shared.get(context.reads_as)
    if answer is None or context.pass_on is None:
        return False
    await context.pass_on(answer)
    return True


async def refresh_viewer(context: Context, read: EventBatch) -> EventBatch:
    """Renews the viewer of the context from a round, or from one for all who are late if its subscriber is."""
    session_id = context.viewer.session_id
    if not read.is_fresh:
        read = await context.runtime.hub.renewal.batch(session_id)
    set_viewer(context, read.viewer(session_id))
    return read


async def own_batch(context: Context) -> EventBatch:
    """A round of one subscriber, its viewer loaded again."""
    session_id = context.viewer.session_id
    read = await new_batch([] if session_id is None else [session_id])
    set_viewer(context, read.viewer(session_id))
    return read


def set_viewer(context: Context, viewer: Viewer | None) -> None:
    """Makes the viewer that of the context; UNAUTHENTICATED for a session that ended and a token that expired."""
    if viewer is None:
        raise Refusal(Code.UNAUTHENTICATED, "ended_session")
    if context.token_expires_at is not None and context.token_expires_at <= context.now():
        raise Refusal(Code.UNAUTHENTICATED, "expired_token")
    context.viewer = viewer
    context.memory.clear()
