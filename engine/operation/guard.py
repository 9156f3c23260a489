"""Guards: they decide before a field's resolver runs, print that they do, and hand on what they read to decide.

Knows no rule and no noun of ours: which rows there are, and who may, is said by the areas of the schema.
"""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.utils.await_maybe import await_maybe
from strawberry.utils.str_converters import to_camel_case

from domain.core.refusal import Refusal, bad_input, not_found
from engine.execution.field import RowGuard, resolved
from engine.operation.context import Context
from engine.operation.node import row_id

Row = TypeVar("Row")
Check = Callable[[Context], None]


class Guard(FieldExtension):
    """Runs before the resolver and reads memory only: the viewer was loaded with the operation.

    What a subscription may show of each event is asked again for each, by what looks its row up.
    """

    def __init__(self, directive: object, check: Check) -> None:
        self.directive = directive
        self.check = check

    def bind(self, resolver: Callable[..., Any]) -> Callable[..., Any] | StrawberryResolver[Any]:
        """Learns what it guards, and gives it as the schema shall see it; TypeError for what it could not guard."""
        return resolver

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        return await await_maybe(next_(source, info, **kwargs))


def guarded(resolver: Callable[..., Any] | None, guard: Guard | RowGuard, **options: Any) -> Any:
    """A field behind its guard, with the guard's directive. Without a resolver it reads its row."""
    directives = [guard.directive, *options.pop("directives", ())]
    if resolver is None:
        return strawberry.field(extensions=[guard], directives=directives, **options)
    bound = guard.bind(resolver) if isinstance(guard, Guard) else resolver
    return resolved(bound, extensions=[guard], directives=directives, **options)


# ---- guards of rows -----------------------------------------------------------------

Read = Callable[[Sequence[str], str], Awaitable[Sequence[Row | Refusal]]]
"""Gives the row that each value of an argument names, or why there is none; gets the argument's name for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Generic[Row]):
    """The row that a field is of, named by an argument or by a field of an input: `member_id`, `input.member_id`.

    The resolver gets the row as its parameter `gives`, and never the argument. `most` says that the argument is a
    list, of no more rows than that; the resolver then gets a Judged for each.
    """

    argument: str
    gives: str
    type: Any
    read: Read[Row]
    description: str | None = None
    most: int | None = None

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

    def value(self, arguments: dict[str, Any]) -> Any:
        """What the client gave. An argument is taken away with it; an input goes on to the resolver."""
        name, _, inside = self.argument.partition(".")
        return getattr(arguments[name], inside) if inside else arguments.pop(name)


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


class _Resolver(StrawberryResolver[Any]):
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


class TargetGuard(Guard, Generic[Row]):
    """Reads the row that a field is of, judges it, and hands it on. The areas say how: `judge`."""

    def __init__(self, directive: object, check: Check, of: Target[Row]) -> None:
        super().__init__(directive, check)
        self.of = of
        self.taken: frozenset[str] = frozenset()

    def judge(self, context: Context, row: Row, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuses, or gives what else the resolver may want of what was looked at."""
        raise NotImplementedError

    @property
    def offered(self) -> frozenset[str]:
        """The parameters that a resolver may have filled by the guard."""
        return frozenset({self.of.gives})

    def bind(self, resolver: Callable[..., Any]) -> StrawberryResolver[Any]:
        self.taken = self.offered & inspect.signature(resolver).parameters.keys()
        if not self.taken:
            raise TypeError(f"{resolver.__name__} takes none of {sorted(self.offered)} from its guard")
        return _Resolver(resolver, self.of, self.taken)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        value = self.of.value(kwargs)
        if self.of.most is not None:
            handed = {self.of.gives: await self._judge_each(info.context, value, kwargs)}
            return await next_(source, info, **kwargs, **handed)
        (row,) = await self.of.read([value], self.of.field)
        if isinstance(row, Refusal):
            raise row
        offered = {self.of.gives: row, **self.judge(info.context, row, kwargs)}
        result = next_(source, info, **kwargs, **{name: offered[name] for name in self.taken})
        if isinstance(result, AsyncGenerator):
            return self._while_allowed(result, info.context, row, kwargs)
        return await result

    async def _judge_each(self, context: Context, values: Sequence[str], arguments: Any) -> list[Judged[Row]]:
        """Each row by itself: one that is refused leaves the others."""
        if self.of.most is not None and len(values) > self.of.most:
            raise bad_input(self.of.field, "too_many_at_once", most=self.of.most)
        rows = await self.of.read(values, self.of.field)
        return [
            Judged(given, row if isinstance(row, Refusal) else self._verdict(context, row, arguments))
            for given, row in zip(values, rows, strict=True)
        ]

    async def _while_allowed(
        self, events: AsyncGenerator[Any, None], context: Context, row: Row, arguments: Any
    ) -> AsyncIterator[Any]:
        """The events of a stream, for as long as the viewer, renewed for each, may listen."""
        async with aclosing(events):
            async for event in events:
                if not isinstance(self._verdict(context, row, arguments), Refusal):
                    yield event

    def _verdict(self, context: Context, row: Row, arguments: Mapping[str, Any]) -> Row | Refusal:
        try:
            self.judge(context, row, arguments)
        except Refusal as refusal:
            return refusal
        return row
