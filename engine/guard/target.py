"""The row that a guarded field is of: named by an argument, read once, handed on to the resolver as a parameter.

Knows no noun: the areas of the schema say which argument names what, and how it is read.

Tested in tests/schema/test_guard_matrix.py.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.utils.str_converters import to_camel_case

from domain.core.refusal import Refusal, not_found
from engine.operation.node import row_id

Row = TypeVar("Row")

Read = Callable[[Sequence[str], str], Awaitable[Sequence[Row | Refusal]]]
"""Gives the row that each value of an argument names, or why there is none; gets the argument's name for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What an argument, or a field of an input, names: `member_id`, `input.member_id`."""

    argument: str

    @property
    def path(self) -> str:
        """The way to the argument, as clients spell it."""
        return ".".join(map(to_camel_case, self.argument.split(".")))

    @property
    def field(self) -> str:
        """What refusals name of it."""
        return self.path.rpartition(".")[2]

    @property
    def is_in_input(self) -> bool:
        return "." in self.argument

    def given(self, arguments: Mapping[str, Any]) -> Any:
        """What the client gave."""
        name, _, inside = self.argument.partition(".")
        return getattr(arguments[name], inside) if inside else arguments[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Named, Generic[Row]):
    """The row that a field is of.

    The resolver gets the row as its parameter `gives`, and never the argument; an input goes on to it. `most` says that
    the argument is a list, of no more rows than that; the resolver then gets a Judged for each.
    """

    gives: str
    type: Any
    read: Read[Row]
    description: str | None = None
    most: int | None = None

    def take(self, arguments: dict[str, Any]) -> Any:
        """What the client gave; an argument goes with it."""
        value = self.given(arguments)
        if not self.is_in_input:
            del arguments[self.argument]
        return value


def rows_by_id(typename: str, read: Callable[[list[int]], Awaitable[Mapping[int, Row]]]) -> Read[Row]:
    """Reads the rows of one type that global ids name, in one query."""

    def number(text: str, field: str) -> int | Refusal:
        try:
            return row_id(text, typename, field)
        except Refusal as refusal:
            return refusal

    async def rows(given: Sequence[str], field: str) -> list[Row | Refusal]:
        numbers = [number(text, field) for text in given]
        found = await read([one for one in numbers if isinstance(one, int)])
        return [one if isinstance(one, Refusal) else found.get(one, not_found(field)) for one in numbers]

    return rows


@dataclass(frozen=True, slots=True)
class Judged(Generic[Row]):
    """One of several rows that an argument names: as it was given, and the row or why it was refused."""

    given: str
    row: Row | Refusal


class TargetResolver(StrawberryResolver[Any]):
    """A resolver whose GraphQL arguments name the row that it gets from its guard."""

    def __init__(self, resolver: Callable[..., Any], of: Target[Any], taken: Collection[str]) -> None:
        super().__init__(resolver)
        self.of = of
        self.taken = taken

    @cached_property
    def arguments(self) -> list[StrawberryArgument]:
        """The one that names the row stands in place of the first that the guard fills."""
        own: list[StrawberryArgument] = super().arguments
        place = min(place for place, one in enumerate(own) if one.python_name in self.taken)
        arguments = [one for one in own if one.python_name not in self.taken]
        if not self.of.is_in_input:
            annotation = StrawberryAnnotation(self.of.type)
            named = StrawberryArgument(self.of.argument, None, annotation, description=self.of.description)
            arguments.insert(place, named)
        return arguments
