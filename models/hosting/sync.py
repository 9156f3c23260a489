"""Carrying changes between a shared section and its mirrors, both ways, as domain/hosting/mirror plans it.

Each topic is synchronised in one transaction under the locks of its sections. What waits is queued in `mirror`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from weakref import WeakValueDictionary

from domain.hosting.mirror import Presence, Side, Step
from models.alliance.lock import lock_alliance
from models.core.database import Row, execute, fetch
from models.core.driver.patience import one_deadline, write_deadline
from models.core.transaction import (
    TopicChange,
    after_rollback,
    in_time,
    interpret_now,
    is_writing,
    topic_changed,
    write,
)
from models.forum.lock import lock_mirror_section
from models.hosting.key.alliance_key import KEPT, Keys, KeyState, key_refusal, keys_of, present_keys, read_keys
from models.hosting.key.key_notification import notify_key_state
from models.hosting.lock import lock_mirrored_topic, lock_mirrored_topics
from models.hosting.mirror import MirrorView, changes_of, enqueue_change, mirror_by_pk, mirrors_of_mother, next_changed
from models.hosting.pull import Pull
from models.hosting.push import Push
from models.hosting.sync_state import SyncState, load_state, require, save_state
from models.hosting.waiting import tell_after_commit

MOST_STEPS = 1000
"""In one transaction; a topic that needs more is taken up again."""
MOST_ROUNDS = 3
"""Through all mirrors of what a write changed: one that counts, one that tells all others, one to see it was enough."""
MOST_TOPICS = 10_000
"""Of one mirror, pulled before one reading."""


async def push_changes(changes: Mapping[int, TopicChange]) -> None:
    """Seals what a write changed to every mirror of it, as the last thing of that write.

    What the host changed meanwhile in the same rows is left for the next reader to pull.
    """
    rows = await fetch(
        # Two joins rather than one with OR, which a planner can only answer by looking at every mirror for each topic.
        """SELECT t.id, t.uuid, m.id, m.mirror_section_id FROM topics t
            JOIN mirrors m ON m.section_id = t.section_id WHERE t.id = ANY($1) AND t.is_sealed = $2
        UNION SELECT t.id, t.uuid, m.id, m.mirror_section_id FROM topics t
            JOIN mirror_marks k ON k.row_uuid = t.uuid JOIN mirrors m ON m.id = k.mirror_id
            WHERE t.id = ANY($1) AND t.is_sealed = $2
        ORDER BY 4, 3, 1""",
        list(changes),
        False,
    )
    by_mirror: dict[int, dict[UUID, int]] = {}
    for topic_id, uuid, mirror_id, _ in rows:
        by_mirror.setdefault(mirror_id, {})[UUID(str(uuid))] = topic_id
    if not by_mirror:
        return
    posts = await _uuids_of_posts({post for touched in changes.values() for post in touched.posts})
    for _ in range(MOST_ROUNDS):
        # What one host had may have counted a revision of the mother on, which the hosts before it must have too.
        counted = [await _push(mirror_id, topics, changes, posts) for mirror_id, topics in by_mirror.items()]
        if not any(counted[1:]):
            return


async def _push(
    mirror_id: int, topics: Mapping[UUID, int], changes: Mapping[int, TopicChange], posts: Mapping[int, UUID]
) -> bool:
    """Seals changed topics to one mirror; tells whether that counted a revision of the mother on."""
    mirror, now = require(await mirror_by_pk(mirror_id)), max(change.at for change in changes.values())
    returns = {  # By what came back, the topic that it is or stands in.
        row: uuid for uuid, topic_id in topics.items() for row in _returns(uuid, changes[topic_id], posts)
    }
    if not mirror.is_open:
        await _note_returns(mirror, returns)
        return False
    keys = await _keys_or_refuse(mirror.mother_id, now)
    wanted = {uuid: _posts(changes[topic_id], posts) for uuid, topic_id in topics.items()}
    await lock_mirror_section(mirror.mirror_section_id)
    state = await load_state(mirror, keys, wanted)
    steps = state.plan(returns)
    waiting = {step.topic for step in steps if _is_inbound(step)}
    for topic in waiting:
        await enqueue_change(mirror.pk, topic, None, from_host=True)
    due = [step for step in steps if step.topic not in waiting]
    await _take_steps(state, due[:MOST_STEPS], now)
    left = {step.topic for step in due[MOST_STEPS:]}
    await save_state(state, left | waiting)
    for topic in left:
        await enqueue_change(mirror.pk, topic, None)
    await _note_returns(mirror, {row: topic for row, topic in returns.items() if topic in left | waiting})
    return any(step.target is Side.INTERNAL for step in due[:MOST_STEPS])


async def _note_returns(mirror: MirrorView, returns: Mapping[UUID, UUID]) -> None:
    """What came back while nothing is synchronised, where the host has a tombstone: the later word is the mother's."""
    rows = await fetch(
        """SELECT t.uuid FROM topics t WHERE t.section_id = $1 AND t.uuid = ANY($2) AND t.deleted_at IS NOT NULL
        UNION SELECT p.uuid FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE t.section_id = $1 AND p.uuid = ANY($2) AND p.deleted_at IS NOT NULL""",
        mirror.mirror_section_id,
        list(returns),
    )
    for row in [UUID(str(one[0])) for one in rows]:
        topic = returns[row]
        await enqueue_change(mirror.pk, topic, None if row == topic else row, is_return=True)


def _posts(touched: TopicChange, uuids: Mapping[int, UUID]) -> set[UUID] | None:
    return None if touched.whole else {uuids[post] for post in touched.posts if post in uuids}


def _returns(topic: UUID, touched: TopicChange, uuids: Mapping[int, UUID]) -> set[UUID]:
    posts = {uuids[post] for post in touched.returned_posts if post in uuids}
    return posts | {topic} if touched.returned else posts


async def _uuids_of_posts(post_ids: Collection[int]) -> dict[int, UUID]:
    if not post_ids:
        return {}
    rows = await fetch("SELECT id, uuid FROM posts WHERE id = ANY($1)", list(post_ids))
    return {pk: UUID(str(uuid)) for pk, uuid in rows}


async def _keys_or_refuse(alliance_id: int, now: datetime) -> Keys:
    keys = await keys_of(alliance_id)
    if keys is None or keys.state is not KeyState.PRESENT:
        after_rollback(lambda: notify_key_state(alliance_id, now))
        raise key_refusal(KeyState.MISSING if keys is None else keys.state)
    return keys


# ---- one topic ----------------------------------------------------------------------


async def sync_topic(mirror_id: int, topic: UUID, now: datetime) -> bool:
    """Carries all that waits of one topic, in one transaction; False if some of it is left."""
    if not await changes_of(mirror_id, topic):
        return True  # Somebody else was quicker: no lock is waited for.

    async def work() -> bool:
        mirror = await mirror_by_pk(mirror_id)
        if mirror is None or not mirror.is_open:
            return True
        keys = await present_keys(mirror.mother_id)
        # All of them: what comes from one host goes to the others.
        mirrors = [one for one in await mirrors_of_mother(mirror.mother_id) if one.section_id == mirror.section_id]
        await lock_mirrored_topic(mirrors, topic)
        changes = await changes_of(mirror_id, topic)
        return not changes or await _carry(mirror, keys, topic, changes, now)

    return await write(work)


async def settle_topic(
    topic_id: int,
    now: datetime,
    also: Collection[int] = (),
    admit: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Carries what waits of a topic in the current write, both ways, and keeps other writers out until that ends.

    For the beginning of a write that changes what stands there, or takes it away or brings it back, on whichever copy:
    what was acknowledged on any other comes before. `also`: sections that the write counts in besides. `admit` refuses
    whoever may not know of the topic; where it has no copies nobody is asked.
    """
    rows = await fetch(
        """SELECT m.id, t.uuid, m.mirror_section_id FROM topics t JOIN mirrors m ON m.section_id = t.section_id
            JOIN hostings h ON h.id = m.hosting_id AND h.closed_at IS NULL WHERE t.id = $1 AND t.is_sealed = $2
        UNION SELECT m.id, t.uuid, m.mirror_section_id FROM topics t JOIN mirror_marks k ON k.row_uuid = t.uuid
            JOIN mirrors m ON m.id = k.mirror_id JOIN hostings h ON h.id = m.hosting_id AND h.closed_at IS NULL
            WHERE t.id = $1 AND t.is_sealed = $2
        UNION SELECT m.id, t.uuid, m.mirror_section_id FROM topics t
            JOIN mirrors c ON c.mirror_section_id = t.section_id
            JOIN hostings g ON g.id = c.hosting_id AND g.mother_id = t.alliance_id AND g.closed_at IS NULL
            JOIN mirrors m ON m.section_id = c.section_id
            JOIN hostings h ON h.id = m.hosting_id AND h.closed_at IS NULL WHERE t.id = $1 AND t.is_sealed = $3
        ORDER BY 3, 1""",
        topic_id,
        False,
        True,
    )
    if not rows:
        return
    if admit is not None:
        await admit()
    topic = UUID(str(rows[0][1]))
    mirrors = [require(await mirror_by_pk(row[0])) for row in rows]
    await lock_mirrored_topic(mirrors, topic, also)
    for mirror in mirrors:
        while changes := await changes_of(mirror.pk, topic):
            await _carry(mirror, await _keys_or_refuse(mirror.mother_id, now), topic, changes, now)
            await interpret_now()


async def _carry(mirror: MirrorView, keys: Keys, topic: UUID, changes: Sequence[Row], now: datetime) -> bool:
    """Synchronises a locked topic, both ways, as far as these changes go; False if some of it is left."""
    posts = {UUID(str(row["row_uuid"])) for row in changes if row["row_uuid"] is not None}
    whole = any(row["row_uuid"] is None for row in changes)
    returns = {UUID(str(row["row_uuid"] or topic)) for row in changes if row["is_return"]}
    state = await load_state(mirror, keys, {topic: None if whole else posts})
    steps = state.plan(returns)
    await _take_steps(state, steps[:MOST_STEPS], now)
    _share(state, steps[:MOST_STEPS], now)
    is_done = len(steps) <= MOST_STEPS
    await save_state(state, set() if is_done else {topic})
    if is_done:
        await execute("DELETE FROM mirror_changes WHERE id = ANY($1)", [row["id"] for row in changes])
    return is_done


def _share(state: SyncState, steps: Sequence[Step], now: datetime) -> None:
    """Has the other hosts told of every revision that moved: an edit there would begin from an older one otherwise."""
    for step in steps:
        if step.target is Side.INTERNAL and step.here != step.result:
            topic = state.local_topics[step.topic]
            topic_changed(topic.pk, now, None if step.post is None else state.local_posts[step.post].pk)


def _is_inbound(step: Step) -> bool:
    """Whether a step brings what a host wrote into what the mother reads, and not only counts a revision of hers on."""
    here, there, result = step.here, step.there, step.result
    if step.target is not Side.INTERNAL or result is None:
        return False
    if here is None or (here.digest, here.presence) != (result.digest, result.presence):
        return True
    # The text that the mother has, after others that she has not seen: one more is a tie that has been settled.
    was_edited = there is not None and there.presence is Presence.LIVE and there.revision > here.revision + 1
    return was_edited and result.presence is not Presence.DELETED


async def _take_steps(state: SyncState, steps: list[Step], now: datetime) -> None:
    pull, push = Pull(state, now), Push(state, now)
    await pull.look_up(steps)
    for step in steps:
        if step.target is Side.INTERNAL:
            await pull.take(step)
        else:
            await pull.keep_what_goes(step)
            await push.take(step)
        state.moved(step)
    await push.finish()


# ---- all that waits -----------------------------------------------------------------


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
            await _keys_or_refuse(alliance_id, now)
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
