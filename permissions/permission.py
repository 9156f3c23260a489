"""What a role allows, as an enum over role levels. The only place that says which level may do what."""

from enum import StrEnum

from permissions.viewer import Viewer

ADMIN, MODERATOR, GAME_MASTER, PLAYER = 100, 50, 30, 10


class Permission(StrEnum):
    """Something that takes a role."""

    MANAGE_USERS = "MANAGE_USERS"
    MANAGE_SECTIONS = "MANAGE_SECTIONS"
    MODERATE_FORUM = "MODERATE_FORUM"
    MANAGE_FACTIONS = "MANAGE_FACTIONS"
    DECLARE_DEATHS = "DECLARE_DEATHS"
    APPROVE_CHARACTERS = "APPROVE_CHARACTERS"


LOWEST_LEVEL = {
    Permission.MANAGE_USERS: ADMIN,
    Permission.MANAGE_SECTIONS: MODERATOR,
    Permission.MODERATE_FORUM: MODERATOR,
    Permission.MANAGE_FACTIONS: MODERATOR,
    Permission.DECLARE_DEATHS: GAME_MASTER,
    Permission.APPROVE_CHARACTERS: GAME_MASTER,
}


def has(viewer: Viewer, permission: Permission) -> bool:
    return viewer.is_authenticated and viewer.role_level >= LOWEST_LEVEL[permission]


def allowed(role_level: int) -> list[Permission]:
    """Everything that a role of a level allows, in the order that permissions are declared in."""
    return [permission for permission, lowest in LOWEST_LEVEL.items() if role_level >= lowest]


def is_staff(viewer: Viewer) -> bool:
    """Administrators, moderators and game masters: they pass the restrictions of factions, clans and characters."""
    return viewer.is_authenticated and viewer.role_level >= GAME_MASTER
