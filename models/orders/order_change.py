"""Orders as members change them: placed, edited, moved through their states. Who may was asked before.

Tested in tests/resolvers/orders/test_order.py.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypedDict

from domain.alliance.evolution import Evolution
from domain.core.refusal import Code, Refusal, bad_input, not_found
from domain.orders.order import ENDED, Amounts, DayFault, OrderStatus, can_become, day_fault, status_after_convoy
from domain.orders.order_title import OrderTitle, write_order_title
from models.account.author import Author
from models.alliance.lock import lock_alliance
from models.alliance.member import MemberView
from models.alliance.member_topic import section_of_kind
from models.core.transaction import write
from models.forum.topic import NewTopic
from models.forum.topic_change import open_topics
from models.live.event import EventKind, publish
from models.orders.order import Order, OrderView, orders_by_ids
from models.orders.order_notification import tell_placed
from models.orders.order_queue import put_order

UNKNOWN = -1
"""The game's own sign for a coordinate that is not known."""


@dataclass(frozen=True, slots=True)
class OrderFields:
    """What a member asks for in a new order. None where nothing is said."""

    evolution: Evolution | None
    food: int | None
    materials: int | None
    due_on: date | None
    deliver_after: date | None


class OrderChanges(TypedDict, total=False):
    """What to change of an order; what is not in it stays."""

    evolution: Evolution | None
    food: int
    materials: int
    due_on: date
    deliver_after: date | None


async def place_order(requester: MemberView, wish: OrderFields, now: datetime) -> int:
    """A new order in a topic of its own, signed by its requester; gives the order's number."""
    _check_days(day_fault(wish.due_on, wish.deliver_after, now))
    amounts = Amounts(wish.food or 0, 0, wish.materials or 0, 0)
    x = UNKNOWN if requester.x is None else requester.x
    y = UNKNOWN if requester.y is None else requester.y
    title = OrderTitle(OrderStatus.NEW, x, y, wish.evolution, amounts, wish.due_on, wish.deliver_after)

    async def work() -> int:
        await lock_alliance(requester.alliance_id)
        author = Author(requester.user_id, requester.pseudo)
        section_id = await section_of_kind(requester.alliance_id, "ORDERS")
        topic_id = await open_order_topic(section_id, write_order_title(title), author, now)
        order = await create_order(requester.alliance_id, topic_id, requester.pk, title, now, is_old_format=False)
        await tell_placed((await orders_by_ids([order.id]))[order.id], requester.user_id, now)
        return order.id

    return await write(work)


async def open_order_topic(section_id: int, title: str, author: Author, now: datetime) -> int:
    """The topic of an order, without posts. Its slug names who asked and stays, whatever becomes of the title."""
    new = NewTopic(section_id, title, Author(author.user_id, author.name), now, author.name)
    (pk,) = await open_topics([new], now)
    return pk


async def create_order(
    alliance_id: int, topic_id: int, requester_id: int, title: OrderTitle, created_at: datetime, *, is_old_format: bool
) -> Order:
    """The row that a title stands for."""
    amounts = title.amounts
    order = await Order.create(
        alliance_id=alliance_id,
        topic_id=topic_id,
        requester_id=requester_id,
        x=title.x,
        y=title.y,
        evolution=title.evolution,
        status=title.status,
        food_requested=amounts.food_requested,
        food_delivered=amounts.food_delivered,
        materials_requested=amounts.materials_requested,
        materials_delivered=amounts.materials_delivered,
        due_on=title.due_on,
        deliver_after=title.deliver_after,
        is_old_format=is_old_format,
        created_at=created_at,
    )
    publish(EventKind.ORDER, order.id, alliance_id)
    return order


async def update_order(order: OrderView, changes: OrderChanges, now: datetime) -> None:
    """CONFLICT for one that has ended. What is asked for no more than was delivered is done."""

    async def work() -> None:
        found = await _locked(order)
        if found.status in ENDED:
            raise Refusal(Code.CONFLICT, "ended_order", "id")
        before = found.amounts
        found.amounts = replace(
            before,
            food_requested=changes.get("food", before.food_requested),
            materials_requested=changes.get("materials", before.materials_requested),
        )
        if found.amounts.food_requested == found.amounts.materials_requested == 0:
            raise Refusal(Code.BAD_INPUT, "order_of_nothing", "materials")
        found.evolution = changes.get("evolution", found.evolution)
        found.due_on = changes.get("due_on", found.due_on)
        found.deliver_after = changes.get("deliver_after", found.deliver_after)
        if "due_on" in changes or changes.get("deliver_after") is not None:
            is_due_new = "due_on" in changes
            _check_days(day_fault(found.due_on, found.deliver_after, now, is_due_new=is_due_new))
        await put_order(found, status_after_convoy(found.status, before, found.amounts), now)

    await write(work)


def _check_days(fault: tuple[str, DayFault] | None) -> None:
    if fault is not None:
        field, why = fault
        raise bad_input(field, "past_day" if why is DayFault.PAST else "starts_too_late")


async def set_order_status(order: OrderView, status: OrderStatus, by: int | None, now: datetime) -> None:
    """CONFLICT where the state that stands does not lead to the wanted one."""

    async def work() -> None:
        found = await _locked(order)
        if not can_become(found.status, status):
            raise Refusal(Code.CONFLICT, "no_such_step", "status", old=found.status.french, new=status.french)
        await put_order(found, status, now, by)

    await write(work)


async def _locked(order: OrderView) -> OrderView:
    """The order as it is once the alliance is locked."""
    await lock_alliance(order.alliance_id)
    found = (await orders_by_ids([order.pk])).get(order.pk)
    if found is None:
        raise not_found()
    return found
