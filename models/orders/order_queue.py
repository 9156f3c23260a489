"""The queue of an alliance's orders: a new state, and who goes next when none is in progress.

The alliance must be locked, but for what asks which alliances have somebody to send.
"""

from dataclasses import replace
from datetime import UTC, datetime

from domain.orders.order import Amounts, OrderStatus, Queued, promoted, status_after_convoy
from models.alliance.lock import lock_alliance
from models.core.database import fetch
from models.core.transaction import write
from models.orders.order import LIVING, OrderView, orders_of, save_order
from models.orders.order_notification import tell_status
from models.orders.score import score_of, standings_of

_QUEUED = (OrderStatus.WAITING, OrderStatus.IN_PROGRESS)


async def put_order(order: OrderView, status: OrderStatus, now: datetime, by: int | None = None) -> None:
    """Saves the order in a state, which the account `by` set; if none is in progress then, the next one goes."""
    before, order.status = order.status, status
    await save_order(order, now)
    await tell_status(order, before, by, now)
    if status is not OrderStatus.IN_PROGRESS:
        await promote_next(order.alliance_id, now)


async def take_back(order: OrderView, now: datetime) -> None:
    """Saves an order whose topic was away and is back: if another is in progress by now, it waits for its turn."""
    status = status_after_convoy(order.status, order.amounts, order.amounts)
    if status is OrderStatus.IN_PROGRESS:
        others = await orders_of([order.alliance_id], [OrderStatus.IN_PROGRESS])
        if any(other.pk != order.pk for other in others):
            status = OrderStatus.WAITING
    await put_order(order, status, now)


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
    if any(order.status is OrderStatus.IN_PROGRESS for order in queue) or not queue:
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
            before, order.status = order.status, OrderStatus.IN_PROGRESS
            await save_order(order, now)
            await tell_status(order, before, None, now)


_WAITING = f"""SELECT DISTINCT w.alliance_id, a.tag FROM orders w JOIN alliances a ON a.id = w.alliance_id
    WHERE w.status = 'WAITING' AND (w.deliver_after IS NULL OR w.deliver_after <= $1)
        AND EXISTS (SELECT 1 FROM orders o {LIVING} WHERE o.id = w.id)
        AND NOT EXISTS (SELECT 1 FROM orders o {LIVING}
            WHERE o.alliance_id = w.alliance_id AND o.status = 'IN_PROGRESS')
    ORDER BY w.alliance_id"""


async def alliances_to_promote(now: datetime) -> dict[int, str]:
    """The alliances, with their tags, of which an order waits that may go: its day came, or its topic came back."""
    return {row[0]: row[1] for row in await fetch(_WAITING, now.astimezone(UTC).date())}


async def promote(alliance_id: int, now: datetime) -> None:
    """Has the next order of an alliance go, unless one is in progress."""

    async def work() -> None:
        await lock_alliance(alliance_id)
        await promote_next(alliance_id, now)

    await write(work)
