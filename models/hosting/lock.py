"""The locks of keys and of mirrors. Their order is written in models/core/lock.

Tested in tests/models/hosting/sync/test_sync.py.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from models.alliance.lock import lock_alliance
from models.core.database import execute, fetch
from models.core.lock import Lock, note_lock
from models.forum.lock import lock_mirror_section, lock_section, lock_topics
from models.hosting.mirror.mirror import MirrorView


async def lock_keys(alliance_id: int) -> None:
    """Has changes of an alliance's keys, and of what lies in its vault, follow one another."""
    note_lock(Lock.KEYS, alliance_id)
    await execute("UPDATE alliance_keys SET stage = stage WHERE alliance_id = $1", alliance_id)


async def lock_mirrored_topic(mirrors: Sequence[MirrorView], topic: UUID, also: Collection[int] = ()) -> None:
    """Locks both sides of one topic, as writers of the mother do: hers, and those of all of its mirrors.

    `also`: sections that the write counts in besides.
    """
    rows = await fetch("SELECT id FROM topics WHERE uuid = $1 AND is_sealed = $2", topic, False)
    await _lock(mirrors, [row[0] for row in rows], also)


async def lock_mirrored_topics(mirrors: Sequence[MirrorView], topics: Collection[UUID]) -> None:
    """Locks both sides of several topics, and the topics of all members, for a write that changes all of them."""
    rows = await fetch(
        """SELECT id FROM topics WHERE is_sealed = $2 AND (uuid = ANY($1) OR id IN (
            SELECT topic_id FROM members WHERE alliance_id = ANY($3) AND left_at IS NULL AND topic_id IS NOT NULL))""",
        list(topics),
        False,
        [mirror.mother_id for mirror in mirrors],
    )
    await _lock(mirrors, [row[0] for row in rows])


async def _lock(mirrors: Sequence[MirrorView], topics: Collection[int], also: Collection[int] = ()) -> None:
    for alliance_id in {mirror.mother_id for mirror in mirrors}:
        await lock_alliance(alliance_id)
    await lock_topics(topics)
    # A topic that was moved away is counted where it stands now: asked only once nobody can move it any more.
    rows = await fetch("SELECT DISTINCT section_id FROM topics WHERE id = ANY($1)", list(topics))
    # What waits of it comes home into a section that was deleted under it too, or all that waits would wait for good.
    away = {row[0] for row in rows}
    for section_id in sorted({mirror.section_id for mirror in mirrors}.union(also, away)):
        await lock_section(section_id, deleted=section_id in away)
    for section_id in sorted({mirror.mirror_section_id for mirror in mirrors}):
        await lock_mirror_section(section_id)
