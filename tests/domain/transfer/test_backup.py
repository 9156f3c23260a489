"""The backup's format: what is written is read back, and a file that was touched or cut off is refused."""

import io
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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("something else", b'{"a": 1}\n'),
        ("no JSON", b"SQLite format 3\x00"),
        ("a later version", WHOLE.replace(b'"version":1', b'"version":2')),
        ("one letter", WHOLE.replace("œufs".encode(), "œuts".encode())),
        ("a row less", LINES[0] + LINES[1] + LINES[3]),
        ("rows in another order", LINES[0] + LINES[2] + LINES[1] + LINES[3]),
        ("without its end", b"".join(LINES[:3])),
        ("cut in its end", WHOLE[:-30]),
        ("cut in a row", WHOLE[: len(LINES[0]) + 9]),
        ("the header alone", LINES[0]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_whole_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(BrokenBackupError):
        check(io.BytesIO(content))
