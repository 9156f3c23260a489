"""The locks of the forum: its tree, a topic, a section. Their order is written in models/core/lock.

Whoever changes a topic or its posts has its lock, so that two changes of one topic come one after the other and its
latest post can be read off its posts.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from domain.core.refusal import Code, Refusal, not_found
from models.core.database import execute, fetch, is_postgres
from models.core.lock import Lock, note_lock
from permissions.visibility import SectionKind

SHARED = frozenset({SectionKind.MEMBERS.value, SectionKind.ORDERS.value})
"""The kinds of sections that may have mirrors."""


@dataclass(frozen=True, slots=True)
class LockedTopic:
    """A topic as it is until the end of the current transaction; `kind` is its section's.

    `title` is what everybody may read: it goes into notifications and addresses.
    """

    pk: int
    section_id: int
    title: str
    author_id: int | None
    is_locked: bool
    is_deleted: bool
    post_count: int
    kind: str = SectionKind.DISCUSSION.value
    alliance_id: int | None = None
    section_alliance_id: int | None = None
    is_section_deleted: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether there may be mirrors of it."""
        return self.kind in SHARED


# Changes of one alliance's members and orders follow one another, and the alliance comes before the topic: a census
# changes its member, whom a table or a harvest changes before the titles, and an order that ends promotes another.
_ALLIANCE_FIRST = """WITH first AS (
    SELECT a.id FROM topics t JOIN sections s ON s.id = t.section_id AND s.kind IN ('MEMBERS', 'ORDERS')
        JOIN alliances a ON a.id = s.alliance_id WHERE t.id = $1 FOR NO KEY UPDATE OF a)
"""
_TOPIC = """SELECT id, section_id, COALESCE(shown_title, title), author_id, is_locked, deleted_at IS NOT NULL,
    post_count, (SELECT s.kind FROM sections s WHERE s.id = topics.section_id), alliance_id,
    (SELECT s.alliance_id FROM sections s WHERE s.id = topics.section_id),
    (SELECT s.deleted_at IS NOT NULL FROM sections s WHERE s.id = topics.section_id)
    FROM topics WHERE id = $1 AND is_sealed = $2"""


async def lock_topic(topic_id: int) -> LockedTopic | None:
    """Locks a topic for the rest of the current write; deleted ones too. None if there is no such row."""
    # SQLite's one writer holds the whole database already.
    after = " AND (SELECT count(*) FROM first) >= 0 FOR NO KEY UPDATE"
    sql = f"{_ALLIANCE_FIRST}{_TOPIC}{after}" if is_postgres() else _TOPIC
    for row in await fetch(sql, topic_id, False):
        found = _locked(row)
        if found.is_shared:
            note_lock(Lock.ALLIANCE, found.section_alliance_id or 0)
        note_lock(Lock.TOPIC, topic_id)
        return found
    return await _lock_sealed_topic(topic_id)


async def _lock_sealed_topic(topic_id: int) -> LockedTopic | None:
    """A row of a mirror is locked by its section, which whoever seals it has first too."""
    for (section_id,) in await fetch("SELECT section_id FROM topics WHERE id = $1 AND is_sealed = $2", topic_id, True):
        await lock_mirror_section(section_id)
        for row in await fetch(_TOPIC, topic_id, True):
            return _locked(row)
    return None


def _locked(row: Sequence[Any]) -> LockedTopic:
    pk, section_id, title, author_id, is_locked, is_deleted, posts, kind, alliance_id, section_alliance_id, away = row
    flags = bool(is_locked), bool(is_deleted)
    place = kind, alliance_id, section_alliance_id, bool(away)
    return LockedTopic(pk, section_id, title, author_id, *flags, posts, *place)


async def lock_known_topic(topic_id: int) -> LockedTopic:
    """Locks a topic that must be there; NOT_FOUND, which undoes the write, if it is not."""
    topic = await lock_topic(topic_id)
    if topic is None:
        raise not_found()
    return topic


async def lock_open_topic(topic_id: int) -> LockedTopic:
    """Locks a topic where posts may be added: NOT_FOUND once it is deleted, LOCKED where it takes none."""
    topic = await lock_topic(topic_id)
    if topic is None or topic.is_deleted:
        raise not_found()
    if topic.is_locked:
        raise Refusal(Code.LOCKED, "locked_topic")
    return topic


async def lock_move(topic_id: int, section_id: int) -> None:
    """First in a move: the alliances of whose members or orders the topic becomes one, or is one no more."""
    rows = await fetch(
        """SELECT DISTINCT s.alliance_id FROM sections s WHERE s.kind = ANY($3) AND s.alliance_id IS NOT NULL
            AND (s.id = $2 OR s.id = (SELECT section_id FROM topics WHERE id = $1)) ORDER BY 1""",
        topic_id,
        section_id,
        list(SHARED),
    )
    for (alliance_id,) in rows:
        note_lock(Lock.ALLIANCE, alliance_id)
        if is_postgres():
            await fetch("SELECT id FROM alliances WHERE id = $1 FOR NO KEY UPDATE", alliance_id)


async def lock_topics(topic_ids: Collection[int]) -> None:
    """Locks several topics, for a write that changes them all and counts in no section before."""
    pks = sorted(topic_ids)
    for pk in pks:
        note_lock(Lock.TOPIC, pk)
    if pks and is_postgres():
        await fetch("SELECT id FROM topics WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", pks)


async def lock_section(section_id: int, *, deleted: bool = False) -> None:
    """Locks a section's counts. NOT_FOUND, which undoes the write, if it was deleted, unless `deleted` ones do too."""
    note_lock(Lock.SECTION, section_id)
    await _touch(section_id, deleted=deleted)


async def lock_mirror_section(section_id: int) -> None:
    """Locks a section of sealed rows, and with it all that lies there."""
    note_lock(Lock.MIRROR_SECTION, section_id)
    await _touch(section_id)


async def _touch(section_id: int, *, deleted: bool = False) -> None:
    sql = "UPDATE sections SET topic_count = topic_count WHERE id = $1 AND (deleted_at IS NULL OR $2)"
    if not await execute(sql, section_id, deleted):
        raise not_found()


async def lock_section_tree() -> None:
    """Locks the tree for the rest of the write: two moves that cross each other would otherwise close a circle.

    Reading goes on; whoever counts a topic or a post waits, and holds no section yet (see create_topic). Taking the
    rows one by one instead meets those who have a share of one and wait for the whole of it: a deadlock.
    """
    note_lock(Lock.SECTION_TREE)
    if is_postgres():
        await execute("LOCK TABLE sections IN SHARE ROW EXCLUSIVE MODE")
