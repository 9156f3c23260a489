"""Pulling what hosts wrote before the mother reads, and carrying all that waits. One topic is synchronised elsewhere.

Tested in tests/models/hosting/sync/test_sync.py.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from weakref import WeakValueDictionary

from models.alliance.lock import lock_alliance
from models.core.database import execute, fetch
from models.core.driver.patience import one_deadline, write_deadline
from models.core.transaction import in_time, is_writing, write
from models.hosting.key.alliance_key import KEPT, Keys, KeyState, read_keys
from models.hosting.lock import lock_mirrored_topics
from models.hosting.mirror.mirror import MirrorView, mirrors_of_mother
from models.hosting.mirror.mirror_change import next_changed
from models.hosting.mirror.waiting import tell_after_commit
from models.hosting.sync.topic import keys_or_refuse, sync_topic

MOST_TOPICS = 10_000
"""Of one mirror, pulled before one reading."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What there is to know of an alliance before its tables and shared sections are read."""

    keys: Keys
    is_waiting: bool


async def sync_status(alliance_ids: Collection[int]) -> dict[int, SyncStatus]:
    """The one cheap check before every reading: of alliances without an open hosting it says nothing."""
    rows = await fetch(
        f"""SELECT {KEPT.columns}, EXISTS (
                SELECT 1 FROM mirror_changes c JOIN mirrors m ON m.id = c.mirror_id
                JOIN hostings w ON w.id = m.hosting_id AND w.closed_at IS NULL
                WHERE w.mother_id = k.alliance_id AND c.from_host = $2) AS is_waiting
        FROM {KEPT.tables} WHERE k.alliance_id = ANY($1) AND EXISTS (
            SELECT 1 FROM hostings h WHERE h.mother_id = k.alliance_id AND h.closed_at IS NULL)""",
        list(alliance_ids),
        True,
    )
    waiting = [bool(row["is_waiting"]) for row in rows]
    return {
        keys.alliance_id: SyncStatus(keys, is_waiting)
        for keys, is_waiting in zip(read_keys(rows), waiting, strict=True)
    }


async def pull_in_write(alliance_id: int, now: datetime, *, without_key: bool = False) -> None:
    """Inside a write: all that hosts wrote. Nobody writes there until it ends, since guests lock the alliance too.

    Refused where the key is not there; `without_key` leaves what waits where it is.
    """
    await lock_alliance(alliance_id)
    for status in (await sync_status([alliance_id])).values():
        if status.keys.state is not KeyState.PRESENT:
            if without_key:
                return
            await keys_or_refuse(alliance_id, now)
        if status.is_waiting:
            mirrors = await mirrors_of_mother(alliance_id)
            waiting = {one.pk: await next_changed(one.pk, MOST_TOPICS, from_host=True) for one in mirrors}
            # All in this one write: what it and each topic lock is locked before the first.
            await lock_mirrored_topics(mirrors, [topic for topics in waiting.values() for topic in topics])
            for mirror_id, topics in waiting.items():
                await _sync_topics(mirror_id, topics, now)


async def pull_from_hosts(alliance_id: int, now: datetime) -> None:
    """Carries what hosts wrote, before the mother reads: each topic in a write of its own. Refused without the key.

    A write that is under way has its locks, which do not come before those of the topics: from there nothing is
    carried, and what waits is told of once that write has committed.
    """
    if is_writing():
        for mirror in await mirrors_of_mother(alliance_id):
            for topic in await next_changed(mirror.pk, MOST_TOPICS, from_host=True):
                tell_after_commit(mirror.pk, topic)
        return
    with one_deadline():
        async with _turn(alliance_id):
            for mirror in await mirrors_of_mother(alliance_id):
                await _sync_topics(mirror.pk, await next_changed(mirror.pk, MOST_TOPICS, from_host=True), now)


_turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


@asynccontextmanager
async def _turn(alliance_id: int) -> AsyncIterator[None]:
    """One reader of this process after the other, before the first lock: whoever comes later finds all there.

    Side by side each of them would wait for the alliance's lock once for every topic, among all who write.
    """
    turn = _turns.setdefault(alliance_id, asyncio.Lock())
    async with in_time(write_deadline()):
        await turn.acquire()
    try:
        yield
    finally:
        turn.release()


async def _sync_topics(mirror_id: int, topics: Collection[UUID], now: datetime) -> None:
    for topic in topics:
        while not await sync_topic(mirror_id, topic, now):
            pass


async def sync_pending(mirror: MirrorView, limit: int, now: datetime) -> int:
    """Carries up to `limit` of the topics that wait, each in a transaction of its own; gives how many there were."""
    topics = await next_changed(mirror.pk, limit)
    await _sync_topics(mirror.pk, topics, now)
    if not topics:
        return 0
    if not await next_changed(mirror.pk, 1):

        async def work() -> None:
            await execute("UPDATE mirrors SET synced_at = $2 WHERE id = $1", mirror.pk, now)

        await write(work)
    return len(topics)
