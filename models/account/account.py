"""One query that turns sessions into viewers: account, role, living characters, memberships."""

from collections.abc import Iterable
from uuid import UUID

from models.core.database import Row, fetch
from permissions.viewer import LivingCharacter, Membership, Viewer

_SQL = """
SELECT s.id AS session_id, u.id AS user_id, u.username, r.name AS role_name, r.level AS role_level,
       c.id AS character_id, c.name AS character_name, c.faction_id, c.clan_id,
       m.id AS member_id, m.alliance_id, m.can_administer, m.hosted_by_id, t.id AS topic_id
FROM sessions s
JOIN users u ON u.id = s.user_id AND u.is_active = $2
JOIN roles r ON r.id = u.role_id
LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive = $2
LEFT JOIN members m ON m.user_id = u.id AND m.left_at IS NULL
LEFT JOIN topics t ON t.id = m.topic_id AND t.deleted_at IS NULL
WHERE s.id = ANY($1) AND s.revoked_at IS NULL
"""


async def load_viewer(session_id: object) -> Viewer | None:
    """The viewer behind a living session of an active account; None for any other."""
    return (await load_viewers([session_id])).get(str(session_id))


async def load_viewers(session_ids: Iterable[object]) -> dict[str, Viewer]:
    """The viewers behind those of the sessions that live and are of active accounts, in one query."""
    rows = await fetch(_SQL, [UUID(str(session_id)) for session_id in session_ids], True)
    by_session: dict[str, list[Row]] = {}
    for row in rows:
        by_session.setdefault(str(row["session_id"]), []).append(row)
    return {session_id: _viewer(session_id, found) for session_id, found in by_session.items()}


def _viewer(session_id: str, rows: list[Row]) -> Viewer:
    first = rows[0]
    characters = {
        row["character_id"]: LivingCharacter(
            row["character_id"], row["character_name"], row["faction_id"], row["clan_id"]
        )
        for row in rows
        if row["character_id"] is not None
    }
    memberships = {
        row["member_id"]: Membership(
            row["alliance_id"],
            row["member_id"],
            bool(row["can_administer"]),
            has_topic=row["topic_id"] is not None,
            hosted_by_id=row["hosted_by_id"],
        )
        for row in rows
        if row["member_id"] is not None
    }
    return Viewer(
        user_id=first["user_id"],
        username=first["username"],
        role_name=first["role_name"],
        role_level=first["role_level"],
        session_id=session_id,
        characters=tuple(characters.values()),
        memberships=tuple(memberships.values()),
    )
