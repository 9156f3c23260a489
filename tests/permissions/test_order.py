"""Who changes orders: the requester ends theirs, the queue is for those who administer the order's alliance."""

from dataclasses import replace

import pytest

from domain.orders.order import OrderStatus
from permissions.order import may_set_status
from permissions.viewer import Membership, Viewer

OURS, THEIRS = 1, 2


def member(alliance_id: int = OURS, member_id: int = 7, **facts: bool) -> Viewer:
    place = replace(Membership(alliance_id, member_id, can_administer=False), **facts)  # type: ignore[arg-type]
    return Viewer(user_id=1, memberships=(place,))


@pytest.mark.parametrize("status", OrderStatus)
def test_the_requester_ends_an_order_and_who_administers_does_anything(status: OrderStatus) -> None:
    ends = status.value in ("CANCELLED", "DONE", "DELETED")
    assert may_set_status(member(has_topic=True), OURS, 7, status) is ends
    assert not may_set_status(member(member_id=8, has_topic=True), OURS, 7, status)
    assert may_set_status(member(member_id=8, can_administer=True), OURS, 7, status)
    assert not may_set_status(member(THEIRS, member_id=8, can_administer=True), OURS, 7, status)
