"""Rows become objects whose values have exactly the declared types, whichever database they come from."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core import row
from models.core.database import execute, fetch, is_postgres
from models.core.row import Rows, column


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


def doubled(value: int) -> float:
    return value * 2.0


@dataclass(frozen=True)
class Pair:
    one: int
    two: int


@dataclass(frozen=True)
class Joined:
    maybe_whole: int
    maybe_flag: bool | None


@dataclass(slots=True)
class Kinds:
    pk: int = field(metadata=column("id"))
    whole: int
    real: float
    words: str
    flag: bool
    at: datetime
    day: date
    name: UUID
    colour: Colour
    pair: Pair
    twice: float = field(metadata=column("whole", read=doubled))
    is_red: bool = field(metadata=column("k.colour = 'RED'"))
    maybe_whole: int | None
    maybe_flag: bool | None
    maybe_at: datetime | None
    maybe_day: date | None
    maybe_name: UUID | None
    maybe_colour: Colour | None
    maybe_twice: float | None = field(metadata=column("maybe_whole", read=doubled))
    joined: Joined | None
    later: str = field(init=False)
    counted: int = field(default=0, init=False)


ROWS = Rows(Kinds, "kinds k")
NAMES = ("id", "whole", "real", "words", "flag", "at", "day", "name", "colour", "one", "two")
OPTIONAL = ("maybe_whole", "maybe_flag", "maybe_at", "maybe_day", "maybe_name", "maybe_colour")
GIVEN = (*NAMES, *OPTIONAL)
_TABLE = """CREATE TABLE IF NOT EXISTS kinds (id INT, whole BIGINT, real DOUBLE PRECISION, words TEXT, flag BOOLEAN,
    at TIMESTAMPTZ, day DATE, name {uuid}, colour TEXT, one INT, two INT, maybe_whole BIGINT, maybe_flag BOOLEAN,
    maybe_at TIMESTAMPTZ, maybe_day DATE, maybe_name {uuid}, maybe_colour TEXT)"""

whole = st.integers(-(2**62), 2**62)
instants = st.datetimes(timezones=st.timezones(), allow_imaginary=False).filter(lambda at: 1 < at.year < 9999)
days, colours = st.dates(date(1, 1, 2), date(9999, 1, 1)), st.sampled_from(Colour)
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
rows = st.tuples(
    *(whole, st.floats(allow_nan=False, allow_infinity=False), words, st.booleans(), instants, days, st.uuids()),
    *(colours, st.integers(0, 9), st.integers(0, 9)),
    *map(st.one_of, [st.none()] * 6, (whole, st.booleans(), instants, days, st.uuids(), colours)),
)
EXACT = {
    "flag": bool, "at": datetime, "day": date, "name": UUID, "colour": Colour, "pair": Pair, "joined": Joined,
    "twice": float, "is_red": bool, "pk": int, "whole": int, "real": float, "words": str,
}  # fmt: skip


@pytest.fixture
async def kinds(empty: None) -> None:
    await execute(_TABLE.format(uuid="UUID" if is_postgres() else "CHAR(36)"))


@given(st.lists(rows, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_values_come_back_with_their_types(kinds: None, given_rows: list[tuple[Any, ...]]) -> None:
    await execute("DELETE FROM kinds")
    places = ", ".join(f"${number}" for number in range(1, len(GIVEN) + 1))
    for number, one in enumerate(given_rows):
        await execute(f"INSERT INTO kinds VALUES ({places})", number, *one)
    read = ROWS.read(await fetch(f"{ROWS.select} ORDER BY k.id"))
    assert len(read) == len(given_rows)
    for number, (view, one) in enumerate(zip(read, given_rows, strict=True)):
        expected = dict(zip(GIVEN, (number, *one), strict=True))
        expected["pk"], expected["pair"] = number, Pair(expected.pop("one"), expected.pop("two"))
        expected |= {"twice": doubled(expected["whole"]), "is_red": expected["colour"] is Colour.RED}
        known = expected["maybe_whole"]
        expected["joined"] = None if known is None else Joined(known, expected["maybe_flag"])
        _check(view, expected)


def _check(view: Kinds, expected: dict[str, Any]) -> None:
    del expected["id"]
    for name, value in expected.items():
        found = getattr(view, name)
        # An hour that a clock shows twice equals none in another zone.
        assert found == (value.astimezone(UTC) if isinstance(value, datetime) else value), name
        kind = EXACT.get(name.removeprefix("maybe_")) if value is not None else type(None)
        assert type(found) is kind, name
        assert not isinstance(found, datetime) or found.tzinfo is UTC, name


async def test_columns_are_found_where_they_begin(kinds: None) -> None:
    now = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
    values = (1, 2, 3.0, "x", True, now, now.date(), uuid4(), "RED", 4, 5, *[None] * 6)
    await execute(f"INSERT INTO kinds VALUES ({', '.join(f'${n}' for n in range(1, 18))})", *values)
    rows = await fetch(f"SELECT 7, {ROWS.columns}, 8 FROM kinds k")
    (view,) = ROWS.read(rows, at=1)
    assert (view.pk, view.pair, view.maybe_twice, ROWS.width) == (1, Pair(4, 5), None, 22)
    assert ROWS.first(rows, at=1) is not None
    assert (ROWS.read([]), ROWS.first([])) == ([], None)


def test_of_some_fields_the_others_are_no_values() -> None:
    part = Rows(Pair, "pairs p", only={"two"})
    (view,) = part.read([("before", 2)], at=1)
    assert (part.columns, part.width, view.two) == ("p.two", 1, 2)
    with pytest.raises(TypeError, match="not read"):
        assert view.one


@pytest.mark.parametrize("kept", ["2026-03-14 10:17:00", "2026-03-14 10:17:00+00:00", "2026-03-14 12:17:00+02:00"])
def test_a_text_of_any_offset_is_an_instant_in_utc(kept: str) -> None:
    @dataclass
    class At:
        at: datetime

    (view,) = row._compile(At, None, is_postgres=False)([(kept,)], 0, 1)
    assert view.at == datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
    assert view.at.tzinfo is UTC


def test_what_no_column_is_read_into_is_refused() -> None:
    @dataclass
    class Bad:
        at: timedelta

    with pytest.raises(TypeError, match="at: no column is read into"):
        Rows(Bad, "x x").read([("1",)])

    @dataclass
    class Quoted:
        at: "datetime"

    with pytest.raises(TypeError, match="not quoted"):
        Rows(Quoted, "x x")
