"""Synchronising one topic with its mirrors, both ways, as domain/hosting/mirror plans it.

Each in one transaction under the locks of its sections.

Tested in tests/models/hosting/sync/test_sync.py.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from domain.hosting.mirror import Presence, Side, Step
from models.core.database import Row, execute, fetch
from models.core.transaction import after_rollback, interpret_now, topic_changed, write
from models.hosting.key.alliance_key import Keys, KeyState, key_refusal, keys_of, present_keys
from models.hosting.key.key_notification import notify_key_state
from models.hosting.lock import lock_mirrored_topic
from models.hosting.mirror.mirror import MirrorView, mirror_by_pk, mirrors_of_mother
from models.hosting.mirror.mirror_change import changes_of
from models.hosting.sync.loading import load_state
from models.hosting.sync.pull import Pull
from models.hosting.sync.push import Push
from models.hosting.sync.state import SyncState, require, save_state

MOST_STEPS = 1000
"""In one transaction; a topic that needs more is taken up again."""


async def keys_or_refuse(alliance_id: int, now: datetime) -> Keys:
    """The mother's keys; where they are not there, her members are told once this write is undone."""
    keys = await keys_of(alliance_id)
    if keys is None or keys.state is not KeyState.PRESENT:
        after_rollback(lambda: notify_key_state(alliance_id, now))
        raise key_refusal(KeyState.MISSING if keys is None else keys.state)
    return keys


async def sync_topic(mirror_id: int, topic: UUID, now: datetime) -> bool:
    """Carries all that waits of one topic, in one transaction; False if some of it is left."""
    if not await changes_of(mirror_id, topic):
        return True  # Somebody else was quicker: no lock is waited for.

    async def work() -> bool:
        mirror = await mirror_by_pk(mirror_id)
        if mirror is None or not mirror.is_open:
            return True
        # All of them: what comes from one host goes to the others.
        mirrors = [one for one in await mirrors_of_mother(mirror.mother_id) if one.section_id == mirror.section_id]
        await lock_mirrored_topic(mirrors, topic)
        # Under the lock: a rotation may have ended while it was waited for.
        keys = await present_keys(mirror.mother_id)
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
            await _carry(mirror, await keys_or_refuse(mirror.mother_id, now), topic, changes, now)
            await interpret_now()


async def _carry(mirror: MirrorView, keys: Keys, topic: UUID, changes: Sequence[Row], now: datetime) -> bool:
    """Synchronises a locked topic, both ways, as far as these changes go; False if some of it is left."""
    posts = {UUID(str(row["row_uuid"])) for row in changes if row["row_uuid"] is not None}
    whole = any(row["row_uuid"] is None for row in changes)
    returns = {UUID(str(row["row_uuid"] or topic)) for row in changes if row["is_return"]}
    state = await load_state(mirror, keys, {topic: None if whole else posts})
    steps = state.plan(returns)
    await take_steps(state, steps[:MOST_STEPS], now)
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


def is_inbound(step: Step) -> bool:
    """Whether a step brings what a host wrote into what the mother reads, and not only counts a revision of hers on."""
    here, there, result = step.here, step.there, step.result
    if step.target is not Side.INTERNAL or result is None:
        return False
    if here is None or (here.digest, here.presence) != (result.digest, result.presence):
        return True
    # The text that the mother has, after others that she has not seen: one more is a tie that has been settled.
    was_edited = there is not None and there.presence is Presence.LIVE and there.revision > here.revision + 1
    return was_edited and result.presence is not Presence.DELETED


async def take_steps(state: SyncState, steps: list[Step], now: datetime) -> None:
    pull, push = Pull(state, now), Push(state, now)
    await pull.look_up(steps)
    for step in steps:
        if step.target is Side.INTERNAL:
            await pull.take(step)
        else:
            await pull.earlier.keep_what_goes(step)
            await push.take(step)
        state.moved(step)
    await push.finish()
