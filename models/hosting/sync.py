"""Carrying changes between a shared section and its mirrors, both ways, as domain/hosting/mirror plans it.

Each topic is synchronised in one transaction under the locks of its sections. What waits is queued in `mirror`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.hosting.mirror import Side, Step, plan_synchronisation
from models.core.database import execute, fetch
from models.core.transaction import TopicChange, after_rollback, write
from models.forum.lock import lock_mirror_section
from models.hosting.key.alliance_key import (
    KEPT,
    Keys,
    KeyState,
    key_refusal,
    keys_of,
    present_keys,
    read_keys,
)
from models.hosting.key.key_notification import notify_key_state
from models.hosting.lock import lock_mirrored_topic, lock_mirrored_topics
from models.hosting.mirror import MirrorView, enqueue_change, mirror_by_pk, mirrors_of_mother, next_changed
from models.hosting.pull import Pull
from models.hosting.push import Push
from models.hosting.sync_state import SyncState, load_state, require, save_state

MOST_STEPS = 1000
"""In one transaction; a topic that needs more is taken up again."""
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
    now = max(change.at for change in changes.values())
    posts = await _uuids_of_posts({post for touched in changes.values() for post in touched.posts})
    for mirror_id, topics in by_mirror.items():
        mirror = require(await mirror_by_pk(mirror_id))
        returns = {  # By what came back, the topic that it is or stands in.
            row: uuid for uuid, topic_id in topics.items() for row in _returns(uuid, changes[topic_id], posts)
        }
        if mirror.is_open:
            keys = await _keys_or_refuse(mirror.mother_id, now)
            wanted = {uuid: _posts(changes[topic_id], posts) for uuid, topic_id in topics.items()}
            await _sync(mirror, keys, wanted, returns, now, outwards_alone=True)
        else:
            await _note_returns(mirror, returns)


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

    async def work() -> bool:
        mirror = await mirror_by_pk(mirror_id)
        if mirror is None or not mirror.is_open:
            return True
        keys = await present_keys(mirror.mother_id)
        await lock_mirrored_topic(mirror, topic)
        rows = await fetch(
            "SELECT id, row_uuid, is_return FROM mirror_changes WHERE mirror_id = $1 AND topic_uuid = $2",
            mirror_id,
            topic,
        )
        if not rows:
            return True
        posts = {UUID(str(row["row_uuid"])) for row in rows if row["row_uuid"] is not None}
        whole = any(row["row_uuid"] is None for row in rows)
        returns = {UUID(str(row["row_uuid"] or topic)): topic for row in rows if row["is_return"]}
        done = await _sync(mirror, keys, {topic: None if whole else posts}, returns, now)
        if done:
            await execute("DELETE FROM mirror_changes WHERE id = ANY($1)", [row["id"] for row in rows])
        return done

    return await write(work)


async def _sync(
    mirror: MirrorView,
    keys: Keys,
    topics: Mapping[UUID, Collection[UUID] | None],
    returns: Mapping[UUID, UUID],
    now: datetime,
    *,
    outwards_alone: bool = False,
) -> bool:
    """Plans and synchronises these topics (None: all of their posts). Tells whether nothing of them is left."""
    if outwards_alone:
        await lock_mirror_section(mirror.mirror_section_id)
    state = await load_state(mirror, keys, topics)
    steps = plan_synchronisation(*state.summaries(returns))
    waiting = {step.topic for step in steps if outwards_alone and _is_inbound(step)}
    for topic in waiting:
        await enqueue_change(mirror.pk, topic, None, from_host=True)
    due = [step for step in steps if step.topic not in waiting]
    await _take_steps(state, due[:MOST_STEPS], now)
    left = {step.topic for step in due[MOST_STEPS:]}
    await save_state(state, left | waiting)
    if outwards_alone:
        for topic in left - waiting:
            await enqueue_change(mirror.pk, topic, None)
        undone = left | waiting
        await _note_returns(mirror, {row: topic for row, topic in returns.items() if topic in undone})
    return not left


def _is_inbound(step: Step) -> bool:
    """Whether a step changes what the mother reads, and not only counts a revision of hers on."""
    if step.target is not Side.INTERNAL or step.result is None:
        return False
    return step.here is None or (step.here.digest, step.here.presence) != (step.result.digest, step.result.presence)


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


async def prepare_harvest(alliance_id: int, now: datetime) -> None:
    """Inside the harvest's write: what hosts wrote is pulled first. Refused where the key is not there."""
    for status in (await sync_status([alliance_id])).values():
        if status.keys.state is not KeyState.PRESENT:
            await _keys_or_refuse(alliance_id, now)
        if status.is_waiting:
            mirrors = await mirrors_of_mother(alliance_id)
            waiting = {one.pk: await next_changed(one.pk, MOST_TOPICS, from_host=True) for one in mirrors}
            # All in this one write: what the harvest and each topic lock is locked before the first. A topic that a
            # host changes in between is left for the next reader.
            await lock_mirrored_topics(alliance_id, mirrors, [topic for topics in waiting.values() for topic in topics])
            for mirror_id, topics in waiting.items():
                await _sync_topics(mirror_id, topics, now)


async def pull_from_hosts(alliance_id: int, now: datetime) -> None:
    """Carries what hosts wrote, before the mother reads: each topic in a write of its own, so not for use inside one.

    Refused where the key is not there.
    """
    for mirror in await mirrors_of_mother(alliance_id):
        await _sync_topics(mirror.pk, await next_changed(mirror.pk, MOST_TOPICS, from_host=True), now)


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
