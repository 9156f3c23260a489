"""One query that turns sessions into viewers: account, role, living characters, memberships.

Tested in tests/resolvers/account/test_session.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from models.core.database import fetch
from models.core.row import Rows, column
from permissions.viewer import LivingCharacter, Membership, Viewer


def _as_text(session_id: UUID) -> str:
    return str(session_id)


@dataclass(slots=True)
class _Part:
    """A session with its account, one of its living characters and one of its places, if it has any."""

    session_id: str = field(metadata=column("id", read=_as_text))
    user_id: int
    username: str = field(metadata=column("u.username"))
    role_name: str = field(metadata=column("r.name"))
    role_level: int = field(metadata=column("r.level"))
    character: LivingCharacter | None
    membership: Membership | None


_PARTS = Rows(
    _Part,
    """sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.id = u.role_id
    LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive = $2
    LEFT JOIN members m ON m.user_id = u.id AND m.left_at IS NULL
    LEFT JOIN topics t ON t.id = m.topic_id AND t.deleted_at IS NULL""",
    {name: f"c.{name}" for name in ("id", "name", "faction_id", "clan_id")}
    | {"is_approved": "c.state = 'APPROVED'"}
    | {name: f"m.{name}" for name in ("alliance_id", "can_administer", "hosted_by_id")}
    | {"member_id": "m.id", "has_topic": "t.id IS NOT NULL"},
)
_SQL = f"{_PARTS.select} WHERE s.id = ANY($1) AND s.revoked_at IS NULL AND u.is_active = $2"


async def load_viewer(session_id: object) -> Viewer | None:
    """The viewer behind a living session of an active account; None for any other."""
    return (await load_viewers([session_id])).get(str(session_id))


async def load_viewers(session_ids: Iterable[object]) -> dict[str, Viewer]:
    """The viewers behind those of the sessions that live and are of active accounts, in one query."""
    rows = await fetch(_SQL, [UUID(str(session_id)) for session_id in session_ids], True)
    by_session: dict[str, list[_Part]] = {}
    for part in _PARTS.read(rows):
        by_session.setdefault(part.session_id, []).append(part)
    return {session_id: _viewer(parts) for session_id, parts in by_session.items()}


def _viewer(parts: list[_Part]) -> Viewer:
    # Each character comes with each membership, and the other way round.
    characters = {one.character.id: one.character for one in parts if one.character is not None}
    memberships = {one.membership.member_id: one.membership for one in parts if one.membership is not None}
    return Viewer(
        user_id=parts[0].user_id,
        username=parts[0].username,
        role_name=parts[0].role_name,
        role_level=parts[0].role_level,
        session_id=parts[0].session_id,
        characters=tuple(characters.values()),
        memberships=tuple(memberships.values()),
    )
