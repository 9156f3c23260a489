"""What is told of orders and convoys, each to whom it concerns. Who that is, and how it is said, is decided here alone.

For use inside write().

Tested in tests/resolvers/orders/test_order_notification.py.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.core.day import write_clock
from domain.core.number import write_number
from domain.orders.convoy import Convoy
from domain.orders.order import OrderStatus
from domain.orders.order_title import subject
from models.alliance.member_place import administrators_of
from models.core.database import fetch
from models.live.notice import Words
from models.live.notification import NotificationKind, NotificationLevel, notify
from models.orders.order import OrderView, order_of_topic

_OF_STATUS = {
    OrderStatus.IN_PROGRESS: ("order_in_progress", NotificationLevel.INFO),
    OrderStatus.DONE: ("order_done", NotificationLevel.SUCCESS),
    OrderStatus.CANCELLED: ("order_cancelled", NotificationLevel.WARNING),
}
_REQUESTER = (
    """SELECT m.user_id, m.pseudo, a.tag FROM members m JOIN alliances a ON a.id = m.alliance_id WHERE m.id = $1"""
)


async def tell_placed(order: OrderView, by: int | None, now: datetime) -> None:
    """Those who administer, since they set it waiting or in progress."""
    others = [pk for pk in await administrators_of(order.alliance_id) if pk != by]
    if not others:
        return
    ((_, pseudo, tag),) = await fetch(_REQUESTER, order.requester_id)
    details = {"alliance": tag, "requester": pseudo, "what": _subject(order)}
    level = NotificationLevel.INFO
    notify(others, NotificationKind.ORDER, level, "order_placed", details, order.topic_id, now)


async def tell_status(order: OrderView, before: OrderStatus, by: int | None, now: datetime) -> None:
    """Who asked, unless they set it themselves; of states that mean something to them."""
    if order.status is before or order.status not in _OF_STATUS:
        return
    ((user_id, _, tag),) = await fetch(_REQUESTER, order.requester_id)
    if user_id is not None and user_id != by:
        message, level = _OF_STATUS[order.status]
        details = {"alliance": tag, "what": _subject(order)}
        notify([user_id], NotificationKind.ORDER, level, message, details, order.topic_id, now)


async def tell_convoy(
    order: OrderView, post_id: int, ends: Sequence[int], convoy: Convoy, by: int | None, now: datetime
) -> None:
    """The recipient, instead of a new post in their order's topic. `ends` are sender and recipient."""
    rows = await fetch("SELECT id, user_id, pseudo FROM members WHERE id = ANY($1)", list(ends))
    members = {row[0]: row for row in rows}
    reader, sender = members[ends[1]][1], members[ends[0]][2]
    if reader is None or reader == by:
        return
    food, materials = (write_number(abs(quantity)) for quantity in (convoy.food, convoy.materials))
    details = {"sender": sender, "food": food, "materials": materials}
    kind, level, topic = NotificationKind.ORDER, NotificationLevel.INFO, order.topic_id
    if convoy.is_counter_entry:
        notify([reader], kind, NotificationLevel.WARNING, "convoy_taken_back", details, topic, now, post_id)
    else:
        details["arrival"] = write_clock(convoy.arrives_at)
        notify([reader], kind, level, "convoy_sent", details, topic, now, post_id)


async def words_of_order(topic_id: int, title: str) -> Words:
    """How a new post in an order's topic is told of; of a topic that is no order's, by its title."""
    order = await order_of_topic(topic_id)
    if order is None:
        return "new_post", {"title": title}
    ((_, pseudo, _),) = await fetch(_REQUESTER, order.requester_id)
    return "new_post_of_order", {"requester": pseudo, "what": _subject(order)}


def _subject(order: OrderView) -> str:
    return subject(order.evolution, order.amounts.food_requested, order.amounts.materials_requested)
