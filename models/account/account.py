"""One query that turns sessions, or an account, into viewers: role, living characters, memberships."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from models.core.database import Row, fetch
from models.core.row import Rows, column
from models.live.version import Version, columns
from models.live.version import read as read_versions
from permissions.viewer import LivingCharacter, Membership, Viewer


@dataclass(slots=True)
class _Part:
    """An account with one of its living characters and one of its places, if it has any."""

    user_id: int = field(metadata=column("id"))
    username: str
    created_at: datetime
    role_id: int
    role_name: str = field(metadata=column("r.name"))
    role_level: int = field(metadata=column("r.level"))
    character: LivingCharacter | None
    membership: Membership | None


_JOINED = """JOIN roles r ON r.id = u.role_id
    LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive = $2
    LEFT JOIN members m ON m.user_id = u.id AND m.left_at IS NULL
    LEFT JOIN topics t ON t.id = m.topic_id AND t.deleted_at IS NULL"""
_PARTS = Rows(
    _Part,
    f"users u {_JOINED}",
    {name: f"c.{name}" for name in ("id", "name", "faction_id", "clan_id")}
    | {"is_approved": "c.state = 'APPROVED'"}
    | {name: f"m.{name}" for name in ("alliance_id", "can_administer", "hosted_by_id", "pseudo")}
    | {"member_id": "m.id", "has_topic": "t.id IS NOT NULL"},
)
_SESSIONS = f"""FROM sessions s JOIN users u ON u.id = s.user_id {_JOINED}
    WHERE s.id = {{}} AND s.revoked_at IS NULL AND u.is_active = $2"""
_OF_ONE = _SESSIONS.format("$1")
_OF_SESSIONS = f"SELECT s.id, {_PARTS.columns} {_SESSIONS.format('ANY($1)')}"
_OF_ACCOUNT = f"{_PARTS.select} WHERE u.id = $1 AND u.is_active = $2"


async def load_viewer(session_id: UUID) -> Viewer | None:
    """The viewer behind a living session of an active account; None for any other."""
    return (await load_viewer_and_versions(session_id, ()))[0]


async def load_viewer_and_versions(
    session_id: UUID, versions: Sequence[Version]
) -> tuple[Viewer | None, tuple[Any, ...]]:
    """As `load_viewer`, with versions as they are at that very moment."""
    read, values = columns(versions, 3, "s.user_id")
    sql = f"SELECT {', '.join(filter(None, (_PARTS.columns, read)))} {_OF_ONE}"
    rows = await fetch(sql, session_id, True, *values)
    if not rows:
        return None, ()
    return _viewer(_PARTS.read(rows), str(session_id)), read_versions(versions, rows[0], _PARTS.width)


async def load_viewers(session_ids: Iterable[object]) -> dict[str, Viewer]:
    """The viewers behind those of the sessions that live and are of active accounts, in one query."""
    return {session_id: _of_session(session_id, rows) for session_id, rows in (await _rows(session_ids)).items()}


async def _rows(session_ids: Iterable[object]) -> dict[str, list[Row]]:
    rows = await fetch(_OF_SESSIONS, [UUID(str(session_id)) for session_id in session_ids], True)
    by_session: dict[str, list[Row]] = {}
    for row in rows:
        by_session.setdefault(str(row[0]), []).append(row)
    return by_session


def _of_session(session_id: str, rows: list[Row]) -> Viewer:
    return _viewer(_PARTS.read(rows, 1), session_id)


class KnownViewers:
    """Viewers who are read again and again: one of whom the database says what it said stays the object that it was."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[Row], Viewer]] = {}

    async def load(self, session_ids: Iterable[str]) -> dict[str, Viewer]:
        """As `load_viewers`."""
        found: dict[str, Viewer] = {}
        for session_id, rows in (await _rows(session_ids)).items():
            known = self._known.get(session_id)
            if known is None or known[0] != rows:
                known = self._known[session_id] = (rows, _of_session(session_id, rows))
            found[session_id] = known[1]
        return found

    def keep(self, session_ids: Container[str]) -> None:
        """Forgets all but these."""
        self._known = {one: known for one, known in self._known.items() if one in session_ids}


async def viewer_of_account(user_id: int) -> Viewer | None:
    """What an active account is allowed when it is not the one who asks; None for any other. Has no session."""
    parts = _PARTS.read(await fetch(_OF_ACCOUNT, user_id, True))
    return _viewer(parts) if parts else None


def _viewer(parts: list[_Part], session_id: str | None = None) -> Viewer:
    # Each character comes with each membership, and the other way round.
    characters = {one.character.id: one.character for one in parts if one.character is not None}
    memberships = {one.membership.member_id: one.membership for one in parts if one.membership is not None}
    return Viewer(
        session_id=session_id,
        user_id=parts[0].user_id,
        username=parts[0].username,
        created_at=parts[0].created_at,
        role_id=parts[0].role_id,
        role_name=parts[0].role_name,
        role_level=parts[0].role_level,
        characters=tuple(characters.values()),
        memberships=tuple(memberships.values()),
    )
