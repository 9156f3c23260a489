"""A host that puts older tokens back into sealed posts, and takes them out again. Each is a fault while it is there."""

from typing import Any
from uuid import UUID

from models.core.database import execute, fetch
from models.forum.copy import CopyCount, count_copies
from models.hosting.mirror.mirror import MirrorView

_KEPT = "p.body, p.revision, p.deleted_at"


class HostileHost:
    """What it kept of rows as they were, and of those that it has replaced."""

    def __init__(self, mirror: MirrorView) -> None:
        self.mirror = mirror
        self._old: dict[int, Any] = {}
        self._genuine: dict[int, Any] = {}

    async def replay(self, dice: int) -> tuple[UUID, UUID] | None:
        """Keeps a row, or replays what it kept of it; gives topic and post of one whose last text it withholds so."""
        rows = await fetch(
            f"""SELECT p.id, p.uuid, t.uuid AS topic, {_KEPT} FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE t.section_id = $1 ORDER BY p.id""",
            self.mirror.mirror_section_id,
        )
        if not rows:
            return None
        row = rows[dice % len(rows)]
        pk, state = row["id"], (row["body"], row["revision"], row["deleted_at"])
        if pk in self._genuine or pk not in self._old or self._old[pk][1] >= state[1]:
            self._old[pk] = state
            return None
        self._genuine[pk] = state
        await self._put(pk, self._old[pk])
        waiting = await fetch(
            """SELECT 1 FROM mirror_changes WHERE mirror_id = $1 AND topic_uuid = $2
                AND (row_uuid = $3 OR row_uuid IS NULL)""",
            self.mirror.pk,
            row["topic"],
            row["uuid"],
        )
        return (UUID(str(row["topic"])), UUID(str(row["uuid"]))) if waiting else None

    async def expected_faults(self) -> set[tuple[UUID, UUID]]:
        """Topic and post of every replay that still stands somewhere."""
        rows = await fetch(
            "SELECT t.uuid, p.uuid FROM posts p JOIN topics t ON t.id = p.topic_id WHERE p.id = ANY($1)",
            list(self._genuine),
        )
        return {(UUID(str(topic)), UUID(str(post))) for topic, post in rows}

    async def repent(self) -> None:
        """Every row is what it was; what was kept is forgotten."""
        for pk, state in self._genuine.items():
            await self._put(pk, state)
        self._genuine.clear()
        self._old.clear()

    async def _put(self, pk: int, state: Any) -> None:
        """Its own forum counts what it does."""
        rows = await fetch(
            """SELECT t.id, t.deleted_at IS NULL, p.deleted_at IS NULL FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE p.id = $1""",
            pk,
        )
        await execute("UPDATE posts SET body = $2, revision = $3, deleted_at = $4 WHERE id = $1", pk, *state)
        for topic_id, was_live, was_there in rows:
            more = (state[2] is None) - bool(was_there)
            await count_copies(self.mirror.mirror_section_id, [CopyCount(topic_id, more, was_live=bool(was_live))])
