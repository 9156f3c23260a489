"""Who may change orders and convoys: pure predicates over the member that a row is of, and over its alliance."""

from domain.orders.order import OrderStatus
from permissions.alliance import plays
from permissions.viewer import Viewer

BY_REQUESTER = (OrderStatus.CANCELLED, OrderStatus.DONE, OrderStatus.DELETED)
"""Whoever asked may call their own order off or declare it served; the queue is for those who administer."""


def may_set_status(viewer: Viewer, alliance_id: int, requester_id: int, status: OrderStatus) -> bool:
    return viewer.administers(alliance_id) or (status in BY_REQUESTER and plays(viewer, requester_id))
