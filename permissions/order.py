"""Who may change orders and convoys, and who sees how a member stands: pure predicates.

Over the member that a row is of, and over its alliance.
"""

from typing import Protocol

from domain.orders.order import OrderStatus
from permissions.alliance import reads_rights
from permissions.viewer import Viewer

BY_REQUESTER = (OrderStatus.CANCELLED, OrderStatus.DONE, OrderStatus.DELETED)
"""Whoever asked may call their own order off or declare it served; the queue is for those who administer."""


def plays(viewer: Viewer, member_id: int) -> bool:
    """Whether the member is the viewer's own, and has its topic."""
    return any(one.member_id == member_id and one.has_topic for one in viewer.memberships)


def may_set_status(viewer: Viewer, alliance_id: int, requester_id: int, status: OrderStatus) -> bool:
    return viewer.administers(alliance_id) or (status in BY_REQUESTER and plays(viewer, requester_id))


class OfAlliance(Protocol):
    """A member, as far as these rules look at one."""

    @property
    def pk(self) -> int: ...
    @property
    def alliance_id(self) -> int: ...


def sees_own_place(viewer: Viewer, member: OfAlliance) -> bool:
    """How a member's rights stand, and what they are to send by them: for the member and for who reads all rights."""
    return plays(viewer, member.pk) or reads_rights(viewer, member.alliance_id)
