"""What to copy which way so that a shared section and its mirror agree: a pure plan from two summaries.
Reads no text and opens no token; whoever carries the plan out does that. Rules: DESIGN, Hosting."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from uuid import UUID


class Side(Enum):
    """The mother's own section, or its copy at the host."""

    INTERNAL = "internal"
    MIRROR = "mirror"


class Presence(Enum):
    """WITHDRAWN: moved out of the shared section, lives on inside the mother, may come back. DELETED is for ever."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Version:
    """A topic's title or a post's text as one side has it.

    `revision` counts the edits of the text: who deletes or moves a row leaves it as it is. With the side that has it,
    it orders all versions: the higher counter, of equal ones the mother's. `digest` is the same exactly where the texts
    are, and empty where there is none. It must not be stored at the host: the text behind a bare hash can be guessed.
    """

    revision: int
    digest: bytes = b""
    presence: Presence = Presence.LIVE


@dataclass(frozen=True, slots=True)
class PostVersion:
    """A post's version and the topic it stands in."""

    topic: UUID
    version: Version


@dataclass(frozen=True, slots=True)
class Summary:
    """One side of one shared section, tombstones included, in the order in which missing rows are to be created.

    `refused`: topics and posts whose token did not open. Nothing is read from them and nothing is written over them.
    """

    topics: Mapping[UUID, Version] = field(default_factory=dict)
    posts: Mapping[UUID, PostVersion] = field(default_factory=dict)
    refused: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """Make one row what `result` says, in one transaction; `post` is None for the topic itself.

    `here` and `there` are what the target and the other side had when the plan was made: where either is no longer so,
    skip this step and all later ones of the same topic, and plan again. Where the digest of `result` is not that of
    `here`, the text is the other side's and comes with its author, time and revisions; an empty digest means no text,
    and a `result` of None forgets the post. What is replaced or forgotten at the mirror is kept as a revision in the
    mother.
    """

    target: Side
    topic: UUID
    post: UUID | None
    here: Version | None
    there: Version | None
    result: Version | None


@dataclass(slots=True)
class _Pair:
    """The two versions of one row, followed through the steps planned so far."""

    topic: UUID
    post: UUID | None
    internal: Version | None
    mirror: Version | None

    def become(self, in_mother: Version | None, at_host: Version | None) -> Iterator[Step]:
        """The mother first, so that nothing is lost; of a tie the host first, so that nobody edits what has lost."""
        results = {Side.INTERNAL: in_mother, Side.MIRROR: at_host}
        tied = self.internal is not None and self.mirror is not None and _is_tie(self.internal, self.mirror)
        for target in reversed(results) if tied else results:
            yield from self.change(target, results[target])

    def change(self, target: Side, result: Version | None) -> Iterator[Step]:
        here, there = self.internal, self.mirror
        if target is Side.MIRROR:
            here, there = there, here
        if result == here:
            return
        yield Step(target, self.topic, self.post, here, there, result)
        if target is Side.MIRROR:
            self.mirror = result
        else:
            self.internal = result


def plan_synchronisation(internal: Summary, mirror: Summary) -> list[Step]:
    """The steps after which both sides agree, topic by topic; empty if they do. Its length is what is pending.

    A plan that is interrupted anywhere, and made again, ends in the same state.
    """
    refused = internal.refused | mirror.refused
    posts = _posts_by_topic(internal, mirror)
    steps: list[Step] = []
    for topic in dict.fromkeys([*internal.topics, *mirror.topics]):
        if topic not in refused:
            pair = _Pair(topic, None, internal.topics.get(topic), mirror.topics.get(topic))
            steps += _plan_topic(pair, [post for post in posts.get(topic, []) if post.post not in refused])
    return steps


def _plan_topic(topic: _Pair, posts: Iterable[_Pair]) -> Iterator[Step]:
    in_mother, at_host = settle(topic.internal, topic.mirror)
    yield from topic.become(in_mother, at_host)
    shared = at_host is not None and at_host.presence is Presence.LIVE
    for post in posts:
        in_mother, at_host = settle(post.internal, post.mirror)
        # The host keeps no post of a topic that is gone from it, once what was new in it is with the mother.
        yield from post.become(in_mother, at_host if shared else None)


def settle(internal: Version | None, mirror: Version | None) -> tuple[Version | None, Version | None]:
    """What each side of one row should become. The internal side alone says whether a topic is withdrawn."""
    if internal is None:
        return mirror, mirror
    if mirror is None:
        return internal, internal if internal.presence is Presence.LIVE else None
    return _settle_both(internal, mirror)


def _settle_both(internal: Version, mirror: Version) -> tuple[Version, Version]:
    if internal.presence is mirror.presence and internal.presence is not Presence.LIVE:
        return internal, mirror
    # A tombstone's revision passes every live one, and a return passes its tombstone's: what was sealed before such a
    # change is then an older revision, and the host cannot bring it back.
    if Presence.DELETED in (internal.presence, mirror.presence):
        tombstone = Version(_passing(internal, mirror), presence=Presence.DELETED)
        return tombstone, tombstone
    if mirror.presence is Presence.WITHDRAWN:
        returned = replace(internal, revision=max(internal.revision, mirror.revision + 1))
        return returned, returned
    newest = _newest(internal, mirror)
    if internal.presence is Presence.LIVE:
        return newest, newest
    withdrawn = Presence.WITHDRAWN
    return replace(newest, presence=withdrawn), Version(newest.revision + 1, presence=withdrawn)


def _newest(internal: Version, mirror: Version) -> Version:
    """Of two texts under one counter the mother's, which goes on under the next: one counter has one text at a host."""
    if _is_tie(internal, mirror):
        return replace(internal, revision=internal.revision + 1)
    return max(internal, mirror, key=lambda version: version.revision)


def _is_tie(internal: Version, mirror: Version) -> bool:
    both_live = mirror.presence is Presence.LIVE and internal.presence is not Presence.DELETED
    return both_live and internal.revision == mirror.revision and internal.digest != mirror.digest


def _passing(internal: Version, mirror: Version) -> int:
    return max(version.revision + (version.presence is not Presence.DELETED) for version in (internal, mirror))


def _posts_by_topic(internal: Summary, mirror: Summary) -> dict[UUID, list[_Pair]]:
    by_topic: dict[UUID, list[_Pair]] = {}
    for post in dict.fromkeys([*internal.posts, *mirror.posts]):
        ours, theirs = internal.posts.get(post), mirror.posts.get(post)
        topics = {row.topic for row in (ours, theirs) if row}
        # A post that stands in two topics is not the same post: no step, rather than a double.
        if len(topics) == 1:
            (topic,) = topics
            pair = _Pair(topic, post, ours.version if ours else None, theirs.version if theirs else None)
            by_topic.setdefault(topic, []).append(pair)
    return by_topic
