"""The format of a backup: lines of JSON that say the same on every database. Reads and writes streams, no database.

Version 1, in UTF-8, each line ended by a line feed:
- the first line is an object: `format`, `version`, `made_at` (RFC 3339), `migrations` (names, oldest first), `tables`
  (each with `name`, `columns` from name to kind, and `rows`), `numbers` (the highest id ever given, by table);
- then one array a row: the position of its table in `tables`, then its values in the order of the columns;
- the last line is an object: `rows`, and `sha256` of all the bytes before it, in hexadecimal.

Null is null in every kind; instants are in UTC.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import IO, Any
from uuid import UUID

FORMAT, VERSION = "pheromone-backup", 1


class Kind(StrEnum):
    """What a column holds, and how JSON writes it."""

    WHOLE = "whole"  # a number without a fraction
    REAL = "real"  # a number
    TEXT = "text"  # a string
    TRUTH = "truth"  # true or false
    INSTANT = "instant"  # RFC 3339
    DAY = "day"  # ISO 8601
    UUID = "uuid"  # with hyphens
    BYTES = "bytes"  # base64


class BrokenBackupError(ValueError):
    """Not a backup, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was: its columns in the order of a row's values, and how many rows follow."""

    name: str
    columns: dict[str, Kind]
    rows: int


@dataclass(frozen=True, slots=True)
class Header:
    """The first line."""

    made_at: datetime
    migrations: list[str]
    tables: list[Table]
    numbers: dict[str, int]


def plain(kind: Kind, value: Any) -> Any:
    """A value as JSON writes it. SQLite gives instants, days and UUIDs as text and truths as numbers."""
    if value is None:
        return None
    if kind is Kind.INSTANT:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat()
    if kind is Kind.BYTES:
        return base64.b64encode(value).decode()
    writers = {Kind.TRUTH: bool, Kind.REAL: float, Kind.UUID: str, Kind.DAY: str}
    return writers[kind](value) if kind in writers else value


def restored(kind: Kind, value: Any) -> Any:
    """The value that JSON wrote."""
    if value is None:
        return None
    readers: dict[Kind, Any] = {
        Kind.INSTANT: datetime.fromisoformat,
        Kind.DAY: date.fromisoformat,
        Kind.UUID: UUID,
        Kind.BYTES: base64.b64decode,
        Kind.REAL: float,
    }
    return readers[kind](value) if kind in readers else value


class Writer:
    """Writes a backup line by line: the header, rows, and at `finish` the checksum."""

    def __init__(self, stream: IO[bytes], header: Header) -> None:
        self._stream, self._header = stream, header
        self._digest, self._rows = hashlib.sha256(), 0
        self._kinds = [list(table.columns.values()) for table in header.tables]
        self._line({"format": FORMAT, "version": VERSION, **asdict(header), "made_at": header.made_at.isoformat()})

    def row(self, table: int, values: Sequence[Any]) -> None:
        self._line([table, *map(plain, self._kinds[table], values)])
        self._rows += 1

    def finish(self) -> None:
        self._line({"rows": self._rows, "sha256": self._digest.hexdigest()})

    def _line(self, content: Any) -> None:
        line = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        self._digest.update(line)
        self._stream.write(line)


def read_header(stream: IO[bytes]) -> Header:
    """The first line of a backup; raises BrokenBackupError for anything else."""
    return _header(_parsed(stream.readline()))


def check(stream: IO[bytes]) -> int:
    """Reads a backup to its end and gives its number of rows; BrokenBackupError unless it is whole and unchanged."""
    header = read_header(stream)
    stream.seek(0)
    digest, rows, last = hashlib.sha256(), -1, b""
    for line in stream:
        if last:
            digest.update(last)
            rows += 1
        last = line
    end = _parsed(last)
    if not isinstance(end, dict) or end.get("sha256") != digest.hexdigest() or end.get("rows") != rows:
        raise BrokenBackupError("the checksum is not that of the contents")
    if rows != sum(table.rows for table in header.tables):
        raise BrokenBackupError("rows are missing")
    return rows


def rows(stream: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a backup that was checked: each with the position of its table."""
    header = read_header(stream)
    kinds = [list(table.columns.values()) for table in header.tables]
    for line in stream:
        content = _parsed(line)
        if isinstance(content, list):
            yield content[0], list(map(restored, kinds[content[0]], content[1:]))


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise BrokenBackupError("a line is no JSON: the file is cut off or is no backup") from None


def _header(content: Any) -> Header:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BrokenBackupError("this is no backup of Phéromone's")
    if content.get("version") != VERSION:
        raise BrokenBackupError(f"its format is version {content.get('version')}, this program reads {VERSION}")
    try:
        tables = [
            Table(one["name"], {name: Kind(kind) for name, kind in one["columns"].items()}, one["rows"])
            for one in content["tables"]
        ]
        made_at = datetime.fromisoformat(content["made_at"])
        return Header(made_at, content["migrations"], tables, content["numbers"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BrokenBackupError("its first line is not that of a backup") from None
