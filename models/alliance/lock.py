"""The locks of an alliance. Their order is written in models/core/lock."""

from models.core.database import fetch, is_postgres
from models.core.lock import Lock, note_lock


async def lock_alliance(alliance_id: int) -> None:
    """Has changes of an alliance's members and orders follow one another. For use inside write(), before any topic."""
    note_lock(Lock.ALLIANCE, alliance_id)
    if is_postgres():
        await fetch("SELECT id FROM alliances WHERE id = $1 FOR NO KEY UPDATE", alliance_id)


async def lock_member_topics(alliance_id: int) -> None:
    """Locks the topics of the present members for the rest of the current write.

    Whoever changes many members takes them before the rows, as posts take theirs, and by ascending number.
    """
    if is_postgres():
        for (topic_id,) in await fetch(
            """SELECT t.id FROM topics t JOIN members m ON m.topic_id = t.id
            WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY t.id FOR NO KEY UPDATE OF t""",
            alliance_id,
        ):
            note_lock(Lock.TOPIC, topic_id)
