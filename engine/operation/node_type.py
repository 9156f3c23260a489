"""The Node interface: one `id` for every row, and which type a row is.

Tested in tests/engine/operation/test_node.py.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import strawberry

from engine.execution.field import computed
from engine.operation.node import global_id

KEPT_IDS = 16_384
"""Each takes 300 bytes, and to be written anew five times as long as to be found."""

Function = TypeVar("Function", bound=Callable[..., Any])
ID = "Opaque, and for ever this row's own; `node(id:)` finds the row by it again."


def always(function: Function) -> Function:
    """Marks an `is_type_of` that never says no, so that plans need not ask it of each row."""
    function.is_always = True  # type: ignore[attr-defined]
    return function


@strawberry.interface(description="Anything that has an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(description=ID)

    @classmethod
    @always
    def is_type_of(cls, _value: Any, _info: Any) -> bool:
        """Rows are plain objects of models; the field that returns them has said their type already."""
        return True

    @classmethod
    def resolve_type(cls, value: Any, _info: Any, _abstract: Any) -> str:
        return str(value.typename)


@lru_cache(maxsize=KEPT_IDS)
def _known_id(typename: str, pk: int) -> strawberry.ID:
    return strawberry.ID(global_id(typename, pk))


def id_of(typename: str, description: str = ID) -> Any:
    """The `id` field of one type: opaque, the same for a row wherever it is met.

    What is no Node itself names a row in a field of another name: clients keep what has an `id` as a row of its own.
    """

    def resolve(self: Any) -> strawberry.ID:
        return _known_id(typename, self.pk)

    return computed(resolve, description)
