"""Who writes what, by role: one table, so that a right that moves to another role is seen here."""

import pytest

from permissions.permission import ADMIN, GAME_MASTER, MODERATOR, PLAYER
from permissions.viewer import ANONYMOUS, Viewer
from permissions.visibility import SectionKind
from permissions.writing import (
    is_own,
    may_announce,
    may_change,
    may_moderate,
    sees_revisions,
    takes_posts,
    takes_topics,
)

WRITTEN = {
    SectionKind.DISCUSSION: (True, True),
    SectionKind.MEMBERS: (False, True),
    SectionKind.ORDERS: (False, True),
}


@pytest.mark.parametrize("kind", SectionKind)
def test_managed_sections_take_no_topics_and_sealed_ones_nothing(kind: SectionKind) -> None:
    assert (takes_topics(kind), takes_posts(kind)) == WRITTEN.get(kind, (False, False))


@pytest.mark.parametrize(
    ("level", "moderates", "reads_revisions", "announces"),
    [
        (PLAYER, False, False, False),
        (GAME_MASTER, False, True, True),
        (MODERATOR, True, True, True),
        (ADMIN, True, True, True),
    ],
)
def test_roles_differ_over_what_others_wrote_and_agree_over_their_own(
    level: int, moderates: bool, reads_revisions: bool, announces: bool
) -> None:
    viewer = Viewer(user_id=7, role_level=level)
    assert (may_moderate(viewer), may_change(viewer, 8), may_change(viewer, None)) == (moderates,) * 3
    assert (sees_revisions(viewer, 8), may_announce(viewer)) == (reads_revisions, announces)
    assert may_change(viewer, 7)
    assert sees_revisions(viewer, 7)


def test_what_nobody_owns_is_not_of_those_who_are_nobody() -> None:
    assert not is_own(ANONYMOUS, None)
    assert not may_change(ANONYMOUS, None)
