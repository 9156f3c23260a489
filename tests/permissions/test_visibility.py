"""The one predicate: a table of sections and viewers, and random trees against a plain reading of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.viewer import ANONYMOUS, LivingCharacter, Membership, Viewer
from permissions.visibility import (
    CategoryAccess,
    SectionKind,
    is_narrowed,
    opens,
    sees_full_title,
    sees_section,
    sees_topic,
    visibility_key,
    visible,
)

AWAKENED, UNALTERED = 1, 2
SYMBIOTES, KEEPERS = 1, 2
OURS, THEIRS = 1, 2


@dataclass(frozen=True)
class Section:
    """A section's restriction, as bare as the predicate wants it."""

    access: str = "PUBLIC"
    kind: str = "DISCUSSION"
    faction_id: int | None = None
    clan_id: int | None = None
    alliance_id: int | None = None
    parent_id: int | None = None


def viewer(
    level: int = 10,
    characters: tuple[tuple[int | None, int | None] | tuple[int | None, int | None, bool], ...] = (),
    memberships: tuple[Membership, ...] = (),
) -> Viewer:
    """Characters are of a faction and a clan, and approved unless they say otherwise."""
    living = tuple(
        LivingCharacter(number, "x", one[0], one[1], one[2] if len(one) == 3 else True)
        for number, one in enumerate(characters)
    )
    return Viewer(user_id=1, role_level=level, characters=living, memberships=memberships)


VIEWERS = {
    "anonymous": ANONYMOUS,
    "player": viewer(),
    "neutral": viewer(characters=((None, None),)),
    "awakened": viewer(characters=((AWAKENED, None),)),
    "symbiote": viewer(characters=((AWAKENED, SYMBIOTES),)),
    "waiting": viewer(characters=((AWAKENED, SYMBIOTES, False), (UNALTERED, KEEPERS, False))),
    "two": viewer(characters=((AWAKENED, None), (UNALTERED, SYMBIOTES))),
    "member": viewer(memberships=(Membership(OURS, 1, can_administer=False),)),
    "head": viewer(memberships=(Membership(OURS, 1, can_administer=True, has_topic=True),)),
    "stranger": viewer(memberships=(Membership(THEIRS, 1, can_administer=True),)),
    "game_master": viewer(30),
    "moderator": viewer(50),
    "admin": viewer(100),
}
STAFF = "game_master moderator admin"
ACCOUNTS = " ".join(name for name in VIEWERS if name != "anonymous")
CHARACTERS = "neutral awakened symbiote waiting two"


@pytest.mark.parametrize(
    ("section", "seen_by"),
    [
        (Section("PUBLIC"), f"anonymous {ACCOUNTS}"),
        (Section("AUTHENTICATED"), ACCOUNTS),
        (Section("CHARACTER"), f"{CHARACTERS} {STAFF}"),
        (Section("ALLIANCE", alliance_id=OURS), f"member head {STAFF}"),
        (Section("ALLIANCE"), STAFF),
        (Section("SOMETHING ELSE"), ""),
        *[(Section("ALLIANCE", kind, alliance_id=OURS), f"head {STAFF}") for kind in ("MEMBERS", "ORDERS")],
        *[(Section("ALLIANCE", kind), STAFF) for kind in ("MEMBERS", "ORDERS")],
        (Section("ALLIANCE", "MIRROR", alliance_id=THEIRS), f"stranger {STAFF}"),
        *[(Section(access, "VAULT", alliance_id=OURS), "head") for access in CategoryAccess],
        *[(Section(access, "VAULT"), "") for access in CategoryAccess],
        (Section("CHARACTER", faction_id=AWAKENED), f"awakened symbiote two {STAFF}"),
        (Section("CHARACTER", clan_id=SYMBIOTES), f"symbiote two {STAFF}"),
        (Section("CHARACTER", faction_id=AWAKENED, clan_id=SYMBIOTES), f"symbiote {STAFF}"),
        (Section("CHARACTER", faction_id=UNALTERED, clan_id=SYMBIOTES), f"two {STAFF}"),
        (Section("CHARACTER", faction_id=UNALTERED, clan_id=KEEPERS), STAFF),
        (Section("PUBLIC", faction_id=AWAKENED), f"awakened symbiote two {STAFF}"),
        (Section("ALLIANCE", faction_id=AWAKENED, alliance_id=OURS), STAFF),
    ],
)
def test_a_section_opens_to_those_it_is_for(section: Section, seen_by: str) -> None:
    assert [name for name, one in VIEWERS.items() if opens(one, section)] == [
        name for name in VIEWERS if name in seen_by.split()
    ]


@pytest.mark.parametrize("closed", [1, 2, 3])
def test_one_closed_ancestor_closes_all_below(closed: int) -> None:
    restrictions = {
        pk: Section("CHARACTER", faction_id=UNALTERED if pk == closed else None, parent_id=pk - 1 or None)
        for pk in (4, 1, 3, 2)
    }
    assert visible(VIEWERS["awakened"], restrictions) == set(range(1, closed))
    assert visible(VIEWERS["game_master"], restrictions) == {1, 2, 3, 4}


def test_parents_that_are_missing_and_circles_close() -> None:
    restrictions = {1: Section(parent_id=9), 2: Section(parent_id=1), 3: Section(parent_id=4), 4: Section(parent_id=3)}
    restrictions |= {5: Section(parent_id=3), 6: Section(), 7: Section(parent_id=7)}
    assert visible(VIEWERS["admin"], restrictions) == {6}
    assert not sees_section(VIEWERS["admin"], [])


# ---- a plain reading ----------------------------------------------------------------


def plainly_opens(who: Viewer, section: Section) -> bool:
    """The document's rules in its own order, and what the design adds of alliances."""
    staff = who.user_id is not None and who.role_level in (30, 50, 100)
    ours = [membership for membership in who.memberships if membership.alliance_id == section.alliance_id]
    if section.kind == "VAULT":
        return any(membership.can_administer for membership in ours)
    if section.kind in ("MEMBERS", "ORDERS") and not staff and not any(one.has_topic for one in ours):
        return False
    entered = {
        "PUBLIC": True,
        "AUTHENTICATED": who.user_id is not None,
        "CHARACTER": staff or len(who.characters) > 0,
        "ALLIANCE": staff or (section.alliance_id is not None and len(ours) > 0),
    }[section.access]
    satisfying = [
        character
        for character in who.characters
        if character.is_approved
        and (section.faction_id is None or character.faction_id == section.faction_id)
        and (section.clan_id is None or character.clan_id == section.clan_id)
    ]
    unrestricted = section.faction_id is None and section.clan_id is None
    return entered and (unrestricted or staff or len(satisfying) > 0)


def plainly_sees(who: Viewer, restrictions: Mapping[int, Section], pk: int, below: tuple[int, ...] = ()) -> bool:
    if pk not in restrictions or pk in below:
        return False
    parent = restrictions[pk].parent_id
    return plainly_opens(who, restrictions[pk]) and (
        parent is None or plainly_sees(who, restrictions, parent, (*below, pk))
    )


few = st.none() | st.integers(1, 2)
sections = st.builds(
    Section,
    access=st.sampled_from(list(CategoryAccess)),
    kind=st.sampled_from(["DISCUSSION"] * 4 + list(SectionKind)),
    faction_id=st.none() | few,
    clan_id=st.none() | few,
    alliance_id=few,
    parent_id=st.none() | st.integers(1, 9),
)
trees = st.dictionaries(st.integers(1, 8), sections)
viewers = st.just(ANONYMOUS) | st.builds(
    viewer,
    st.sampled_from([10, 10, 10, 30, 50, 100]),
    st.lists(st.tuples(few, few, st.booleans()), max_size=3).map(tuple),
    st.lists(st.builds(Membership, st.integers(1, 2), st.just(1), st.booleans(), st.booleans()), max_size=2).map(tuple),
)


def chain_of(restrictions: Mapping[int, Section], pk: int) -> list[Section]:
    """A section and its ancestors, as far as they are there."""
    chain: dict[int, Section] = {}
    current: int | None = pk
    while current is not None and current in restrictions and current not in chain:
        chain[current] = restrictions[current]
        current = restrictions[current].parent_id
    return list(chain.values())


@given(viewers, trees)
def test_what_is_seen_is_what_a_plain_reading_sees(who: Viewer, restrictions: dict[int, Section]) -> None:
    expected = {pk for pk in restrictions if plainly_sees(who, restrictions, pk)}
    assert visible(who, restrictions) == expected


@given(viewers, viewers, trees)
def test_who_shares_a_key_sees_the_same(one: Viewer, other: Viewer, restrictions: dict[int, Section]) -> None:
    if visibility_key(one) == visibility_key(other):
        assert visible(one, restrictions) == visible(other, restrictions)


@given(viewers, st.sampled_from(["approval", "death", "topic"]), trees)
def test_a_key_tells_apart_what_the_rule_reads(who: Viewer, what: str, restrictions: dict[int, Section]) -> None:
    """What changes of a viewer between two events is in the key wherever it changes what is seen."""
    other = {
        "approval": replace(
            who, characters=tuple(replace(one, is_approved=not one.is_approved) for one in who.characters)
        ),
        "death": replace(who, characters=who.characters[1:]),
        "topic": replace(who, memberships=tuple(replace(one, has_topic=not one.has_topic) for one in who.memberships)),
    }[what]
    if visible(who, restrictions) != visible(other, restrictions):
        assert visibility_key(who) != visibility_key(other)


@given(viewers, trees)
def test_one_section_alone_is_judged_as_in_the_tree(who: Viewer, restrictions: dict[int, Section]) -> None:
    assert {pk for pk in restrictions if sees_section(who, chain_of(restrictions, pk)[::-1])} == visible(
        who, restrictions
    )


def guest(*places: tuple[int, int | None]) -> Viewer:
    """A member of each of these alliances, who plays from the other."""
    memberships = [
        Membership(own, number, can_administer=False, has_topic=True, hosted_by_id=host)
        for number, (own, host) in enumerate(places)
    ]
    return viewer(memberships=tuple(memberships))


MIRROR = Section("ALLIANCE", "MIRROR", alliance_id=9)


@pytest.mark.parametrize(
    ("who", "mothers"),
    [
        (guest((OURS, 9)), {OURS}),
        (guest((OURS, 9), (THEIRS, 9)), {OURS, THEIRS}),
        (guest((OURS, 9), (THEIRS, None)), {OURS}),
        (guest((OURS, 9), (THEIRS, 8)), {OURS}),
        (guest((9, None)), {OURS, THEIRS, None}),
        (guest((OURS, 9), (9, None)), {OURS, THEIRS, None}),
        (viewer(50), {OURS, THEIRS, None}),
    ],
)
def test_a_guest_sees_the_topics_of_their_own_mothers_in_a_mirror(who: Viewer, mothers: set[int | None]) -> None:
    assert opens(who, MIRROR)
    assert {one for one in (OURS, THEIRS, None) if sees_topic(who, MIRROR, one)} == mothers
    assert is_narrowed(who, MIRROR) == (mothers != {OURS, THEIRS, None})


def test_a_guest_without_a_topic_at_home_reads_nothing_of_home_at_the_host() -> None:
    seatless = Membership(OURS, 1, can_administer=True, hosted_by_id=9)
    assert not opens(viewer(memberships=(seatless,)), MIRROR)
    resident = viewer(
        memberships=(seatless, Membership(THEIRS, 2, can_administer=False, has_topic=True, hosted_by_id=9))
    )
    assert opens(resident, MIRROR)
    assert not sees_topic(resident, MIRROR, OURS)


def test_elsewhere_every_topic_of_a_section_is_there() -> None:
    assert sees_topic(guest((OURS, 9)), Section(), THEIRS)


def test_two_who_play_from_different_places_share_nothing() -> None:
    keys = {visibility_key(one) for one in (guest((OURS, 9)), guest((OURS, 8)), guest((OURS, None)))}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("name", "ours", "theirs"), [("head", True, False), ("member", False, False), ("admin", False, False)]
)
def test_the_rights_in_a_title_are_for_who_administers_its_alliance(name: str, ours: bool, theirs: bool) -> None:
    who = VIEWERS[name]
    assert (sees_full_title(who, OURS), sees_full_title(who, THEIRS)) == (ours, theirs)
    assert not sees_full_title(who, None)
    assert not sees_full_title(viewer(memberships=(Membership(OURS, 1, can_administer=True),)), OURS)


def test_kinds_are_kept_by_their_names() -> None:
    assert [one.value for one in CategoryAccess] == ["PUBLIC", "AUTHENTICATED", "CHARACTER", "ALLIANCE"]
    assert [one.value for one in SectionKind] == ["DISCUSSION", "MEMBERS", "ORDERS", "VAULT", "MIRROR"]
