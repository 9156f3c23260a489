"""What happens in an alliance, as it happens. Who may listen, the schema asks before, and again for each event."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from engine.live.stream import rows_added, until_over
from engine.operation.context import Info
from models.alliance.alliance import AllianceView
from models.live.event import EventKind


async def alliance_events(
    info: Info, alliance: AllianceView, kind: EventKind, typename: str
) -> AsyncGenerator[Any, None]:
    """The rows of one kind of event, each as a look-up of its id would show it at that moment."""
    found = rows_added(info.context, info, kind, alliance.pk, typename)
    async with aclosing(until_over(info.context, found)) as rows:
        async for row in rows:
            yield row
