"""Who looks into an alliance: its members with a topic and staff; who knows of its rows; who may found one."""

from types import SimpleNamespace

import pytest

from permissions.alliance import knows_alliance, may_found, plays, sees_alliance, sees_alliances, sees_own_place
from permissions.viewer import ANONYMOUS, Membership, Viewer

OURS, THEIRS = 1, 2
SEATED = Viewer(user_id=1, memberships=(Membership(OURS, 1, can_administer=False, has_topic=True),))
UNSEATED = Viewer(user_id=1, memberships=(Membership(OURS, 1, can_administer=True),))
STRANGER, STAFF = Viewer(user_id=1), Viewer(user_id=1, role_level=30)


@pytest.mark.parametrize(
    ("viewer", "sees", "knows", "sees_all", "founds"),
    [
        (ANONYMOUS, False, False, False, False),
        (STRANGER, False, False, True, True),
        (UNSEATED, False, True, True, False),
        (SEATED, True, True, True, False),
        (STAFF, True, True, True, True),
        (Viewer(user_id=1, role_level=30, memberships=SEATED.memberships), True, True, True, True),
    ],
)
def test_who_looks_in(viewer: Viewer, sees: bool, knows: bool, sees_all: bool, founds: bool) -> None:
    assert (sees_alliance(viewer, OURS), knows_alliance(viewer, OURS)) == (sees, knows)
    assert (sees_alliances(viewer), may_found(viewer)) == (sees_all, founds)


@pytest.mark.parametrize("viewer", [SEATED, UNSEATED])
def test_no_member_looks_into_another_alliance(viewer: Viewer) -> None:
    assert not sees_alliance(viewer, THEIRS)
    assert not knows_alliance(viewer, THEIRS)


def member(member_id: int = 7, *, has_topic: bool = False, can_administer: bool = False) -> Viewer:
    return Viewer(user_id=1, memberships=(Membership(OURS, member_id, can_administer, has_topic),))


@pytest.mark.parametrize(
    ("viewer", "plays_it", "sees_it"),
    [
        (member(has_topic=True), True, True),
        (member(), False, False),
        (member(8, has_topic=True), False, False),
        (member(8, has_topic=True, can_administer=True), False, True),
        (member(8, can_administer=True), False, False),
        (STAFF, False, False),
        (ANONYMOUS, False, False),
    ],
)
def test_a_place_is_shown_to_who_plays_it_and_to_who_reads_all_rights(
    viewer: Viewer, plays_it: bool, sees_it: bool
) -> None:
    place = SimpleNamespace(pk=7, alliance_id=OURS)
    assert (plays(viewer, 7), sees_own_place(viewer, place)) == (plays_it, sees_it)
