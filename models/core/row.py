"""One declaration a column: the fields of a dataclass say what a row is read into, once. Its list of columns, their
number and the code that reads rows derive from them. Names no table and asks the database nothing.

A field that `__init__` takes is a column, or where it is a dataclass itself the columns of that one; if it may be None,
it is where the first of them is NULL. What is filled in later is `field(init=False)`, with or without a default.
"""

import linecache
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin
from uuid import UUID

from models.core.database import Row, is_postgres

View = TypeVar("View")


class Unread:
    """Stands in a row for a column that was not asked for. It is no value: whoever takes it for one fails."""

    def __bool__(self) -> bool:
        raise TypeError("a column that was not read")


UNREAD: Any = Unread()
Make = Callable[[Any], Any]
Reader = Callable[[Sequence[Row], int, int], list[View]]


def column(sql: str = "", *, read: Make | None = None) -> Mapping[str, object]:
    """Metadata of a field that is not called as its column is, or that is made of the column's value by `read`.

    `sql` is the name of a column of the first table, or any expression. `read` is never called for NULL where the
    field may be None; its one parameter is annotated with what the column holds.
    """
    return {"sql": sql, "read": read}


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row: its SQL, the Python type that it becomes, and by what means unless that follows from it."""

    sql: str
    kind: Any
    is_optional: bool
    read: Make | None


class Rows(Generic[View]):
    """How rows of `tables` are read into a dataclass: `SELECT {columns} FROM {tables}`, then `read`.

    The first table is named with its alias, which the columns of fields without an SQL of their own belong to. `named`
    gives the SQL of fields whose class says nothing of columns, or not of these. With `only`, these fields alone are
    read, and the others hold UNREAD.
    """

    def __init__(
        self,
        view: type[View],
        tables: str,
        named: Mapping[str, str] | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self.view = view
        self.tables = tables
        self.only = only
        self.declared = tuple(_columns(view, tables.split()[1], named or {}, only))
        self.columns = ", ".join(one.sql for one in self.declared)
        self.width = len(self.declared)
        self.select = f"SELECT {self.columns} FROM {tables}"
        self._readers: dict[bool, Reader[View]] = {}

    def read(self, rows: Sequence[Row], at: int = 0) -> list[View]:
        """An object for each row, whose columns begin at `at`; what stands before and behind them is for others."""
        dialect = is_postgres()
        reader = self._readers.get(dialect)
        if reader is None:
            reader = self._readers[dialect] = _compile(self.view, self.only, is_postgres=dialect)
        return reader(rows, at, at + self.width)

    def first(self, rows: Sequence[Row], at: int = 0) -> View | None:
        """The object of the first row; None where there is no row."""
        return self.read(rows[:1], at)[0] if rows else None


def _columns(
    view: type[Any], alias: str, named: Mapping[str, str], only: Collection[str] | None = None
) -> Iterator[Column]:
    for one in _read_fields(view):
        kind, is_optional = _kind(one)
        if only is not None and one.name not in only:
            continue
        if is_dataclass(kind) and isinstance(kind, type):
            for inner in _columns(kind, alias, named):
                yield replace(inner, is_optional=inner.is_optional or is_optional)
        else:
            sql = str(named.get(one.name) or one.metadata.get("sql") or one.name)
            read = one.metadata.get("read")
            yield Column(f"{alias}.{sql}" if sql.isidentifier() and sql.islower() else sql, kind, is_optional, read)


def _read_fields(view: type[Any]) -> Iterator[Field[Any]]:
    return (one for one in fields(view) if one.init)


def _kind(one: Field[Any]) -> tuple[Any, bool]:
    """The type of a field, None left out, and whether that is among it."""
    if isinstance(one.type, str):
        raise TypeError(f"{one.name}: a column's type must be there when its class is made, not quoted")
    if get_origin(one.type) in (Union, UnionType):
        kinds = [kind for kind in get_args(one.type) if kind is not NoneType]
        if len(kinds) == 1:
            return kinds[0], True
    return one.type, False


# ---- the code -----------------------------------------------------------------------
# A function a class and dialect, with nothing in it but what that dialect needs: reading a row costs no look-up of what
# is to be done with it. `dataclasses` makes its `__init__` in this manner.


def _in_utc(value: datetime) -> datetime:
    """SQLite keeps what it was given: a text without an offset is in UTC."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_AS_IT_COMES = dict.fromkeys((int, float, str, bool, datetime, date), "{}")
_POSTGRES = _AS_IT_COMES | {UUID: "uuid(bytes={}.bytes)"}  # Its driver has a class of its own for them.
_SQLITE = _AS_IT_COMES | {
    bool: "not not {}",  # Faster than a call, and than a comparison.
    datetime: "(t if (t := parse({})).tzinfo is utc else in_utc(t))",
    date: "day({})",
    UUID: "uuid({})",
}
_NAMES = {
    "utc": UTC,
    "parse": datetime.fromisoformat,
    "in_utc": _in_utc,
    "day": date.fromisoformat,
    "uuid": UUID,
    "unread": UNREAD,
}


def _compile(view: type[View], only: Collection[str] | None, *, is_postgres: bool) -> Reader[View]:
    names: dict[str, Any] = dict(_NAMES)
    made, width = _construct(view, names, 0, _POSTGRES if is_postgres else _SQLITE, only)
    # A slice is a tuple, which is taken apart faster than either driver's row, even where it is all of it.
    plain = [f"c{number}" for number in range(width)]
    if made.endswith(f"({', '.join(plain)})"):
        body = f"[{made.partition('(')[0]}(*row[at:end]) for row in rows]"
    else:
        body = f"[{made} for {', '.join(plain)}, in [row[at:end] for row in rows]]"
    source = f"def read(rows, at, end):\n    return {body}\n"
    file = f"<rows of {view.__qualname__}, {'PostgreSQL' if is_postgres else 'SQLite'}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)  # noqa: S102 - of names and types of fields, nothing from outside
    read: Reader[View] = names["read"]
    return read


def _construct(
    view: type[Any],
    names: dict[str, Any],
    at: int,
    conversions: Mapping[Any, str],
    only: Collection[str] | None = None,
) -> tuple[str, int]:
    """The source that makes one object from the values `c{at}` and on; and the number after the last of them."""
    given = []
    for one in _read_fields(view):
        kind, is_optional = _kind(one)
        if only is not None and one.name not in only:
            given.append("unread")
            continue
        if is_dataclass(kind) and isinstance(kind, type):
            first = at
            made, at = _construct(kind, names, at, conversions)
            made = f"None if c{first} is None else {made}" if is_optional else made
        else:
            made = _conversion(one, kind, names, conversions).format(f"c{at}")
            if is_optional and made != f"c{at}":
                made = f"None if c{at} is None else {made}"
            at += 1
        given.append(made)
    return f"{_named(view, names)}({', '.join(given)})", at


def _conversion(one: Field[Any], kind: Any, names: dict[str, Any], conversions: Mapping[Any, str]) -> str:
    """The source that makes the value of a field from that of its column, which stands at {}."""
    read = one.metadata.get("read")
    if read is not None:
        return f"{_named(read, names)}({{}})"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"{_named({member.value: member for member in kind}, names)}[{{}}]"
    if kind not in conversions:
        raise TypeError(f"{one.name}: no column is read into {kind!r}")
    return conversions[kind]


def _named(value: object, names: dict[str, Any]) -> str:
    name = f"used{len(names)}"
    names[name] = value
    return name
