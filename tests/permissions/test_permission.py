"""What a role allows, by its level: one table, at and below each level."""

import pytest

from permissions.permission import ADMIN, GAME_MASTER, MODERATOR, PLAYER, Permission, allowed, has, is_staff
from permissions.viewer import Viewer

ALL = [
    "MANAGE_USERS",
    "MANAGE_SECTIONS",
    "MODERATE_FORUM",
    "MANAGE_FACTIONS",
    "DECLARE_DEATHS",
    "APPROVE_CHARACTERS",
]


def test_the_levels_are_those_of_the_roles() -> None:
    assert (ADMIN, MODERATOR, GAME_MASTER, PLAYER) == (100, 50, 30, 10)
    assert [permission.value for permission in Permission] == ALL


@pytest.mark.parametrize(
    ("level", "names"),
    [(101, ALL), (100, ALL), (99, ALL[1:]), (50, ALL[1:]), (49, ALL[4:]), (30, ALL[4:]), (29, []), (10, []), (0, [])],
)
def test_a_level_allows_what_the_levels_below_it_do(level: int, names: list[str]) -> None:
    viewer, nobody = Viewer(user_id=1, role_level=level), Viewer(role_level=level)
    assert allowed(level) == names
    assert [permission.value for permission in Permission if has(viewer, permission)] == names
    assert not any(has(nobody, permission) for permission in Permission)
    assert is_staff(viewer) is (level >= 30)
    assert not is_staff(nobody)
