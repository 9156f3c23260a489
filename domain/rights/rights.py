"""One alliance's rights at one instant: a lazy sheet of columns, each computed at most once, for all members at once.

It loads nothing: it says which sources the asked columns need, and is given them.
"""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from domain.rights.column import Source, Vector
from domain.rights.rights_columns import BY_KEY


class MissingSource(LookupError):  # noqa: N818 - it says what is missing
    """A column was asked for before what it is computed from was supplied."""


@lru_cache(maxsize=1024)
def sources_of(keys: frozenset[str]) -> frozenset[Source]:
    """What has to be loaded before these columns can be computed. Raises KeyError for an unknown column."""
    found: set[Source] = set()
    for key in keys:
        for name in BY_KEY[key].inputs:
            found |= {name} if isinstance(name, Source) else sources_of(frozenset({name}))
    return frozenset(found - {Source.NOW})


class Sheet:
    """Every source is one list in the members' order; rows come out in that order too."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._values: dict[str, Any] = {Source.NOW: now}

    def supply(self, source: Source, values: Sequence[Any]) -> None:
        """MEMBERS: `RightsMember`s; CENSUSES: `Trio`s or None; DELIVERIES and UNCOUNTED: `Columns` of them."""
        self._values[source] = values

    def missing(self, keys: Iterable[str]) -> frozenset[Source]:
        """The sources that these columns need and that were not supplied yet."""
        return frozenset(source for source in sources_of(frozenset(keys)) if source not in self._values)

    def column(self, key: str) -> Vector:
        """One value for each member. Raises MissingSource, or KeyError for an unknown column."""
        values: Vector | None = self._values.get(key)
        if values is None:
            column = BY_KEY[key]
            values = self._values[key] = column.compute(*map(self._input, column.inputs))
        return values

    def rows(self, keys: Sequence[str]) -> list[Any]:
        """One object for each member with the asked columns alone, as plain attributes in Python's spelling."""
        make = partial(tuple.__new__, _row_class(tuple(keys)))  # Its own `_make` is a function of Python's.
        return list(map(make, zip(*map(self.column, keys), strict=True)))

    def _input(self, name: str) -> Any:
        if not isinstance(name, Source):
            return self.column(name)
        if name not in self._values:
            raise MissingSource(name)
        return self._values[name]


@lru_cache(maxsize=1024)
def _row_class(keys: tuple[str, ...]) -> Any:
    # A named tuple is filled by C code: two hundred rows of sixteen attributes cost less than one formula.
    return namedtuple("RightsRow", [BY_KEY[key].attribute for key in keys])
