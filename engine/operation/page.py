"""Pages of keyset connections: cursors, sizes, edges. Knows no table; rows are read one more than asked for."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from domain.core.refusal import bad_input

LARGEST_PAGE = 100
USUAL_PAGE = 20
Row = TypeVar("Row")


Key = Callable[[Row], Sequence[Any]]


@dataclass(slots=True, eq=False)
class Edge(Generic[Row]):
    """A row and its place in the order. The cursor is written only where it is selected."""

    node: Row
    key: Key[Row]

    @property
    def cursor(self) -> str:
        return write_cursor(*self.key(self.node))


@dataclass(slots=True, eq=False)
class PageInfo(Generic[Row]):
    has_next_page: bool
    has_previous_page: bool
    edges: list[Edge[Row]]

    @property
    def start_cursor(self) -> str | None:
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        return self.edges[-1].cursor if self.edges else None


@dataclass(slots=True, eq=False)
class Page(Generic[Row]):
    """One page. `total_count` is filled by the resolver where it was selected, since it costs a query."""

    edges: list[Edge[Row]]
    page_info: PageInfo[Row]
    total_count: int | None = None

    @property
    def nodes(self) -> list[Row]:
        return [edge.node for edge in self.edges]


def check_size(first: int | None) -> int:
    """`first` if it is 1 to 100, 20 for an explicit null, otherwise BAD_INPUT."""
    if first is None:
        return USUAL_PAGE
    if not 1 <= first <= LARGEST_PAGE:
        raise bad_input("first", "bad_page_size", most=LARGEST_PAGE)
    return first


def page_of(
    rows: Sequence[Row], first: int, after: str | None, key: Key[Row], total_count: int | None = None
) -> Page[Row]:
    """The page of rows read with a limit of `first + 1`; `key` gives the values that order a row."""
    edges = [Edge(row, key) for row in rows[:first]]
    info = PageInfo(has_next_page=len(rows) > first, has_previous_page=after is not None, edges=edges)
    return Page(edges, info, total_count)


def write_cursor(*values: Any) -> str:
    """The place of a row in its order, as text that is opaque to clients."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode()


def read_cursor(after: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The values in a cursor, each of the kind that its order needs; BAD_INPUT otherwise. None for no cursor."""
    if after is None:
        return None
    try:
        plain = json.loads(urlsafe_b64decode(after.encode("ascii")))
        if not isinstance(plain, list) or len(plain) != len(kinds):
            raise ValueError(after)
        return tuple(_value(value, kind) for value, kind in zip(plain, kinds, strict=True))
    except (ValueError, RecursionError, OverflowError):
        raise bad_input("after", "bad_cursor") from None


def _value(value: Any, kind: type[Any]) -> Any:
    if kind is datetime and isinstance(value, str):
        read = datetime.fromisoformat(value)
        if read.tzinfo is not None:
            return read.astimezone(UTC)  # Year 1 in an eastern zone is no instant: an overflow, refused like the rest.
    elif kind is str and isinstance(value, str):
        value.encode()  # A lone surrogate, as a NUL, is what no database takes.
        if "\0" not in value:
            return value
    elif (kind is not int and type(value) is kind) or (kind is int and type(value) is int and abs(value) < 2**63):
        return value
    raise ValueError(value)
