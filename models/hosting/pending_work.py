"""What is left to synchronise and to seal anew, alliance by alliance: done in small transactions by whoever has time.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from dataclasses import dataclass
from datetime import datetime

from models.core.database import fetch
from models.hosting.key.alliance_key import KeyState, keys_never_exported, keys_of
from models.hosting.key.rotation import rotate_some
from models.hosting.mirror.mirror import mirrors_of_mother
from models.hosting.mirror.mirror_change import pending_counts
from models.hosting.sync.inbound import sync_pending

TOPICS = 20
"""Carried between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class PendingWork:
    """What one alliance still has to do."""

    alliance_id: int
    tag: str
    state: KeyState
    is_rotating: bool
    pending: int
    is_exported: bool


async def pending_work(alliance_id: int | None = None) -> list[PendingWork]:
    """Every alliance with an open hosting or a rotation under way; the given one alone."""
    rows = await fetch(
        """SELECT k.alliance_id FROM alliance_keys k WHERE k.old_kid IS NOT NULL OR EXISTS (
            SELECT 1 FROM hostings h WHERE h.mother_id = k.alliance_id AND h.closed_at IS NULL)
        ORDER BY k.alliance_id"""
    )
    found, alone = [], await keys_never_exported()
    for (pk,) in rows:
        if alliance_id in (None, pk):
            keys = await keys_of(pk)
            mirrors = await mirrors_of_mother(pk)
            pending = await pending_counts([mirror.pk for mirror in mirrors])
            if keys is not None:
                found.append(
                    PendingWork(
                        pk,
                        keys.tag,
                        keys.state,
                        keys.old_kid is not None,
                        sum(pending.values()),
                        is_exported=keys.tag not in alone,
                    )
                )
    return found


async def run_step(alliance_id: int, now: datetime) -> bool:
    """One small part of what is left of an alliance; False where nothing is. Refused where the key is not there."""
    done = await rotate_some(alliance_id, now)
    for mirror in await mirrors_of_mother(alliance_id):
        done = bool(await sync_pending(mirror, TOPICS, now)) or done
    return done
