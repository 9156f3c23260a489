"""The title of an order's topic, in its present form and the older one. It decides nothing."""

import re
from dataclasses import dataclass
from datetime import date

from domain.alliance.evolution import FACTS, Evolution
from domain.alliance.evolution import NAMED as EVOLUTIONS
from domain.core.day import INVALID, fold, read_day, write_day
from domain.core.number import read_int, read_number, read_quantity, write_number
from domain.core.parsing import MAX_TITLE, ParseError, ParseFailure, Reason, parse_error, unwrap
from domain.orders.order import NAMED as STATUSES
from domain.orders.order import Amounts, OrderStatus

UNDEFINED = "undefined"
"""What stands for no evolution."""


@dataclass(frozen=True, slots=True)
class OrderTitle:
    """`due_on` and `deliver_after` are None where the title says that there is no valid date, or says nothing."""

    status: OrderStatus
    x: int
    y: int
    evolution: Evolution | None
    amounts: Amounts
    due_on: date | None
    deliver_after: date | None


@dataclass(frozen=True, slots=True)
class OldOrderTitle:
    """The older form knows what remained; what was asked follows from the topic's convoys (see `with_delivered`)."""

    status: OrderStatus
    x: int
    y: int
    evolution: Evolution | None
    materials_remaining: int
    food_remaining: int
    due_on: date | None
    deliver_after: date | None

    def with_delivered(self, food: int, materials: int) -> OrderTitle:
        """This order in the present form, given the sum of its convoys with their signs."""
        amounts = Amounts(
            food_requested=max(self.food_remaining + food, 0),
            food_delivered=food,
            materials_requested=max(self.materials_remaining + materials, 0),
            materials_delivered=materials,
        )
        return OrderTitle(self.status, self.x, self.y, self.evolution, amounts, self.due_on, self.deliver_after)


_TITLE = re.compile(r"\s*\[([^\]/]*)\](.*)", re.DOTALL)


def read_order_title(title: str) -> OrderTitle | OldOrderTitle | ParseError:
    """Source of the format: the extension's titles; the count of fields tells the two forms apart."""
    try:
        return _read(title if len(title) <= MAX_TITLE else "")
    except ParseFailure as misread:
        return parse_error(1, title, misread.reason)


def write_order_title(order: OrderTitle) -> str:
    """Always the present form."""
    amounts = order.amounts
    fields = [
        f"[{order.status.french}] {order.x}",
        str(order.y),
        order.evolution.french if order.evolution else UNDEFINED,
        str(amounts.materials_requested),
        str(amounts.materials_delivered),
        str(amounts.food_requested),
        str(amounts.food_delivered),
        write_day(order.due_on),
    ]
    if order.deliver_after is not None:
        fields.append(write_day(order.deliver_after))
    return " / ".join(fields)


def _read(title: str) -> OrderTitle | OldOrderTitle:
    match = _TITLE.fullmatch(title)
    if match is None:
        raise ParseFailure(Reason.WRONG_SHAPE)
    status = STATUSES.get(fold(match[1]))
    if status is None:
        raise ParseFailure(Reason.UNKNOWN_STATUS)
    fields = match[2].split("/")
    if not 6 <= len(fields) <= 9:
        raise ParseFailure(Reason.FIELD_COUNT)
    x, y, evolution = unwrap(read_int(fields[0])), unwrap(read_int(fields[1])), _evolution(fields[2])
    # Both forms end in one date or two, so that an even count of fields has no second date.
    quantities, dates = (fields[3:-1], fields[-1:]) if len(fields) % 2 == 0 else (fields[3:-2], fields[-2:])
    due_on, deliver_after = (unwrap(read_day(text)) for text in [*dates, INVALID][:2])
    if len(quantities) == 2:
        materials, food = (unwrap(read_number(text)) for text in quantities)
        return OldOrderTitle(status, x, y, evolution, materials, food, due_on, deliver_after)
    materials, food = unwrap(read_quantity(quantities[0])), unwrap(read_quantity(quantities[2]))
    amounts = Amounts(food, unwrap(read_number(quantities[3])), materials, unwrap(read_number(quantities[1])))
    return OrderTitle(status, x, y, evolution, amounts, due_on, deliver_after)


def _evolution(text: str) -> Evolution | None:
    name = fold(text)
    if name == UNDEFINED:
        return None
    if name not in EVOLUTIONS:
        raise ParseFailure(Reason.UNKNOWN_NAME)
    return EVOLUTIONS[name]


def subject(evolution: Evolution | None, food: int, materials: int) -> str:
    """What an order is for, to people: in the game's own words, which are French in every language."""
    if evolution is not None:
        return FACTS[evolution].french
    asked = [(food, "nourritures"), (materials, "matériaux")]
    return ", ".join(f"{write_number(quantity)} {name}" for quantity, name in asked if quantity) or "-"
