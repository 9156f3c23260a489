"""The backup's format: what is written is read back, and a file that was touched or cut off is refused."""

import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.transfer.backup import (
    BrokenBackupError,
    Header,
    Kind,
    Table,
    Writer,
    check,
    plain,
    read_header,
    restored,
    rows,
)

COLUMNS = {"id": Kind.WHOLE, "body": Kind.TEXT, "at": Kind.INSTANT}
NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
VALUES = {
    Kind.WHOLE: st.integers(-(2**63), 2**63 - 1),
    Kind.REAL: st.floats(allow_nan=False, allow_infinity=False),
    Kind.TEXT: st.text(st.characters(exclude_categories=["Cs"])),
    Kind.TRUTH: st.booleans(),
    Kind.INSTANT: st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])),
    Kind.DAY: st.dates(),
    Kind.UUID: st.uuids(),
    Kind.BYTES: st.binary(),
}


def written(found: list[tuple[object, ...]]) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream, Header(NOW, ["0_first.py"], [Table("posts", COLUMNS, len(found))], {"posts": 9}))
    for values in found:
        writer.row(0, values)
    writer.finish()
    return stream.getvalue()


@given(st.data())
def test_every_value_comes_back(data: st.DataObject) -> None:
    rows_given = data.draw(st.lists(st.tuples(*(st.none() | VALUES[kind] for kind in Kind))))
    stream = io.BytesIO()
    writer = Writer(stream, Header(NOW, [], [Table("all", {str(k): k for k in Kind}, len(rows_given))], {}))
    for values in rows_given:
        writer.row(0, values)
    writer.finish()
    stream.seek(0)
    assert check(stream) == len(rows_given)
    stream.seek(0)
    assert [tuple(values) for _, values in rows(stream)] == rows_given


def test_what_sqlite_gives_is_written_as_what_postgresql_gives() -> None:
    assert plain(Kind.INSTANT, "2026-03-14 10:17:00+00:00") == plain(Kind.INSTANT, NOW)
    assert plain(Kind.INSTANT, "2026-03-14 10:17:00") == plain(Kind.INSTANT, NOW)
    assert plain(Kind.TRUTH, 1) is True
    assert plain(Kind.UUID, str(UUID(int=7))) == plain(Kind.UUID, UUID(int=7))
    assert restored(Kind.DAY, plain(Kind.DAY, "2026-03-14")) == date(2026, 3, 14)


def test_the_header_says_what_follows() -> None:
    header = read_header(io.BytesIO(written([(1, "a", NOW)])))
    assert header == Header(NOW, ["0_first.py"], [Table("posts", COLUMNS, 1)], {"posts": 9})


WHOLE = written([(1, "Des œufs", NOW), (2, "La\nreine", None)])
LINES = WHOLE.splitlines(keepends=True)


NO_JSON = "a line is no JSON: the file is cut off or is no backup"
NO_BACKUP = "this is no backup of Phéromone's"
NO_HEADER = "its first line is not that of a backup"
TOUCHED = "the checksum is not that of the contents"


def sealed(*lines: bytes) -> bytes:
    """Rows and their end, whatever the header promises."""
    end = {"rows": len(lines) - 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    return b"".join(lines) + json.dumps(end).encode()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty", b"", NO_JSON),
        ("something else", b'{"a": 1}\n', NO_BACKUP),
        ("a list", b"[1]\n", NO_BACKUP),
        ("no JSON", b"SQLite format 3\x00", NO_JSON),
        (
            "a later version",
            WHOLE.replace(b'"version":1', b'"version":2'),
            "its format is version 2, this program reads 1",
        ),
        ("without a table's rows", WHOLE.replace(b'"rows":2', b'"lines":2', 1), NO_HEADER),
        ("with a kind that is none", WHOLE.replace(b'"whole"', b'"wide"', 1), NO_HEADER),
        ("with columns that are none", WHOLE.replace(b'"columns":{', b'"columns":3,"c":{', 1), NO_HEADER),
        ("with tables that are none", WHOLE.replace(b'"tables":[', b'"tables":3,"t":[', 1), NO_HEADER),
        ("one letter", WHOLE.replace("œufs".encode(), "œuts".encode()), TOUCHED),
        ("a row less", LINES[0] + LINES[1] + LINES[3], TOUCHED),
        ("a row less, sealed", sealed(*LINES[:2]), "rows are missing"),
        ("other rows than are told", WHOLE.replace(b'{"rows":2,"sha', b'{"rows":3,"sha'), TOUCHED),
        ("rows in another order", LINES[0] + LINES[2] + LINES[1] + LINES[3], TOUCHED),
        ("without its end", b"".join(LINES[:3]), TOUCHED),
        ("cut in its end", WHOLE[:-30], NO_JSON),
        ("cut in a row", WHOLE[: len(LINES[0]) + 9], NO_JSON),
        ("the header alone", LINES[0], TOUCHED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_whole_is_refused(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(BrokenBackupError) as refused:
        check(io.BytesIO(content))
    assert str(refused.value) == reason


def test_the_lines_of_a_backup_are_its_format() -> None:
    header, first, second, end = WHOLE.decode().splitlines()
    assert header == (
        '{"format":"pheromone-backup","version":1,"made_at":"2026-03-14T10:17:00+00:00","migrations":["0_first.py"],'
        '"tables":[{"name":"posts","columns":{"id":"whole","body":"text","at":"instant"},"rows":2}],"numbers":{"posts":9}}'
    )
    assert first == '[0,1,"Des œufs","2026-03-14T10:17:00+00:00"]'
    assert second == '[0,2,"La\\nreine",null]'
    digest = hashlib.sha256(b"".join(LINES[:3])).hexdigest()
    assert end == f'{{"rows":2,"sha256":"{digest}"}}'
    assert check(io.BytesIO(WHOLE)) == 2


def test_what_json_cannot_say_is_not_written() -> None:
    writer = Writer(io.BytesIO(), Header(NOW, [], [Table("a", {"b": Kind.REAL}, 1)], {}))
    with pytest.raises(ValueError, match="Out of range"):
        writer.row(0, [float("nan")])


def test_rows_go_with_their_tables() -> None:
    stream = io.BytesIO()
    writer = Writer(stream, Header(NOW, [], [Table("a", {"b": Kind.TEXT}, 1), Table("c", {"d": Kind.BYTES}, 1)], {}))
    writer.row(1, [b"x"])
    writer.row(0, ["y"])
    writer.finish()
    stream.seek(0)
    assert list(rows(stream)) == [(1, [b"x"]), (0, ["y"])]


@pytest.mark.parametrize(
    ("kind", "value", "written_as"),
    [
        (Kind.REAL, 1, 1.0),
        (Kind.TRUTH, 0, False),
        (Kind.DAY, date(2026, 3, 14), "2026-03-14"),
        (Kind.UUID, UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (Kind.BYTES, b"ab", "YWI="),
        (Kind.INSTANT, NOW.astimezone(timezone(timedelta(hours=2))), "2026-03-14T10:17:00+00:00"),
        (Kind.WHOLE, 7, 7),
        (Kind.TEXT, None, None),
    ],
)
def test_how_a_value_is_written(kind: Kind, value: object, written_as: object) -> None:
    found = plain(kind, value)
    assert (found, type(found)) == (written_as, type(written_as))
    again = restored(kind, found)
    assert (again, type(again)) == (value if kind is not Kind.REAL else 1.0, type(again))


def test_kinds_are_named_in_the_file() -> None:
    assert [kind.value for kind in Kind] == ["whole", "real", "text", "truth", "instant", "day", "uuid", "bytes"]
    assert type(restored(Kind.REAL, 1)) is float
