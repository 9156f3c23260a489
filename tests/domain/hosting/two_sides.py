"""A mother's section and one mirror in memory, and a log of what was written to them: the slow oracle of the plan,
which knows nothing of versions meeting, and only remembers every text, every deletion and the last move."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from domain.hosting.mirror import PostVersion, Presence, Side, Step, Summary, Version, plan_synchronisation

LIVE, WITHDRAWN, DELETED = Presence.LIVE, Presence.WITHDRAWN, Presence.DELETED


@dataclass
class Row:
    """A topic (its own `topic`) or a post, as a database would hold it; `past` is every text that it ever had here."""

    topic: UUID
    text: str
    revision: int = 0
    presence: Presence = LIVE
    past: set[str] = field(default_factory=set)

    def version(self) -> Version:
        return Version(self.revision, self.text.encode(), self.presence)


@dataclass
class Written:
    """What happened to one topic or post, on whichever side."""

    topic: UUID
    texts: list[tuple[int, str]] = field(default_factory=list)
    deleted: bool = False
    inside: bool = True

    def newest(self) -> set[str]:
        last = max(revision for revision, _ in self.texts)
        return {text for revision, text in self.texts if revision == last}


@dataclass
class World:
    """Both sides and the log. Each write touches one side alone, as if everything always crashed before the second."""

    sides: dict[Side, dict[UUID, Row]] = field(default_factory=lambda: {side: {} for side in Side})
    log: dict[UUID, Written] = field(default_factory=dict)
    refused: set[UUID] = field(default_factory=set)
    count: int = 0

    def write(self, side: Side, topic: UUID | None) -> UUID:
        """A new topic, or a new post in `topic`."""
        self.count += 1
        row = UUID(int=self.count)
        self.sides[side][row] = Row(topic or row, "", revision=-1)
        self.log[row] = Written(topic or row)
        self.edit(side, row)
        return row

    def edit(self, side: Side, name: UUID) -> None:
        self.count += 1
        row = self.sides[side][name]
        row.revision, row.text = row.revision + 1, f"text {self.count}"
        row.past.add(row.text)
        self.log[name].texts.append((row.revision, row.text))

    def delete(self, side: Side, name: UUID) -> None:
        self.sides[side][name].presence, self.sides[side][name].text = DELETED, ""
        self.log[name].deleted = True

    def move(self, topic: UUID) -> None:
        row = self.sides[Side.INTERNAL][topic]
        row.presence = LIVE if row.presence is WITHDRAWN else WITHDRAWN
        self.log[topic].inside = row.presence is LIVE

    def writable(self, side: Side, *, topics: bool, posts: bool) -> Iterator[UUID]:
        """The rows that a user of this side can change; the mother's own also where they were moved to."""
        rows = self.sides[side]
        reachable = {LIVE, WITHDRAWN} if side is Side.INTERNAL else {LIVE}
        for name, row in rows.items():
            topic = rows.get(row.topic)
            wanted = topics if row.topic == name else posts
            unreadable = side is Side.MIRROR and {name, row.topic} & self.refused
            if wanted and not unreadable and topic and {topic.presence, row.presence} <= reachable:
                yield name

    def summary(self, side: Side) -> Summary:
        rows = self.sides[side].items()
        return Summary(
            topics={name: row.version() for name, row in rows if row.topic == name},
            posts={name: PostVersion(row.topic, row.version()) for name, row in rows if row.topic != name},
            refused=frozenset(self.refused if side is Side.MIRROR else ()),
        )

    def plan(self) -> list[Step]:
        return plan_synchronisation(self.summary(Side.INTERNAL), self.summary(Side.MIRROR))

    def carry_out(self, steps: list[Step]) -> None:
        """As the plan's contract says; a step that no longer fits drops the rest of its topic."""
        dropped: set[UUID] = set()
        for step in steps:
            if step.topic not in dropped and not self.take(step):
                dropped.add(step.topic)

    def take(self, step: Step) -> bool:
        name = step.post or step.topic
        mine, theirs = self.sides[step.target], self.sides[other(step.target)]
        here, there = mine.get(name), theirs.get(name)
        if (here and here.version(), there and there.version()) != (step.here, step.there) or name in self.refused:
            return False
        assert step.post is None or step.topic in mine, "a post before its topic"
        text, past = self.text_for(step, here, there), (here.past if here else set()) | (there.past if there else set())
        if step.target is Side.MIRROR and here:
            self.sides[Side.INTERNAL][name].past |= here.past
        if step.result is None:
            del mine[name]
        else:
            mine[name] = Row(step.topic, text, step.result.revision, step.result.presence, past)
            assert mine[name].version() == step.result
        return True

    @staticmethod
    def text_for(step: Step, here: Row | None, there: Row | None) -> str:
        if step.result is None or not step.result.digest:
            return ""
        source = here if here and step.here and step.here.digest == step.result.digest else there
        assert source is not None
        return source.text

    def assert_agreed(self) -> None:
        """What a reader of the log expects to find on both sides. What was refused is left out: it waits."""
        for name, written in self.log.items():
            if {name, written.topic} & self.refused:
                continue
            internal, mirror = (self.sides[side].get(name) for side in (Side.INTERNAL, Side.MIRROR))
            topic, is_topic = self.log[written.topic], name == written.topic
            assert internal is not None, "lost"
            past = internal.past | (mirror.past if mirror else set())
            assert past == {text for _, text in written.texts}, "a revision was lost"
            shared = topic.inside and not topic.deleted
            if written.deleted:
                assert internal.presence is DELETED
                assert mirror is None or mirror.presence is DELETED, "came back"
            else:
                assert internal.text in written.newest()
                assert internal.presence is (LIVE if not is_topic or written.inside else WITHDRAWN)
                if shared:
                    assert mirror is not None
                    assert mirror.version() == internal.version()
            if not shared:
                assert mirror is None or (is_topic and mirror.presence is not LIVE), "left behind at the host"
        assert {row for side in self.sides.values() for row in side} == set(self.log)


def other(side: Side) -> Side:
    return Side.MIRROR if side is Side.INTERNAL else Side.INTERNAL
