"""Posts that the service writes for a member who sends or cancels a convoy, each in its canonical text.

Tested in tests/resolvers/orders/test_convoy.py.
"""

from datetime import datetime

from domain.core.refusal import Code, Refusal, not_found
from domain.orders import convoy as domain_convoy
from domain.orders.order import accepts_convoys
from models.account.author import Author
from models.alliance.member import MemberView
from models.core.database import fetch
from models.core.transaction import interpret_now, write
from models.forum.lock import lock_open_topic
from models.forum.post import create_post
from models.orders.convoy import ConvoyView, convoy_by_id, convoy_of_post
from models.orders.order import OrderView, order_of_topic


async def send_convoy(
    order: OrderView,
    sender: MemberView,
    recipient: MemberView,
    food: int,
    materials: int,
    arrives_at: datetime,
    now: datetime,
) -> int:
    """Sends a convoy towards an order; gives its number. CONFLICT for an order that was called off."""
    convoy = domain_convoy.Convoy(recipient.pseudo, food, materials, arrives_at)

    async def work() -> int:
        topic = await lock_open_topic(order.topic_id)
        found = await order_of_topic(order.topic_id)
        if found is None or not accepts_convoys(found.status):
            raise Refusal(Code.CONFLICT, "order_called_off", "orderId")
        body = domain_convoy.write_convoy(convoy, now)
        post_id = await create_post(topic, body, Author(sender.user_id, sender.pseudo), now)
        return await _number_of(post_id)

    return await write(work)


async def cancel_convoy(convoy: ConvoyView, recipient: MemberView, order: OrderView, now: datetime) -> None:
    """Cancels a convoy by its counter-entry, signed as the convoy itself was. CONFLICT where it is cancelled."""

    async def work() -> None:
        topic = await lock_open_topic(order.topic_id)
        found = await convoy_by_id(convoy.pk)
        if found is None:
            raise not_found()
        if found.is_cancelled or found.entry.is_counter_entry:
            raise Refusal(Code.CONFLICT, "convoy_cancelled", "id")
        original = domain_convoy.Convoy(recipient.pseudo, found.food, found.materials, found.arrives_at)
        rows = await fetch("SELECT author_id, author_name FROM posts WHERE id = $1", found.post_id)
        body = domain_convoy.write_convoy(domain_convoy.counter_entry(original), now)
        await _number_of(await create_post(topic, body, Author(rows[0][0], rows[0][1]), now))

    await write(work)


async def _number_of(post_id: int) -> int:
    """The convoy that was read off a post; undoes the write where the totals would not fit."""
    await interpret_now()
    found = await convoy_of_post(post_id)
    if found is None:
        raise Refusal(Code.BAD_INPUT, "too_much", "materials")
    return found.pk
