"""An account's own sign-ins, as its owner looks over and ends them. How they come to be is in session.

Tested in tests/resolvers/account/sign_in/test_session_list.py.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.core.transaction import write
from models.live.event import EventKind, publish

MOST_SESSIONS = 100
"""Sign-ins of one account that are listed, the newest first."""
_LAST_RENEWAL = "(SELECT max(t.issued_at) FROM refresh_tokens t WHERE t.session_id = s.id)"


@dataclass(slots=True, eq=False)
class SessionView:
    """A living sign-in as its owner reads it. `is_current` is set for the one that asks."""

    key: UUID = field(metadata=column("id"))
    created_at: datetime
    last_used_at: datetime = field(metadata=column(f"coalesce({_LAST_RENEWAL}, s.created_at)"))
    place: str
    device: str
    is_current: bool = field(default=False, init=False)


SESSIONS = Rows(SessionView, "sessions s")


async def sessions_of(user_id: int, limit: int = MOST_SESSIONS) -> list[SessionView]:
    """The living sign-ins of an account, the newest first. One that nobody carried on ends with its last token."""
    rows = await fetch(
        f"{SESSIONS.select} WHERE s.user_id = $1 AND s.revoked_at IS NULL"
        f" ORDER BY s.created_at DESC, s.id LIMIT {limit:d}",
        user_id,
    )
    return SESSIONS.read(rows)


async def end_session(user_id: int, key: UUID, now: datetime) -> bool:
    """Ends one of the account's sign-ins; False if it has none of this key that lives."""
    return await write(lambda: _end(user_id, now, "id = $3", key))


async def end_other_sessions(user_id: int, kept: Collection[UUID], now: datetime) -> bool:
    """Ends all of the account's sign-ins but these; False if there was none. For use inside write()."""
    return await _end(user_id, now, "NOT id = ANY($3)", list(kept))


async def _end(user_id: int, now: datetime, which: str, *values: object) -> bool:
    sql = f"UPDATE sessions SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL AND {which}"
    ended = await execute(sql, now, user_id, *values)
    if ended:
        publish(EventKind.SESSION, 0, 0)
    return bool(ended)
