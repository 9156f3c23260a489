"""The facts of a viewer: each question about alliances is answered by the memberships in that alliance alone."""

import pytest

from permissions.viewer import ANONYMOUS, Membership, Viewer

MINE, OTHER, HOST, STRANGER = 1, 2, 3, 4
VIEWER = Viewer(
    user_id=7,
    memberships=(
        Membership(MINE, 10, can_administer=False, has_topic=True, hosted_by_id=HOST),
        Membership(OTHER, 20, can_administer=True),
    ),
)


@pytest.mark.parametrize(
    ("alliance_id", "belongs", "takes_part", "administers", "is_guest"),
    [
        (MINE, True, True, False, False),
        (OTHER, True, False, True, False),
        (HOST, False, False, False, True),
        (STRANGER, False, False, False, False),
        (None, False, False, False, False),
    ],
)
def test_what_holds_in_one_alliance_holds_in_no_other(
    alliance_id: int | None, belongs: bool, takes_part: bool, administers: bool, is_guest: bool
) -> None:
    asked = VIEWER.belongs_to, VIEWER.takes_part_in, VIEWER.administers, VIEWER.is_guest_of
    assert [ask(alliance_id) for ask in asked] == [belongs, takes_part, administers, is_guest]
    assert not any(ask(alliance_id) for ask in (ANONYMOUS.belongs_to, ANONYMOUS.administers, ANONYMOUS.is_guest_of))


def test_a_membership_is_found_by_its_alliance() -> None:
    assert VIEWER.membership_in(OTHER) == VIEWER.memberships[1]
    assert VIEWER.membership_in(STRANGER) is None
    assert VIEWER.is_authenticated
    assert not ANONYMOUS.is_authenticated
