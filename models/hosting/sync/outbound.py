"""Sealing what a write of the mother changed to every mirror of it, as the last thing of that write.

Tested in tests/models/hosting/sync/test_sync.py.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from domain.hosting.mirror import Side
from models.core.database import fetch
from models.core.transaction import TopicChange
from models.forum.lock import lock_mirror_section
from models.hosting.mirror.mirror import MirrorView, mirror_by_pk
from models.hosting.mirror.mirror_change import enqueue_change
from models.hosting.sync.loading import load_state
from models.hosting.sync.state import require, save_state
from models.hosting.sync.topic import MOST_STEPS, is_inbound, keys_or_refuse, take_steps

MOST_ROUNDS = 3
"""Through all mirrors of what a write changed: one that counts, one that tells all others, one to see it was enough."""


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
    keys = await keys_or_refuse(mirror.mother_id, now)
    wanted = {uuid: _posts(changes[topic_id], posts) for uuid, topic_id in topics.items()}
    await lock_mirror_section(mirror.mirror_section_id)
    state = await load_state(mirror, keys, wanted)
    steps = state.plan(returns)
    waiting = {step.topic for step in steps if is_inbound(step)}
    for topic in waiting:
        await enqueue_change(mirror.pk, topic, None, from_host=True)
    due = [step for step in steps if step.topic not in waiting]
    await take_steps(state, due[:MOST_STEPS], now)
    left = {step.topic for step in due[MOST_STEPS:]}
    await save_state(state, left | waiting)
    for topic in left:
        await enqueue_change(mirror.pk, topic, None)
    await _note_returns(mirror, {row: topic for row, topic in returns.items() if topic in left | waiting})
    return any(step.target is Side.INTERNAL for step in due[:MOST_STEPS])


async def _note_returns(mirror: MirrorView, returns: Mapping[UUID, UUID]) -> None:
    """What came back while nothing is synchronised, where the host has a tombstone: the later word is the mother's."""
    if not returns:
        return
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
