"""Posts of an orders section as convoys: each is read when it is written, edited, deleted or restored.

What is read counts for its order at once. A post that means to be a convoy and cannot be read stays what it is; the
forum tells its author which line failed.

Tested in tests/models/orders/test_interpretation.py.
"""

from datetime import datetime

from domain.core.number import LARGEST
from domain.core.parsing import ParseError, Reason
from domain.orders.convoy import Convoy, convoy_failure, read_convoy
from domain.orders.order import OrderStatus, accepts_convoys
from models.alliance.member_lookup import known_member, named_members
from models.core.database import fetch
from models.forum.interpretation import PostText, interpret_topic
from models.forum.lock import LockedTopic
from models.live.notice import Words
from models.live.notification import NotificationKind
from models.orders.convoy import (
    ConvoyView,
    convoy_of_post,
    delete_convoy,
    delete_convoys,
    record_convoy,
    sent_towards,
)
from models.orders.order import OrderView, order_of_topic, save_amounts
from models.orders.order_notification import tell_convoy, words_of_order
from models.orders.order_queue import deliver, delivered_more, promote_next, take_back
from models.rights.delivery import is_delivery
from permissions.visibility import SectionKind


class ConvoyInterpreter:
    """Of a topic that is no order's, nothing is read."""

    notification = NotificationKind.ORDER

    def failure_of(self, body: str, written_at: datetime) -> ParseError | None:
        found = read_convoy(body, written_at)
        return found if isinstance(found, ParseError) else None

    async def words_of(self, topic: LockedTopic) -> Words:
        return await words_of_order(topic.pk, topic.title)

    async def interpret(
        self, topic_id: int, text: PostText, now: datetime, *, as_counted: bool = False
    ) -> ParseError | None:
        order = await order_of_topic(topic_id)
        if order is None:
            return None
        before = await convoy_of_post(text.post_id)
        found = read_convoy(text.body, text.written_at)
        food, materials = (0, 0) if before is None else (-before.food, -before.materials)
        failure = found if isinstance(found, ParseError) else None
        if isinstance(found, Convoy):
            failure = await _record(order, before, text, found, now)
            if failure is None:
                food, materials = food + found.food, materials + found.materials
        if before is not None and (failure is not None or found is None):
            await delete_convoy(text.post_id)
        if (food or materials) and not as_counted:
            await deliver(order, food, materials, now)
        return failure

    async def retract(self, topic_id: int, post_id: int, now: datetime) -> None:
        convoy, order = await convoy_of_post(post_id), await order_of_topic(topic_id)
        if convoy is not None and order is not None:
            await delete_convoy(post_id)
            await deliver(order, -convoy.food, -convoy.materials, now)

    async def retract_topic(self, topic_id: int, now: datetime) -> None:
        """The order waits for the topic's return; if it was in progress, another goes."""
        order = await order_of_topic(topic_id)
        if order is None:
            return
        await delete_convoys(order)
        if order.status is OrderStatus.IN_PROGRESS:
            await promote_next(order.alliance_id, now)

    async def restore_topic(self, topic_id: int, now: datetime) -> None:
        await interpret_topic(SectionKind.ORDERS, topic_id, now)
        order = await order_of_topic(topic_id)
        if order is not None:
            await take_back(order, now)

    async def detach_topic(self, topic_id: int, now: datetime) -> None:
        """The order waits too. What its posts say then is read when it is back, so none of it stays counted."""
        order = await order_of_topic(topic_id)
        if order is not None:
            food, materials = await sent_towards(order.pk)
            await save_amounts(order.pk, delivered_more(order.amounts, -food, -materials))
            await self.retract_topic(topic_id, now)

    async def is_at_home(self, topic_id: int, alliance_id: int) -> bool:
        order = await order_of_topic(topic_id)
        return order is not None and order.alliance_id == alliance_id

    async def attach_topic(self, topic_id: int, now: datetime) -> None:
        order = await order_of_topic(topic_id)
        if order is not None:
            await interpret_topic(SectionKind.ORDERS, topic_id, now)
            order.amounts = delivered_more(order.amounts, *await sent_towards(order.pk))
            await take_back(order, now)


async def _record(
    order: OrderView, before: ConvoyView | None, text: PostText, convoy: Convoy, now: datetime
) -> ParseError | None:
    """Writes the row of a convoy, unless it names nobody, its order takes none, or its totals would not fit."""
    if before is None and await _comes_too_late(order, text, convoy):
        return convoy_failure(text.body, Reason.CALLED_OFF)
    ends = await _ends(order.alliance_id, text, convoy, now)
    food, materials = (0, 0) if before is None else (before.food, before.materials)
    more = delivered_more(order.amounts, convoy.food - food, convoy.materials - materials)
    if isinstance(ends, ParseError):
        return ends
    if max(abs(more.food_delivered), abs(more.materials_delivered)) > LARGEST:
        return convoy_failure(text.body, Reason.TOO_BIG)
    await record_convoy(order, text.post_id, *ends, text.written_at, convoy)
    if before is None and text.author_id is not None and text.written_at == now:
        await tell_convoy(order, text.post_id, ends, convoy, text.author_id, now)
    return None


async def _comes_too_late(order: OrderView, text: PostText, convoy: Convoy) -> bool:
    """Whether a member sends something towards an order that was called off, and not takes back or restores it."""
    if accepts_convoys(order.status) or convoy.is_counter_entry or text.author_id is None:
        return False
    return not await is_delivery(text.post_id)


async def _ends(alliance_id: int, text: PostText, convoy: Convoy, now: datetime) -> tuple[int, int] | ParseError:
    """Sender and recipient. An account sends as the member that it plays, to one that there is or was.

    In a text of the past, which no account wrote, names that nobody bears any more are those of members who left.
    """
    if text.author_id is not None:
        rows = await fetch(
            "SELECT id FROM members WHERE alliance_id = $1 AND user_id = $2 ORDER BY left_at IS NOT NULL, id LIMIT 1",
            alliance_id,
            text.author_id,
        )
        if not rows:
            return convoy_failure(text.body, Reason.NOT_YOURS)
        found = await known_member(alliance_id, convoy.recipient)
        if isinstance(found, list):
            return convoy_failure(text.body, Reason.NOBODY, found)
        return rows[0][0], found
    recipient, sender = await named_members(alliance_id, [convoy.recipient, text.author_name], now)
    if sender is None or recipient is None:
        return convoy_failure(text.body, Reason.NOBODY)
    return sender, recipient
