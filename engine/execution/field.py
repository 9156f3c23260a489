"""Kinds of fields that the execution plan understands: derived from their own row, or guarded by a check on it.

Tested in tests/schema/test_guard_matrix.py.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from engine.guard.row_filter import SeenBy, row_filters

DERIVED = "pheromone_derived"


def computed(function: Callable[[Any], Any], description: str | None = None) -> Any:
    """A field computed from its row alone: no context, no database, no permission. Lists compute it in one pass."""
    return strawberry.field(resolver=function, description=description, metadata={DERIVED: function})


def resolved(
    resolver: Callable[..., Any] | StrawberryResolver[Any],
    *,
    arguments: Mapping[str, str] | None = None,
    **options: Any,
) -> Any:
    """A field that a resolver gives rows for, a subscription where it is a generator; its type is its annotation.

    It prints the filters that the resolver is marked with. `arguments` describes the arguments, by their names.
    """
    function = resolver.wrapped_func if isinstance(resolver, StrawberryResolver) else resolver
    make: Callable[..., Any] = strawberry.subscription if inspect.isasyncgenfunction(function) else strawberry.field
    if filters := row_filters(function):
        options["directives"] = [*options.get("directives", ()), SeenBy(filters=list(filters))]
    field = make(resolver=resolver, **options)
    by_name = {argument.python_name: argument for argument in field.arguments}
    for name, description in (arguments or {}).items():
        if name not in by_name:
            raise TypeError(f"{function.__name__} has no argument {name}")
        by_name[name].description = description
    return field


class RowGuard(FieldExtension):
    """Guards a field of a row. `check` gets the context and what `by` names in the row; it reads memory and raises.

    The verdict may depend on nothing else of the row, so that a list asks once for each distinct value.
    """

    def __init__(self, check: Callable[[Any, Any], None], by: str, directive: object = None) -> None:
        self.directive = directive
        self.check = check
        self.by = attrgetter(by)

    def check_all(self, context: Any, rows: Iterable[Any]) -> None:
        for value in set(map(self.by, rows)):
            self.check(context, value)

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context, self.by(source))
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context, self.by(source))
        return await next_(source, info, **kwargs)


def reader_of(definition: Any) -> Callable[[Any], Any] | str | None:
    """How a field reads its row: by an attribute of this name, or by this function; None if it does anything else."""
    field = definition.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField) or field.permission_classes or definition.args:
        return None
    if field.extensions and row_guard_of(definition) is None:
        return None
    derived: Callable[[Any], Any] | None = field.metadata.get(DERIVED)
    if derived is not None:
        return derived
    return field.python_name if field.base_resolver is None else None


def row_guard_of(definition: Any) -> RowGuard | None:
    """The check of a field that has no other extension."""
    extensions = definition.extensions["strawberry-definition"].extensions
    return extensions[0] if len(extensions) == 1 and type(extensions[0]) is RowGuard else None
