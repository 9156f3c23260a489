"""What a root field declares so that its answers may be kept: what they depend on, and all that they may show.

Which fields those are is said in the schema, never here. What is not declared is not kept.

Tested in tests/engine/kept/test_answer.py.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.live.version import Version

KEPT, HOLE, NUMBER = "pheromone_kept", "pheromone_hole", "pheromone_number"

Arguments = Mapping[str, Any]
Versions = Callable[[Arguments], Sequence[Version] | None]
Class = Callable[[Any, Sequence[Any]], Hashable]


@dataclass(frozen=True, slots=True)
class Hole:
    """A Boolean that is each viewer's own: true for the rows whose `key` is among what `own` reads.

    `own` gives what is asked for the keys of an answer, along with the viewer; an account that is nobody has nothing.
    """

    key: Callable[[Any], Hashable]
    own: Callable[[Sequence[Any]], Version]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers that change more often than what stands around them: `values` reads all of them by their keys.

    They are the same for all viewers of a class, for as long as `version` says the same.
    """

    version: Version
    values: Version


@dataclass(frozen=True, slots=True)
class Number:
    """A field that is one of `of`, for each row that which has its `key`."""

    of: Numbers
    key: Callable[[Any], Hashable]


@dataclass(frozen=True, slots=True)
class Kept:
    """`versions` are those that an answer to these arguments depends on; None where none may be kept.

    `viewers` gives, from the context and the versions, all else that the answer depends on: the class of the viewer,
    and time. None for a viewer who is answered anew. `shows` names, by type, the fields that are the same for all
    viewers of a class as long as no version changes, numbers included, which have a version of their own. What is
    selected and neither among them nor a hole is not kept.
    """

    versions: Versions
    viewers: Class
    shows: Mapping[str, frozenset[str]]


def kept(declared: Kept) -> dict[object, object]:
    """The metadata of a root field whose answers are kept."""
    return {KEPT: declared}


def kept_of(definition: Any) -> Kept | None:
    """What is declared beside a root field of the schema."""
    found: Kept | None = _declared(definition, KEPT)
    return found


def hole(declared: Hole) -> dict[object, object]:
    """The metadata of a field that is a hole in answers that are kept."""
    return {HOLE: declared}


def hole_of(definition: Any) -> Hole | None:
    found: Hole | None = _declared(definition, HOLE)
    return found


def number(declared: Number) -> dict[object, object]:
    """The metadata of a field that is filled in by itself in answers that are kept."""
    return {NUMBER: declared}


def number_of(definition: Any) -> Number | None:
    found: Number | None = _declared(definition, NUMBER)
    return found


def _declared(definition: Any, name: str) -> Any:
    declared = definition.extensions.get("strawberry-definition")
    return None if declared is None else declared.metadata.get(name)


def fields(**by_type: str) -> dict[str, frozenset[str]]:
    """Names of fields between spaces, by their type."""
    return {name: frozenset(names.split()) for name, names in by_type.items()}
