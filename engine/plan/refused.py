"""Fields that were refused: their places are held in the answer until it is whole, and then told as errors.

Tested in tests/engine/plan/test_compilation.py.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import GraphQLError, located_error

from domain.core.refusal import Refusal


class Refused:
    """Stands in an answer where a refusal leaves null."""

    __slots__ = ("nodes", "refusal")

    def __init__(self, refusal: Refusal, nodes: Sequence[Any]) -> None:
        self.refusal = refusal
        self.nodes = nodes


def errors_in(answer: dict[str, Any]) -> list[GraphQLError]:
    """The errors of an answer, null in their places: what was refused at its root was refused first."""
    found = list(_settled(answer, ()))
    return sorted(found, key=lambda error: len(error.path or ()) > 1)


def _settled(part: Any, way: tuple[str | int, ...]) -> Iterator[GraphQLError]:
    places: Any = part.items() if type(part) is dict else enumerate(part)
    for place, value in list(places):
        kind = type(value)
        if kind is Refused:
            part[place] = None
            yield located_error(value.refusal, value.nodes, [*way, place])
        elif kind is dict or kind is list:
            yield from _settled(value, (*way, place))
