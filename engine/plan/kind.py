"""Which object type a value of an abstract type is. What the schema does not say plainly steps aside.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Callable
from typing import Any

from graphql import FieldNode, GraphQLAbstractType

from engine.plan.run import Run, StepsAside


class _KindInfo:
    """What is told to whoever says which type a value is."""

    def __init__(self, run: Run, node: FieldNode) -> None:
        self.context = run.context
        self.schema = run.schema
        self.field_name = node.name.value
        self.variable_values = run.variables.coerced


def kind_of(type_: GraphQLAbstractType, node: FieldNode) -> Callable[[Any, Run], str]:
    """A function that gives the name of a value's type."""
    resolve = type_.resolve_type
    if resolve is None:
        raise StepsAside("type resolver")

    def kind(value: Any, run: Run) -> str:
        info: Any = _KindInfo(run, node)
        found = resolve(value, info, type_)
        if type(found) is not str:
            raise StepsAside("kind")
        return found

    return kind
