"""Posts of an orders section as convoys: each is read when it is written, edited, deleted or restored.

What is read counts for its order at once. A post that means to be a convoy and cannot be read stays what it is; the
forum tells its author which line failed.

Tested in tests/models/orders/test_interpretation.py.
"""

from datetime import datetime

from domain.core.number import LARGEST
from domain.core.parsing import ParseError, Reason
from domain.orders.convoy import Convoy, convoy_failure, read_convoy
from domain.orders.order import OrderStatus
from models.alliance.member_lookup import named_members
from models.core.database import execute, fetch
from models.forum.interpretation import PostText
from models.live.notification import NotificationKind
from models.orders.convoy import ConvoyView, convoy_of_post, delete_convoy, delete_convoys, record_convoy
from models.orders.order import OrderView, order_of_topic
from models.orders.order_queue import deliver, delivered_more, promote_next


class ConvoyInterpreter:
    """Of a topic that is no order's, nothing is read."""

    notification = NotificationKind.ORDER

    def failure_of(self, body: str) -> ParseError | None:
        found = read_convoy(body)
        return found if isinstance(found, ParseError) else None

    async def interpret(
        self, topic_id: int, text: PostText, now: datetime, *, as_counted: bool = False
    ) -> ParseError | None:
        order = await order_of_topic(topic_id)
        if order is None:
            return None
        before = await convoy_of_post(text.post_id)
        found = read_convoy(text.body)
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

    async def detach_topic(self, topic_id: int, now: datetime) -> None:
        await self.retract_topic(topic_id, now)
        await execute("DELETE FROM orders WHERE topic_id = $1", topic_id)


async def _record(
    order: OrderView, before: ConvoyView | None, text: PostText, convoy: Convoy, now: datetime
) -> ParseError | None:
    """Writes the row of a convoy, unless it names nobody or its order's totals would not fit."""
    ends = await _ends(order.alliance_id, text, convoy, now)
    food, materials = (0, 0) if before is None else (before.food, before.materials)
    more = delivered_more(order.amounts, convoy.food - food, convoy.materials - materials)
    if isinstance(ends, Reason):
        return convoy_failure(text.body, ends)
    if max(abs(more.food_delivered), abs(more.materials_delivered)) > LARGEST:
        return convoy_failure(text.body, Reason.TOO_BIG)
    await record_convoy(order, text.post_id, *ends, text.written_at, convoy)
    return None


async def _ends(alliance_id: int, text: PostText, convoy: Convoy, now: datetime) -> tuple[int, int] | Reason:
    """Sender and recipient. An account sends as the member that it plays; names that nobody bears are of the past."""
    sender: int | None = None
    if text.author_id is not None:
        rows = await fetch(
            "SELECT id FROM members WHERE alliance_id = $1 AND user_id = $2 ORDER BY left_at IS NOT NULL, id LIMIT 1",
            alliance_id,
            text.author_id,
        )
        if not rows:
            return Reason.NOT_YOURS
        sender = rows[0][0]
    names = [convoy.recipient] if sender is not None else [convoy.recipient, text.author_name]
    ids = await named_members(alliance_id, names, now)
    recipient = ids[0]
    sender = ids[-1] if sender is None else sender
    return Reason.UNKNOWN_NAME if sender is None or recipient is None else (sender, recipient)
