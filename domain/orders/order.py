"""Orders: the states they pass through, what is left of them, their place in the queue. Titles are in order_title."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from domain.core.day import fold
from domain.core.number import LARGEST

Key = TypeVar("Key")


class OrderStatus(StrEnum):
    """In the order of an order's life."""

    NEW = "NEW"
    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    CANCELLED = "CANCELLED"
    DONE = "DONE"
    DELETED = "DELETED"

    @property
    def french(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    OrderStatus.NEW: "Nouvelle",
    OrderStatus.WAITING: "En attente",
    OrderStatus.IN_PROGRESS: "En cours",
    OrderStatus.CANCELLED: "Annulée",
    OrderStatus.DONE: "Terminée",
    OrderStatus.DELETED: "Supprimée",
}
NAMED = {fold(french): status for status, french in _FRENCH.items()}

OPEN = frozenset({OrderStatus.NEW, OrderStatus.WAITING, OrderStatus.IN_PROGRESS})
"""The states in which something is still expected."""

ENDED = frozenset({OrderStatus.CANCELLED, OrderStatus.DONE, OrderStatus.DELETED})

# Nothing is new twice, and a deleted order stays deleted. A cancelled one queues again before it goes on.
_TRANSITIONS = {
    OrderStatus.NEW: (OPEN | ENDED) - {OrderStatus.NEW},
    OrderStatus.WAITING: (OPEN | ENDED) - {OrderStatus.NEW, OrderStatus.WAITING},
    OrderStatus.IN_PROGRESS: (OPEN | ENDED) - {OrderStatus.NEW, OrderStatus.IN_PROGRESS},
    OrderStatus.CANCELLED: frozenset({OrderStatus.WAITING, OrderStatus.DELETED}),
    OrderStatus.DONE: frozenset({OrderStatus.WAITING, OrderStatus.IN_PROGRESS, OrderStatus.DELETED}),
    OrderStatus.DELETED: frozenset[OrderStatus](),
}


class OrderFault(StrEnum):
    """Why quantities make no order. The values are codes; the edge words them."""

    NEGATIVE = "NEGATIVE"
    TOO_BIG = "TOO_BIG"
    NOTHING = "NOTHING"


class DayFault(StrEnum):
    """Why days make no order, likewise."""

    PAST = "PAST"
    TOO_LATE = "TOO_LATE"


def can_become(status: OrderStatus, wanted: OrderStatus) -> bool:
    """Whether someone may set it; asking for the state that stands is not a change and not a mistake."""
    return wanted is status or wanted in _TRANSITIONS[status]


def accepts_convoys(status: OrderStatus) -> bool:
    """More than was asked may always be delivered; what was called off takes nothing."""
    return status not in (OrderStatus.CANCELLED, OrderStatus.DELETED)


def faults(food: int, materials: int, most: int = LARGEST) -> list[tuple[str, OrderFault]]:
    """Of requested or sent quantities: the field and what is wrong with it. Nothing under zero, and not all zero."""
    found = []
    for field, value in (("food", food), ("materials", materials)):
        if value < 0:
            found.append((field, OrderFault.NEGATIVE))
        elif value > most:
            found.append((field, OrderFault.TOO_BIG))
    return found or ([("materials", OrderFault.NOTHING)] if food == materials == 0 else [])


def day_fault(
    due_on: date | None, deliver_after: date | None, now: datetime, *, is_due_new: bool = True
) -> tuple[str, DayFault] | None:
    """The field and what is wrong with it: wanted by a day that is past, in UTC, or not to start before it is wanted.

    A day that an order had before may have passed meanwhile.
    """
    if due_on is None:
        return None
    if is_due_new and due_on < now.astimezone(UTC).date():
        return "dueOn", DayFault.PAST
    return ("deliverAfter", DayFault.TOO_LATE) if deliver_after is not None and deliver_after > due_on else None


@dataclass(frozen=True, slots=True)
class Amounts:
    """Food and materials, requested and delivered apart. Delivered is kept whole, however much it is."""

    food_requested: int
    food_delivered: int
    materials_requested: int
    materials_delivered: int

    @property
    def food_remaining(self) -> int:
        return max(self.food_requested - self.food_delivered, 0)

    @property
    def materials_remaining(self) -> int:
        return max(self.materials_requested - self.materials_delivered, 0)

    @property
    def is_complete(self) -> bool:
        return self.food_remaining == self.materials_remaining == 0


def is_late(status: OrderStatus, due_on: date | None, now: datetime) -> bool:
    """From the day after the one it was due on, in UTC, while something is still expected."""
    return due_on is not None and status in OPEN and now.astimezone(UTC).date() > due_on


def status_after_convoy(status: OrderStatus, before: Amounts, after: Amounts) -> OrderStatus:
    """What a convoy that came, went or changed makes of the order.

    A complete order is done. A done one that lost something and is no longer complete is in progress again; one that
    was declared done short of its quantities stays so as long as nothing is taken from it.
    """
    if status in OPEN and after.is_complete:
        return OrderStatus.DONE
    lost = after.food_delivered < before.food_delivered or after.materials_delivered < before.materials_delivered
    if status is OrderStatus.DONE and lost and not after.is_complete:
        return OrderStatus.IN_PROGRESS
    return status


def score(accumulated_thousandths: int, materials_remaining: int, base_share: float | None) -> float | None:
    """(accumulated rights - materials remaining) × base share, in materials; None without a base share.

    Source: the resource rights document, column of the orders table.
    """
    if base_share is None:
        return None
    return (accumulated_thousandths - 1000 * materials_remaining) / 1000 * base_share


def rank_key(value: float | None, created_at: datetime) -> tuple[bool, float, datetime]:
    """To sort orders with: highest score first, without a score last, oldest first among equals."""
    return value is None, -(value or 0.0), created_at


@dataclass(frozen=True, slots=True)
class Queued(Generic[Key]):
    """What an order's place in the queue depends on."""

    key: Key
    status: OrderStatus
    score: float | None
    created_at: datetime
    deliver_after: date | None


def promoted(orders: Iterable[Queued[Key]], now: datetime) -> Key | None:
    """The waiting order that goes in progress when none is: by `rank_key`, none before its date.

    None while another is in progress, or when no waiting order may start.
    """
    orders = list(orders)
    if any(order.status is OrderStatus.IN_PROGRESS for order in orders):
        return None
    today = now.astimezone(UTC).date()
    ready = [
        order
        for order in orders
        if order.status is OrderStatus.WAITING and (order.deliver_after is None or order.deliver_after <= today)
    ]
    return min(ready, key=lambda order: rank_key(order.score, order.created_at)).key if ready else None
