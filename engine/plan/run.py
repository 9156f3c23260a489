"""One run of a compiled operation: what its generated functions ask for, and the word for stepping aside.

Tested in tests/engine/plan/test_compilation.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cached_property
from inspect import CORO_CREATED, getcoroutinestate, iscoroutine
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from engine.execution.field import RowGuard
from engine.kept.answer import Holes
from engine.kept.field import Hole, Number
from engine.plan.refused import Refused

MAX_OBJECTS = 50_000
ONE_BY_ONE = 5
"""What an object costs of the limit that graphql-core would complete by itself: about as many times the work."""


class StepsAside(Exception):  # noqa: N818 - a signal to take the ordinary path
    """The operation is graphql-core's: it asks for what is not compiled, or there is something to be worded."""


class RawInfo:
    """graphql-core's resolve info of a field, for all of its rows at once: a resolver that asks for its path is one
    that is not run in columns."""

    def __init__(self, spec: "InfoSpec", run: "Run") -> None:
        self.field_name = spec.nodes[0].name.value
        self.field_nodes = spec.nodes
        self.return_type = spec.definition.type
        self.parent_type = spec.parent
        self.schema = run.schema
        self.fragments = run.fragments
        self.root_value = run.root
        self.operation = run.operation
        self.variable_values = run.variables.coerced
        self.context = run.context
        self.operation_extensions = run.extensions
        self.kept = spec.kept
        self.calls = 0
        """For how many rows the field was called so far: one of one row has nobody to wait for."""

    @property
    def path(self) -> Any:
        raise StepsAside("path")


class InfoSpec:
    """What a field's info is made of that is the same for all runs, and how its arguments come about."""

    def __init__(
        self,
        definition: GraphQLField,
        nodes: list[Any],
        parent: GraphQLObjectType,
        field: StrawberryField,
        arguments: Callable[[VariableValues, Info], dict[str, Any]],
    ) -> None:
        self.definition = definition
        self.nodes = nodes
        self.parent = parent
        self.field = field
        self.arguments = arguments
        self.kept: dict[Any, Any] = {}


class Run:
    """What one execution of a compiled operation carries."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: Any,
        fragments: Any,
        root: Any,
        context: Any,
        variables: VariableValues,
        extensions: Any,
        most_objects: int,
        holes: Holes | None = None,
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = fragments
        self.root = root
        self.context = context
        self.variables = variables
        self.extensions = extensions
        self.left = most_objects
        self.holes = holes
        self.refusals = 0
        self.together = 0
        self._infos: dict[InfoSpec, Info] = {}
        self._arguments: dict[InfoSpec, dict[str, Any]] = {}

    @cached_property
    def passed(self) -> set[Any]:
        """What guards of rows have let pass, with the guard: they are asked once for each distinct value."""
        return set()

    def refused(self, error: Exception, nodes: Sequence[Any]) -> Refused:
        """What stands in the place of a field that failed. Without nodes it may not be null, and the run ends."""
        if not nodes or isinstance(error, StepsAside):
            raise error
        self.refusals += 1
        return Refused(error, nodes, self.together or self.refusals)

    def checked(self, guard: RowGuard, row: Any, nodes: Sequence[Any]) -> Refused | None:
        """What stands in a field's place where its guard refuses; None where it lets pass."""
        asked = (guard, guard.by(row))
        if asked not in self.passed:
            try:
                guard.check(self.context, asked[1])
            except Exception as error:  # noqa: BLE001 - whatever it raises, it does not let pass
                return self.refused(error, nodes)
            self.passed.add(asked)
        return None

    def verdicts(self, guard: RowGuard, rows: Sequence[Any], nodes: Sequence[Any]) -> list[Refused | None] | None:
        """What stands in each row's place; None where the guard lets all pass."""
        try:
            for value in set(map(guard.by, rows)):
                if (guard, value) not in self.passed:
                    guard.check(self.context, value)
                    self.passed.add((guard, value))
        except Exception:  # noqa: BLE001 - whatever it raises is met again, at its row
            return [self.checked(guard, row, nodes) for row in rows]
        return None

    def dig(self, hole: Hole, row: Any, value: Any) -> Any:
        """A value that is the viewer's own, or what stands in its place while a text for all viewers is made."""
        if self.holes is None:
            return value
        if type(value) is not bool:
            raise StepsAside("hole")
        return self.holes.dig(hole.key(row), value)

    def leave(self, number: Number, row: Any, value: Any) -> Any:
        """What stands in a number's place while a text is made that is kept without it."""
        if self.holes is None or type(value) is not int:
            raise StepsAside("hole")
        return self.holes.leave(number.key(row), value)

    def spend(self, objects: int) -> None:
        self.left -= objects
        if self.left < 0:
            raise StepsAside("objects")

    def info(self, spec: InfoSpec) -> Info:
        found = self._infos.get(spec)
        if found is None:
            raw: Any = RawInfo(spec, self)
            found = self._infos[spec] = Info(_raw_info=raw, _field=spec.field)
        return found

    def arguments(self, spec: InfoSpec) -> dict[str, Any]:
        found = self._arguments.get(spec)
        if found is None:
            found = self._arguments[spec] = spec.arguments(self.variables, self.info(spec))
        return found


def unbegun(values: Iterable[Any]) -> None:
    """Closes the coroutines among these that nobody has begun to await, and nobody will."""
    for one in values:
        if iscoroutine(one) and getcoroutinestate(one) == CORO_CREATED:
            one.close()


async def all_of(calls: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    """What all give, side by side. Where one fails, the others come to their end first: nothing is left behind."""
    found = await outcomes_of(calls)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found


async def outcomes_of(calls: Sequence[Awaitable[Any]]) -> list[Any]:
    """What all give or raise."""
    if len(calls) != 1:
        return await asyncio.gather(*calls, return_exceptions=True)
    try:
        return [await calls[0]]
    except Exception as error:  # noqa: BLE001 - whoever asks for outcomes looks at them
        return [error]
