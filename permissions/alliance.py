"""Who may see and do what in an alliance: pure predicates. Administration is a flag of a member, not of a role."""

from typing import Protocol

from permissions.permission import is_staff
from permissions.viewer import Viewer


def sees_alliances(viewer: Viewer) -> bool:
    """Which alliances there are, with their tags and names: for every account."""
    return viewer.is_authenticated


def sees_alliance(viewer: Viewer, alliance_id: int | None) -> bool:
    """Members, orders and convoys, with the sections that hold them: for those who have a topic of their own among the
    members. Staff read along."""
    return viewer.takes_part_in(alliance_id) or is_staff(viewer)


def reads_rights(viewer: Viewer, alliance_id: int) -> bool:
    """What members have accumulated, wherever it stands: for administrators who have a topic of their own."""
    return viewer.administers(alliance_id) and viewer.takes_part_in(alliance_id)


def plays(viewer: Viewer, member_id: int) -> bool:
    """Whether the member is the viewer's own, and has its topic."""
    return any(one.member_id == member_id and one.has_topic for one in viewer.memberships)


class OfAlliance(Protocol):
    """A member, as far as these rules look at one."""

    @property
    def pk(self) -> int: ...
    @property
    def alliance_id(self) -> int: ...


def sees_own_place(viewer: Viewer, member: OfAlliance) -> bool:
    """How a member's rights stand, and what they are to send by them: for the member and for who reads all rights."""
    return plays(viewer, member.pk) or reads_rights(viewer, member.alliance_id)


def knows_alliance(viewer: Viewer, alliance_id: int) -> bool:
    """Whether rows of the alliance exist for the viewer at all, allowed or not."""
    return viewer.belongs_to(alliance_id) or is_staff(viewer)


def may_found(viewer: Viewer) -> bool:
    """An account that no alliance has as a member yet; staff found as many as they like."""
    return viewer.is_authenticated and (not viewer.memberships or is_staff(viewer))
