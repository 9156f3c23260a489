"""Both sides of some topics of a mirror: what was read of them, what is to be done, how far they have been seen.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from domain.hosting.cipher import AssociatedData, Kind
from domain.hosting.envelope import SealFault
from domain.hosting.mirror import PostVersion, Presence, Side, Step, Summary, Version, plan_synchronisation
from domain.hosting.sealed_text import SealedText
from models.hosting.key.alliance_key import Keys
from models.hosting.mirror.mirror import MirrorFault, MirrorView, save_faults
from models.hosting.mirror.mirror_mark import set_marks

Found = TypeVar("Found")

MOST_FAULTS = 100
"""Kept of one mirror: enough to see what happened."""


@dataclass(slots=True)
class LocalRow:
    """A topic or post of the mother. `section_id` and the flags are a topic's, `topic_pk` a post's.

    `version` follows the steps that are taken; `revision` is what it was before.
    """

    pk: int
    uuid: UUID
    topic: UUID
    version: Version
    text: SealedText
    section_id: int = 0
    revision: int = 0
    topic_pk: int = 0
    is_pinned: bool = False
    is_locked: bool = False


@dataclass(slots=True)
class RemoteRow:
    """A topic or post of the mirror. `version` and `text` are there if its token opened and it is no tombstone."""

    pk: int
    uuid: UUID
    topic: UUID
    revision: int
    created_at: datetime
    is_gone: bool
    version: Version | None = None
    text: SealedText | None = None
    topic_pk: int = 0
    is_pinned: bool = False
    is_locked: bool = False


@dataclass(slots=True)
class SyncState:
    """What `load_state` found of the topics and posts that were wanted, followed by `moved` as steps are taken.

    `refused` are the rows that stand where they belong and did not open.
    """

    mirror: MirrorView
    keys: Keys
    wanted: Mapping[UUID, Collection[UUID] | None] = field(default_factory=dict)
    local_topics: dict[UUID, LocalRow] = field(default_factory=dict)
    local_posts: dict[UUID, LocalRow] = field(default_factory=dict)
    remote_topics: dict[UUID, RemoteRow] = field(default_factory=dict)
    remote_posts: dict[UUID, RemoteRow] = field(default_factory=dict)
    refused: set[UUID] = field(default_factory=set)
    faults: list[MirrorFault] = field(default_factory=list)
    marks: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    seen: dict[UUID, int] = field(default_factory=dict)

    def place(self, kind: Kind, topic: UUID, post: UUID | None, revision: int, *, deleted: bool) -> AssociatedData:
        mirror = self.mirror
        return AssociatedData(kind, mirror.hosting, mirror.mother_tag, mirror.host_tag, topic, post, revision, deleted)

    def refuse(self, row: "RemoteRow", fault: SealFault) -> None:
        self.refused.add(row.uuid)
        self.faults.append(MirrorFault(row.topic, None if row.uuid == row.topic else row.uuid, fault.value))

    def plan(self, returns: Collection[UUID]) -> list[Step]:
        """What is to be done, by what the mother brought back."""
        return [*self._withdrawals(returns), *plan_synchronisation(*self._summaries(returns))]

    def _withdrawals(self, returns: Collection[UUID]) -> Iterator[Step]:
        """Of a topic that is back outside of the shared sections the tombstone is to say so, or it deletes it again."""
        for topic in returns:
            own, theirs = self.local_topics.get(topic), self.remote_topics.get(topic)
            if own is None or theirs is None or theirs.version is None or topic in self.refused:
                continue
            if (own.version.presence, theirs.version.presence) == (Presence.WITHDRAWN, Presence.DELETED):
                withdrawn = Version(theirs.version.revision + 1, presence=Presence.WITHDRAWN)
                yield Step(Side.MIRROR, topic, None, theirs.version, own.version, withdrawn)

    def _summaries(self, returns: Collection[UUID]) -> tuple[Summary, Summary]:
        """What the mother brought back counts as withdrawn, not as deleted, at the host."""
        internal = Summary(
            {uuid: row.version for uuid, row in self.local_topics.items()},
            {uuid: PostVersion(row.topic, row.version) for uuid, row in self.local_posts.items()},
        )
        host = {
            uuid: _returned(row.version) if uuid in returns else row.version
            for rows in (self.remote_topics, self.remote_posts)
            for uuid, row in rows.items()
            if row.version is not None
        }
        mirror = Summary(
            {uuid: host[uuid] for uuid in self.remote_topics if uuid in host},
            {uuid: PostVersion(row.topic, host[uuid]) for uuid, row in self.remote_posts.items() if uuid in host},
            frozenset(self.refused),
        )
        return internal, mirror

    def moved(self, step: Step) -> None:
        """Notes the revision that the host's row has after a step."""
        name = step.post or step.topic
        version = step.result if step.target.value == "mirror" else step.there
        if version is not None:
            self.seen[name] = max(version.revision, self.seen.get(name, 0))


def require(value: Found | None) -> Found:
    """What the plan promises to be there; LookupError, which undoes the write, if it is not."""
    if value is None:
        raise LookupError("a step that was not planned from this state")
    return value


def _returned(version: Version) -> Version:
    return replace(version, presence=Presence.WITHDRAWN) if version.presence is Presence.DELETED else version


# ---- writing ------------------------------------------------------------------------


async def save_state(state: SyncState, unfinished: Collection[UUID]) -> None:
    """Keeps how far the host's rows have been seen, and what of them is refused."""
    await set_marks(state.mirror.pk, state.marks, state.seen)
    kept = [one for one in state.mirror.faults if one.topic in unfinished or not _was_looked_at(state, one)]
    new = [one for one in state.faults if one not in kept]
    await save_faults(state.mirror, [*kept, *new][:MOST_FAULTS])


def _was_looked_at(state: SyncState, fault: MirrorFault) -> bool:
    """By topic and post: a row that was moved away may be a fault where it stands and none where it belongs."""
    if fault.topic not in state.wanted:
        return False
    posts = state.wanted[fault.topic]
    return posts is None or fault.post is None or fault.post in posts
