"""Pages of ordered rows: which part of an order is read, and the SQL that reads it from either end. Names no table.

Tested in tests/schema/test_paging.py.
"""

from dataclasses import dataclass
from typing import Any

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Of the rows after one key and before another the `first` so many, or the `last`; of both, the last of the first.

    One row more is read than is shown, which tells whether there are more.
    """

    first: int | None = None
    after: Key | None = None
    last: int | None = None
    before: Key | None = None

    @property
    def is_backward(self) -> bool:
        """Whether rows are read from the end of the order on."""
        return self.first is None

    @property
    def size(self) -> int:
        """How many rows it asks for at most."""
        return max(self.first or 0, self.last or 0)

    @property
    def limit(self) -> int:
        return self.size + 1


@dataclass(frozen=True, slots=True)
class Part:
    """SQL of a window: further conditions (from ` AND` on), what to order by, and the values of both."""

    where: str
    order: str
    values: Key


@dataclass(frozen=True, slots=True)
class Keyset:
    """The columns that order a list, and whether from the highest down. Together they name one row."""

    columns: tuple[str, ...]
    is_descending: bool = False

    def part(self, window: Window, at: int) -> Part:
        """`at` is the number of the first value."""
        where, values = "", Key()
        for key, is_after in ((window.after, True), (window.before, False)):
            if key is not None:
                sign = "<" if is_after is self.is_descending else ">"
                where += f" AND {self._row} {sign} ({_placeholders(key, at + len(values))})"
                values += key
        way = "DESC" if self.is_descending is not window.is_backward else "ASC"
        return Part(where, ", ".join(f"{column} {way}" for column in self.columns), values)

    @property
    def _row(self) -> str:
        return f"({', '.join(self.columns)})"


def _placeholders(key: Key, at: int) -> str:
    """A number in a cursor may be larger than its column's type, and is then beyond all rows."""
    names = ((f"${at + number}", value) for number, value in enumerate(key))
    return ", ".join(f"CAST({name} AS BIGINT)" if type(value) is int else name for name, value in names)
