"""What a field costs, declared beside it. Which fields cost what is said in the schema, never here.

A unit is ten microseconds of one core and of the database together; `python -m benchmarks.price` measures it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PRICE = "pheromone_price"


@dataclass(frozen=True, slots=True)
class Price:
    """`units` for the field itself; what is selected below it counts `items` times, for a list that is not a page.

    `below` adds to it for each field of these names that is selected directly below. Of the fields that are `once`, an
    operation may have one in all: each is too much work to be asked for twice.
    """

    units: int = 1
    items: int = 1
    once: bool = False
    below: Mapping[str, int] = field(default_factory=dict)


PLAIN = Price()
READ = Price(20)
WRITE = Price(300)
INTROSPECTION = {"__schema": Price(2400, items=50), "__type": Price(50, items=20)}

OPERATION = 50
"""What any operation costs before its first field: reading the request, its viewer and its budget."""

EVENT = 10
"""What an event of a subscription costs before its first field."""


def price(
    units: int = 1, *, items: int = 1, once: bool = False, below: Mapping[str, int] | None = None
) -> dict[object, object]:
    """The metadata of a field that costs more than reading an attribute: `strawberry.field(metadata=price(50))`."""
    return {PRICE: Price(units, items, once, below or {})}


def price_of(definition: Any, usual: Price) -> Price:
    """What is declared beside a field of the schema, or the usual price of fields in its place."""
    declared = definition.extensions.get("strawberry-definition")
    found: Price = usual if declared is None else declared.metadata.get(PRICE, usual)
    return found
