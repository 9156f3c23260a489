"""Pages of keyset connections: cursors, sizes, edges. Knows no table; rows are read one more than asked for."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypedDict, TypeVar

from graphql import VariableNode

from domain.core.refusal import bad_input
from engine.operation.context import Info
from models.core.keyset import Window

LARGEST_PAGE = 100
USUAL_PAGE = 20
Row = TypeVar("Row")


Key = Callable[[Row], Sequence[Any]]


class Paging(TypedDict):
    """The arguments that ask for a page."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None


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


def check_size(size: int | None, field: str = "first") -> int:
    """A page's size if it is 1 to 100, 20 for an explicit null, otherwise BAD_INPUT."""
    if size is None:
        return USUAL_PAGE
    if not 1 <= size <= LARGEST_PAGE:
        raise bad_input(field, "bad_page_size", most=LARGEST_PAGE)
    return size


def window_of(info: Info, page: Paging, *kinds: type) -> Window:
    """The part of a list that its arguments ask for, as Relay's specification has it.

    `first` has a default, which counts only where the list is not read from its end.
    """
    return window_from(page, *kinds, gives_first=page["last"] is None or _gives(info, "first"))


def window_from(page: Paging, *kinds: type, gives_first: bool) -> Window:
    """As `window_of`, for who knows whether the query itself says `first`."""
    last = None if page["last"] is None else check_size(page["last"], "last")
    is_backward = last is not None and (page["first"] is None or not gives_first)
    first = None if is_backward else check_size(page["first"])
    after, before = (read_cursor(page[name], *kinds, field=name) for name in ("after", "before"))
    return Window(first, after, last, before)


def _gives(info: Info, name: str) -> bool:
    """Whether the query itself says an argument; a variable that was not sent says nothing."""
    node = info._raw_info.field_nodes[0]  # noqa: SLF001 - Strawberry's Info hides the AST
    given = [one.value for one in node.arguments or () if one.name.value == name]
    return any(not isinstance(value, VariableNode) or value.name.value in info.variable_values for value in given)


def page_of(rows: Sequence[Row], window: Window, key: Key[Row], total_count: int | None = None) -> Page[Row]:
    """The page of rows that were read up to the window's limit, in the list's order; `key` gives what orders a row."""
    first, last = window.first, window.last
    kept = rows if first is None else rows[:first]
    edges = [Edge(row, key) for row in (kept if last is None else kept[-last:])]
    has_next = window.before is not None if first is None else len(rows) > first
    has_previous = window.after is not None if last is None else len(rows) > last
    return Page(edges, PageInfo(has_next, has_previous, edges), total_count)


def no_page() -> Page[Any]:
    """The page of an empty list."""
    return page_of([], Window(USUAL_PAGE), list, 0)


def write_cursor(*values: Any) -> str:
    """The place of a row in its order, as text that is opaque to clients."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode()


def read_cursor(after: str | None, *kinds: type, field: str = "after") -> tuple[Any, ...] | None:
    """The values in a cursor, each of the kind that its order needs; BAD_INPUT otherwise. None for no cursor."""
    if after is None:
        return None
    try:
        plain = json.loads(urlsafe_b64decode(after.encode("ascii")))
        if not isinstance(plain, list) or len(plain) != len(kinds):
            raise ValueError(after)
        return tuple(_value(value, kind) for value, kind in zip(plain, kinds, strict=True))
    except (ValueError, RecursionError, OverflowError):
        raise bad_input(field, "bad_cursor") from None


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
