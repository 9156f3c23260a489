"""Whatever happens on either side, and wherever it stops: both agree in the end, and nothing is lost or comes back."""

import os
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.hosting.mirror import PostVersion, Presence, Side, Step, Summary, Version, plan_synchronisation, settle
from tests.domain.hosting.two_sides import DELETED, LIVE, WITHDRAWN, World

EXAMPLES = int(os.environ.get("EXAMPLES", "150" if os.environ.get("BY_TURNS") else "500"))
TOPIC, OTHER_TOPIC, POST = UUID(int=1), UUID(int=2), UUID(int=3)
INTERNAL, MIRROR = Side.INTERNAL, Side.MIRROR
sides = st.sampled_from(Side)


class TwoSides(RuleBasedStateMachine):
    """Users write on one side at a time; plans are made, begun, left, taken up again when stale, and finished."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.waiting: list[Step] = []
        self.open = True
        self.dead: set[tuple[Side, UUID]] = set()

    def pick(self, data: st.DataObject, side: Side, *, topics: bool, posts: bool) -> UUID | None:
        if side is MIRROR and not self.open:
            return None
        names = list(self.world.writable(side, topics=topics, posts=posts))
        return data.draw(st.sampled_from(names)) if names else None

    @rule(side=sides)
    def new_topic(self, side: Side) -> None:
        if side is INTERNAL or self.open:
            self.world.write(side, None)

    @rule(data=st.data(), side=sides)
    def new_post(self, data: st.DataObject, side: Side) -> None:
        if topic := self.pick(data, side, topics=True, posts=False):
            self.world.write(side, topic)

    @rule(data=st.data(), side=sides)
    def edit(self, data: st.DataObject, side: Side) -> None:
        if name := self.pick(data, side, topics=True, posts=True):
            self.world.edit(side, name)

    @rule(data=st.data(), side=sides, topics=st.booleans())
    def delete(self, data: st.DataObject, side: Side, topics: bool) -> None:
        if name := self.pick(data, side, topics=topics, posts=not topics):
            self.world.delete(side, name)

    @rule(data=st.data())
    def move_out_or_back(self, data: st.DataObject) -> None:
        if topic := self.pick(data, INTERNAL, topics=True, posts=False):
            self.world.move(topic)

    @rule()
    def close_or_reopen(self) -> None:
        self.open, self.waiting = not self.open, []

    @rule(data=st.data())
    def damage_or_mend(self, data: st.DataObject) -> None:
        if names := list(self.world.sides[MIRROR]):
            self.world.refused ^= {data.draw(st.sampled_from(names))}

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def plan_and_crash(self, data: st.DataObject) -> None:
        plan = self.world.plan()
        count = data.draw(st.integers(0, len(plan)))
        self.world.carry_out(plan[:count])
        self.waiting = plan[count:]

    @precondition(lambda self: self.waiting)
    @rule()
    def go_on_with_the_old_plan(self) -> None:
        self.world.carry_out(self.waiting)

    @precondition(lambda self: self.open)
    @rule()
    def synchronise(self) -> None:
        self.world.carry_out(self.world.plan())
        assert self.world.plan() == []
        self.world.assert_agreed()

    @invariant()
    def what_is_deleted_stays_deleted(self) -> None:
        for side, name in self.dead:
            row = self.world.sides[side].get(name)
            assert row is None or row.presence is DELETED
        present = ((side, name, row) for side, rows in self.world.sides.items() for name, row in rows.items())
        self.dead |= {(side, name) for side, name, row in present if row.presence is DELETED}

    def teardown(self) -> None:
        self.world.refused.clear()
        self.synchronise()


TwoSides.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
test_two_sides = pytest.mark.slow(TwoSides.TestCase)


def alike(internal: Version | None, mirror: Version | None) -> bool:
    if internal and internal.presence is LIVE:
        return internal == mirror
    return mirror is None or (internal is not None and mirror.presence is internal.presence)


versions = st.builds(Version, st.integers(0, 3), st.sampled_from([b"a", b"b"]), st.sampled_from(Presence))
maybe = st.none() | versions


@given(maybe, maybe, maybe)
def test_a_mother_with_two_mirrors_settles_too(
    internal: Version | None, one: Version | None, two: Version | None
) -> None:
    for _ in range(2):
        internal, one = settle(internal, one)
        internal, two = settle(internal, two)
    assert settle(internal, one) == (internal, one)
    assert settle(internal, two) == (internal, two)
    assert alike(internal, one)
    assert alike(internal, two)


@given(versions, versions)
def test_a_change_of_presence_passes_what_was_sealed_before(internal: Version, mirror: Version) -> None:
    _, at_host = settle(internal, mirror)
    assert at_host is not None
    assert at_host.revision >= mirror.revision
    if at_host.presence is not mirror.presence:
        assert at_host.revision > mirror.revision


@pytest.mark.parametrize(
    ("internal", "mirror", "winner"),
    [
        (Version(2, b"a"), Version(1, b"z"), Version(2, b"a")),
        (Version(1, b"z"), Version(2, b"a"), Version(2, b"a")),
        (Version(1, b"a"), Version(1, b"a"), Version(1, b"a")),
        (Version(1, b"a"), Version(1, b"b"), Version(2, b"a")),
        (Version(1, b"b"), Version(1, b"a"), Version(2, b"b")),
    ],
)
def test_the_higher_revision_wins_and_of_equal_ones_the_mothers_which_goes_on(
    internal: Version, mirror: Version, winner: Version
) -> None:
    assert settle(internal, mirror) == (winner, winner)


@given(versions, versions)
def test_one_counter_has_one_text_at_the_host(internal: Version, mirror: Version) -> None:
    """What was sealed there before is an older revision, so that nobody can bring it back."""
    _, at_host = settle(internal, mirror)
    assert at_host is not None
    if mirror.presence is LIVE and at_host.digest != mirror.digest:
        assert at_host.revision > mirror.revision


def test_of_a_tie_the_host_comes_first() -> None:
    topics = {TOPIC: Version(0, b"t")}
    internal = Summary(topics, {POST: PostVersion(TOPIC, Version(1, b"a"))})
    mirror = Summary(topics, {POST: PostVersion(TOPIC, Version(1, b"b"))})
    assert [step.target for step in plan_synchronisation(internal, mirror)] == [MIRROR, INTERNAL]


def test_a_deletion_wins_over_any_number_of_edits() -> None:
    dead, edited = Version(1, presence=DELETED), Version(9, b"a")
    assert settle(dead, edited) == settle(edited, dead) == (Version(10, presence=DELETED),) * 2


def test_a_topic_deleted_before_it_was_ever_mirrored_leaves_no_trace_at_the_host() -> None:
    for presence in (DELETED, WITHDRAWN):
        internal = Summary({TOPIC: Version(1, presence=presence)}, {POST: PostVersion(TOPIC, Version(0, b"a"))})
        assert plan_synchronisation(internal, Summary()) == []


def test_what_did_not_open_is_neither_read_nor_written_over() -> None:
    internal = Summary({TOPIC: Version(1, b"a")}, {POST: PostVersion(TOPIC, Version(5, b"a"))})
    mirror = Summary({TOPIC: Version(1, b"a")}, {POST: PostVersion(TOPIC, Version(0, b"b"))})
    assert [step.post for step in plan_synchronisation(internal, mirror)] == [POST]
    for name in (TOPIC, POST):
        assert plan_synchronisation(internal, Summary(mirror.topics, mirror.posts, frozenset({name}))) == []
        assert plan_synchronisation(internal, Summary(mirror.topics, {}, frozenset({name}))) == []


def test_a_post_that_stands_in_two_topics_is_left_alone() -> None:
    topics = {TOPIC: Version(0, b"a"), OTHER_TOPIC: Version(0, b"b")}
    internal = Summary(topics, {POST: PostVersion(TOPIC, Version(0, b"a"))})
    mirror = Summary(topics, {POST: PostVersion(OTHER_TOPIC, Version(1, b"b"))})
    assert plan_synchronisation(internal, mirror) == []


def test_topics_come_before_their_posts_and_the_mother_before_the_host() -> None:
    internal = Summary({TOPIC: Version(0, b"a", WITHDRAWN)})
    mirror = Summary({TOPIC: Version(1, b"b")}, {POST: PostVersion(TOPIC, Version(0, b"c"))})
    plan = [(step.target, step.post, step.result) for step in plan_synchronisation(internal, mirror)]
    assert plan == [
        (INTERNAL, None, Version(1, b"b", WITHDRAWN)),
        (MIRROR, None, Version(2, b"", WITHDRAWN)),
        (INTERNAL, POST, Version(0, b"c")),
        (MIRROR, POST, None),
    ]
