"""Guards: they decide before a field's resolver runs, print that they do, and hand on what they read to decide.

Knows no rule and no noun of ours: which rows there are, and who may, is said by the areas of the schema.
"""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Generic

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.utils.await_maybe import await_maybe

from domain.core.refusal import Refusal, bad_input
from engine.execution.field import RowGuard, resolved
from engine.guard.target import Judged, Row, Target, TargetResolver
from engine.operation.context import Context

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
    """A field behind its guard, with the guard's directive, and with its sentence at the end of the description.

    Introspection shows no directives. Without a resolver the field reads its row.
    """
    directives = [guard.directive]
    says = getattr(guard.directive, "sentence", None)
    if says is not None:
        options["description"] = f"{options.get('description') or ''} {says()}".strip()
    if resolver is None:
        return strawberry.field(extensions=[guard], directives=directives, **options)
    bound = guard.bind(resolver) if isinstance(guard, Guard) else resolver
    return resolved(bound, extensions=[guard], directives=directives, **options)


class TargetGuard(Guard, Generic[Row]):
    """Reads the row that a field is of, judges it, and hands it on. The areas say how: `judge`."""

    def __init__(self, directive: object, check: Check, of: Target[Row]) -> None:
        super().__init__(directive, check)
        self.of = of
        self.taken: frozenset[str] = frozenset()

    def judge(self, context: Context, row: Row, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuses, or gives what else the resolver may want of what was looked at."""
        raise NotImplementedError  # pragma: no mutate: each area judges

    @property
    def offered(self) -> frozenset[str]:
        """The parameters that a resolver may have filled by the guard."""
        return frozenset({self.of.gives})

    def bind(self, resolver: Callable[..., Any]) -> StrawberryResolver[Any]:
        self.taken = self.offered & inspect.signature(resolver).parameters.keys()
        if not self.taken:
            raise TypeError(f"{resolver.__name__} takes none of {sorted(self.offered)} from its guard")
        return TargetResolver(resolver, self.of, self.taken)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        value = self.of.take(kwargs)
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
