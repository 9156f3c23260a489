"""Fields that failed, as a rule refused: their places are held in the answer until it is whole, then told as errors.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import GraphQLError, located_error


class Refused:
    """Stands in an answer where an error leaves null; `order` tells which came first."""

    __slots__ = ("error", "nodes", "order")

    def __init__(self, error: Exception, nodes: Sequence[Any], order: int) -> None:
        self.error = error
        self.nodes = nodes
        self.order = order


def errors_in(answer: dict[str, Any]) -> list[GraphQLError]:
    """The errors of an answer as they came, null in their places."""
    found = sorted(_settled(answer, ()), key=lambda one: one[0].order)
    return [located_error(one.error, one.nodes, way) for one, way in found]


def _settled(part: Any, way: tuple[str | int, ...]) -> Iterator[tuple[Refused, list[str | int]]]:
    places: Any = part.items() if type(part) is dict else enumerate(part)
    for place, value in list(places):
        kind = type(value)
        if kind is Refused:
            part[place] = None
            yield value, [*way, place]
        elif kind is dict or kind is list:
            yield from _settled(value, (*way, place))
