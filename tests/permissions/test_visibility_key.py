"""Two viewers of one visibility key are told the same by every rule that answers which are kept may ask."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from permissions.alliance import knows_alliance, reads_rights, sees_alliance, sees_alliances
from permissions.permission import Permission, has, is_staff
from permissions.viewer import LivingCharacter, Membership, Viewer
from permissions.visibility import (
    CategoryAccess,
    SectionKind,
    is_narrowed,
    may_enter_category,
    opens,
    sees_full_title,
    sees_topic,
    visibility_key,
)


@dataclass(frozen=True)
class Link:
    """What the rules read of a section."""

    parent_id: int | None
    access: str
    kind: str
    faction_id: int | None
    clan_id: int | None
    alliance_id: int | None


ALLIANCES = st.sampled_from([1, 2, 3])
SOME = st.none() | ALLIANCES
CHARACTERS = st.builds(LivingCharacter, st.integers(1, 9), st.text(max_size=2), SOME, SOME, st.booleans())
MEMBERSHIPS = st.builds(
    Membership, ALLIANCES, st.integers(1, 9), st.booleans(), st.booleans(), SOME, st.text(max_size=2)
)
VIEWERS = st.builds(
    Viewer,
    user_id=st.none() | st.integers(1, 9),
    username=st.text(max_size=2),
    role_name=st.text(max_size=2),
    role_level=st.sampled_from([0, 10, 30, 50, 100]),
    session_id=st.none() | st.text(max_size=2),
    characters=st.lists(CHARACTERS, max_size=3).map(tuple),
    memberships=st.lists(MEMBERSHIPS, max_size=3).map(tuple),
)
LINKS = st.builds(Link, st.none(), st.sampled_from([*CategoryAccess, "?"]), st.sampled_from(list(SectionKind)), SOME,
                  SOME, SOME)  # fmt: skip


def _verdicts(viewer: Viewer, link: Link, alliance: int | None) -> list[object]:
    return [
        opens(viewer, link),
        is_narrowed(viewer, link),
        may_enter_category(viewer, link.access, alliance),
        sees_topic(viewer, link, alliance),
        sees_full_title(viewer, alliance),
        sees_alliances(viewer),
        sees_alliance(viewer, alliance),
        alliance is not None and reads_rights(viewer, alliance),
        alliance is not None and knows_alliance(viewer, alliance),
        viewer.administers(alliance),
        viewer.administers_any,
        viewer.is_authenticated,
        viewer.is_hosted,
        viewer.is_guest_of(alliance),
        sorted(set(viewer.mothers_at(alliance))),
        is_staff(viewer),
        *(has(viewer, permission) for permission in Permission),
    ]


def _anonymised(viewer: Viewer) -> Viewer:
    """Another one of the key: all that it leaves out is otherwise, and what it counts comes in another order."""
    return replace(
        viewer,
        user_id=None if viewer.user_id is None else viewer.user_id + 100,
        username="another",
        role_name="another",
        session_id="another",
        characters=tuple(replace(one, id=one.id + 100, name="another") for one in viewer.characters[::-1]),
        memberships=tuple(replace(one, member_id=0, pseudo="another") for one in viewer.memberships[::-1]),
    )


@given(VIEWERS, LINKS, SOME)
def test_who_differs_in_what_the_key_leaves_out_is_told_the_same(viewer: Viewer, link: Link, other: int | None) -> None:
    another = _anonymised(viewer)
    assert visibility_key(another) == visibility_key(viewer)
    assert _verdicts(another, link, other) == _verdicts(viewer, link, other)


@given(VIEWERS, VIEWERS, LINKS, SOME)
def test_who_has_one_key_is_told_the_same(one: Viewer, two: Viewer, link: Link, other: int | None) -> None:
    """The second has one fact of the first's, and so the same key where the key does not hold that fact."""
    for mixed in (
        replace(one, role_level=two.role_level),
        replace(one, characters=two.characters),
        replace(one, memberships=two.memberships),
    ):
        if visibility_key(mixed) == visibility_key(one):
            assert _verdicts(mixed, link, other) == _verdicts(one, link, other)


@given(VIEWERS, st.data())
def test_a_place_that_differs_in_one_fact_is_another_key_or_says_the_same(viewer: Viewer, data: st.DataObject) -> None:
    place, drawn = data.draw(MEMBERSHIPS), data.draw(MEMBERSHIPS)
    other_place = data.draw(
        st.sampled_from(
            [
                replace(place, alliance_id=drawn.alliance_id),
                replace(place, can_administer=drawn.can_administer),
                replace(place, has_topic=drawn.has_topic),
                replace(place, hosted_by_id=drawn.hosted_by_id),
            ]
        )
    )
    one, two = replace(viewer, memberships=(place,)), replace(viewer, memberships=(other_place,))
    if visibility_key(one) == visibility_key(two):
        link, other = data.draw(LINKS), data.draw(SOME)
        assert _verdicts(one, link, other) == _verdicts(two, link, other)


@given(st.data())
def test_a_character_that_differs_in_one_fact_is_another_key_or_says_the_same(data: st.DataObject) -> None:
    character, drawn = data.draw(CHARACTERS), data.draw(CHARACTERS)
    player = Viewer(user_id=1, role_level=10, characters=(character,))
    link = Link(None, CategoryAccess.CHARACTER, SectionKind.DISCUSSION, data.draw(SOME), data.draw(SOME), None)
    for other in (
        replace(character, faction_id=drawn.faction_id),
        replace(character, clan_id=drawn.clan_id),
        replace(character, is_approved=not character.is_approved),
    ):
        another = replace(player, characters=(other,))
        if visibility_key(another) == visibility_key(player):
            assert opens(another, link) == opens(player, link)
