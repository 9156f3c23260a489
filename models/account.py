"""One query that turns a session into the viewer of a request: account, role, living characters, memberships."""

from models.database import fetch
from permissions.viewer import LivingCharacter, Membership, Viewer

_SQL = """
SELECT u.id AS user_id, u.username, r.name AS role_name, r.level AS role_level,
       c.id AS character_id, c.name AS character_name, c.faction_id, c.clan_id,
       m.id AS member_id, m.alliance_id, m.can_administer
FROM sessions s
JOIN users u ON u.id = s.user_id AND u.is_active = $2
JOIN roles r ON r.id = u.role_id
LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive = $2
LEFT JOIN members m ON m.user_id = u.id AND m.left_at IS NULL
WHERE s.id = $1 AND s.revoked_at IS NULL
"""


async def load_viewer(session_id: object) -> Viewer | None:
    """The viewer behind a living session of an active account; None for any other."""
    rows = await fetch(_SQL, session_id, True)
    if not rows:
        return None
    first = rows[0]
    characters = {
        row["character_id"]: LivingCharacter(
            row["character_id"], row["character_name"], row["faction_id"], row["clan_id"]
        )
        for row in rows
        if row["character_id"] is not None
    }
    memberships = {
        row["member_id"]: Membership(row["alliance_id"], row["member_id"], bool(row["can_administer"]))
        for row in rows
        if row["member_id"] is not None
    }
    return Viewer(
        user_id=first["user_id"],
        username=first["username"],
        role_name=first["role_name"],
        role_level=first["role_level"],
        session_id=str(session_id),
        characters=tuple(characters.values()),
        memberships=tuple(memberships.values()),
    )
