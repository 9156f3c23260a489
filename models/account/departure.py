"""The end of an account: its row, and with it its sign-ins, characters and what was kept for it alone. Texts stay.

What areas above must free first is registered by models/wiring.

Tested in tests/resolvers/account/test_deletion.py.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from models.account.administration import administrators, check_administered, lock_accounts
from models.core.database import execute
from models.live.event import EventKind, publish

Vacate = Callable[[int, datetime], Awaitable[None]]
_vacate: Vacate | None = None


def connect_departures(vacate: Vacate) -> None:
    """Says what frees the places of an account that goes; it may refuse, which undoes the departure."""
    global _vacate  # noqa: PLW0603 - one wiring a process
    _vacate = vacate


async def delete_user(user_id: int, now: datetime) -> None:
    """Names stay on what was written. CONFLICT for the last who administers the service, or an alliance of others.

    For use inside write().
    """
    if _vacate is None:
        raise RuntimeError("nothing says what a departure frees: call models.wiring.wire() first")
    await lock_accounts()
    before = await administrators()
    await _vacate(user_id, now)
    await execute("DELETE FROM users WHERE id = $1", user_id)
    await check_administered(before)
    publish(EventKind.SESSION, 0, 0)
