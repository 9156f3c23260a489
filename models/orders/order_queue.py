"""The queue of an alliance's orders: a new state, and who goes next when one has ended. The alliance must be locked.

Tested in tests/resolvers/orders/test_order.py.
"""

from dataclasses import replace
from datetime import datetime

from domain.orders.order import ENDED, Amounts, OrderStatus, Queued, promoted, status_after_convoy
from models.orders.order import OrderView, orders_of, save_order
from models.orders.score import score_of, standings_of

_QUEUED = (OrderStatus.WAITING, OrderStatus.IN_PROGRESS)


async def put_order(order: OrderView, status: OrderStatus, now: datetime) -> None:
    """Saves the order in a state; if it has just ended and none is in progress, the next one goes."""
    ended = status in ENDED and order.status not in ENDED
    order.status = status
    await save_order(order, now)
    if ended:
        await promote_next(order.alliance_id, now)


async def deliver(order: OrderView, food: int, materials: int, now: datetime) -> None:
    """Counts a delivery, or with negative quantities takes one back, and saves what that makes of the order."""
    before = order.amounts
    order.amounts = after = delivered_more(before, food, materials)
    await put_order(order, status_after_convoy(order.status, before, after), now)


def delivered_more(amounts: Amounts, food: int, materials: int) -> Amounts:
    return replace(
        amounts,
        food_delivered=amounts.food_delivered + food,
        materials_delivered=amounts.materials_delivered + materials,
    )


async def promote_next(alliance_id: int, now: datetime) -> None:
    """The waiting order with the highest score goes in progress, unless one is."""
    queue = await orders_of([alliance_id], _QUEUED)
    if not any(order.status is OrderStatus.WAITING for order in queue):
        return
    standings = await standings_of(alliance_id, now)
    chosen = promoted(
        (
            Queued(order.pk, order.status, score_of(order, standings), order.created_at, order.deliver_after)
            for order in queue
        ),
        now,
    )
    for order in queue:
        if order.pk == chosen:
            order.status = OrderStatus.IN_PROGRESS
            await save_order(order, now)
