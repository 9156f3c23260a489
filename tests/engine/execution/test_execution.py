"""Execution in columns gives, to the byte, what graphql-core's own path gives, and takes only fields that are plain."""

import asyncio
import gc
import random
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.extensions import FieldExtension
from strawberry.schema.config import StrawberryConfig

from engine.document.document import KEPT_LENGTH
from engine.execution import execution
from engine.execution.execution import ColumnExecutionContext
from engine.execution.field import RowGuard, computed
from engine.execution.limit import Limits
from engine.execution.scalar import SCALARS, BigInt


@strawberry.enum
class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


class Refuse(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        raise PermissionError("guarded")


asked: list[Any] = []


def _owned(_context: Any, owner: Any) -> None:
    asked.append(owner)
    if owner != "mine":
        raise PermissionError("not yours")


@strawberry.type
class Item:
    name: str
    note: str | None
    size: int
    weight: float
    total: BigInt
    is_on: bool
    colour: Colour
    at: datetime
    double: int = computed(lambda self: self.size * 2)
    guarded: str | None = strawberry.field(extensions=[Refuse()])
    granted: str | None = strawberry.field(extensions=[RowGuard(_owned, "owner")])
    granted_item: "Item | None" = strawberry.field(extensions=[RowGuard(_owned, "owner")])
    twice: str | None = strawberry.field(extensions=[RowGuard(_owned, "owner"), Refuse()])
    items: list["Item"]
    best: "Item | None"

    @strawberry.field
    def argued(self, times: int = 2) -> str:
        return str(self.name) * times


@dataclass
class Row:
    name: Any
    note: Any
    size: Any
    weight: Any
    total: Any
    is_on: Any
    colour: Any
    at: Any
    guarded: str = "secret"
    owner: str = "mine"
    twice: str = "secret"
    items: list["Row"] = field(default_factory=list)
    best: "Row | None" = None

    @property
    def granted(self) -> str:
        """What only the owner may read; the name tells whose it was."""
        return f"secret of {self.owner}"

    @property
    def granted_item(self) -> "Row":
        return Row(self.granted, None, 1, 1.5, 1, True, Colour.RED, datetime(2026, 3, 14, tzinfo=UTC))


@strawberry.type
class Query:
    @strawberry.field
    def items(self, info: strawberry.Info) -> list[Item]:
        rows: list[Item] = info.context
        return rows

    @strawberry.field
    def maybe(self, info: strawberry.Info) -> list[Item | None] | None:
        rows: list[Item | None] = info.context
        return rows


def _schema(context_class: Any) -> strawberry.Schema:
    class Quiet(strawberry.Schema):
        def process_errors(self, errors: Any, execution_context: Any = None) -> None:
            """Errors are compared, not logged."""

    # Limits keeps parsed documents, so that one query asked twice is one document, as it is when served.
    config = StrawberryConfig(scalar_map=SCALARS)
    return Quiet(Query, config=config, execution_context_class=context_class, extensions=[Limits])


COLUMNS, ORDINARY = _schema(ColumnExecutionContext), _schema(None)

PLAIN = st.builds(
    Row,
    name=st.text(),
    note=st.none() | st.text(),
    size=st.integers(-(2**31), 2**31 - 1),
    weight=st.floats(allow_nan=False, allow_infinity=False),
    total=st.integers(-(2**63), 2**63 - 1),
    is_on=st.booleans(),
    colour=st.sampled_from(Colour),
    at=st.datetimes(timezones=st.just(UTC)),
    owner=st.sampled_from(["mine", "mine", "mine", "theirs"]),
)
# Values that graphql-core would convert, refuse, or turn into a null that reaches further up.
ODD = st.none() | st.integers() | st.floats() | st.text() | st.booleans()
MIXED = st.builds(Row, name=ODD, note=ODD, size=ODD, weight=ODD, total=ODD, is_on=ODD, colour=ODD, at=ODD) | PLAIN


def _nest(rows: list[Row], dice: random.Random) -> list[Row]:
    """Hangs rows under earlier ones, as lists and as single rows."""
    roots: list[Row] = []
    for row in rows:
        above = dice.choice([*roots, None]) if roots else None
        if above is None:
            roots.append(row)
        elif dice.random() < 0.3:
            above.best = row
        else:
            above.items.append(row)
    return roots


FIELDS = ["name", "note", "size", "weight", "total", "isOn", "colour", "at", "double", "__typename"]


def _selection(dice: random.Random, depth: int = 3) -> str:
    parts = []
    for number, name in enumerate(dice.sample(FIELDS, dice.randint(1, 6))):
        alias = f"a{number}_{depth}: " if dice.random() < 0.2 else ""
        directive = dice.choice(["", "", "", " @skip(if: $yes)", " @include(if: $no)", " @include(if: true)"])
        parts.append(alias + name + directive)
    if depth and dice.random() < 0.7:
        parts.append(f"{dice.choice(['items', 'best'])} {{ {_selection(dice, depth - 1)} }}")
    if depth and dice.random() < 0.3:
        parts.append(f"... on Item {{ {_selection(dice, 0)} }}")
    if dice.random() < 0.2:
        parts.append(dice.choice(["argued", "guarded", "granted", "granted", "grantedItem { name granted }", "twice"]))
    return " ".join(parts)


async def _answers(query: str, rows: list[Row], **flags: bool) -> list[Any]:
    results = [await schema.execute(query, flags, context_value=rows) for schema in (COLUMNS, ORDINARY)]
    return [(result.data, sorted(str(error) for error in result.errors or ())) for result in results]


@settings(max_examples=150, deadline=None)
@given(st.lists(MIXED, max_size=8), st.integers(0, 2**32), st.booleans(), st.booleans(), st.booleans())
async def test_columns_answer_as_graphql_core_does(
    rows: list[Row], seed: int, yes: bool, no: bool, nullable: bool
) -> None:
    dice = random.Random(seed)
    root = "maybe" if nullable else "items"
    query = f"query Q($yes: Boolean!, $no: Boolean!) {{ {root} {{ {_selection(dice)} }} }}"
    if "$yes" not in query.partition("{")[2]:
        query = query.replace("$yes: Boolean!, ", "")
    if "$no" not in query.partition("{")[2]:
        query = query.replace(", $no: Boolean!", "").replace("($no: Boolean!)", "")
    columns, ordinary = await _answers(query, _nest(rows, dice), yes=yes, no=no)
    assert columns == ordinary
    assert "secret of theirs" not in str(columns)


ROW = Row("n", None, 1, 1.5, 2**40, True, Colour.RED, datetime(2026, 3, 14, tzinfo=UTC))


@pytest.mark.parametrize("weight", [float("inf"), float("-inf"), float("nan")])
async def test_what_json_has_no_word_for_is_an_error(weight: float) -> None:
    columns, ordinary = await _answers("{ items { weight } }", [Row("n", None, 1, weight, 1, True, Colour.RED, ROW.at)])
    assert columns == ordinary
    assert columns[0] is None


async def test_a_guarded_field_is_asked_for_every_row() -> None:
    columns, ordinary = await _answers("{ items { name guarded items { guarded } } }", [ROW, ROW])
    assert columns == ordinary
    assert "secret" not in str(columns)


THEIRS = replace(ROW, owner="theirs")


@pytest.mark.parametrize("rows", [[ROW, THEIRS], [THEIRS, ROW], [ROW, replace(ROW, items=[THEIRS])]])
async def test_what_is_granted_for_one_row_is_not_for_the_next(rows: list[Row]) -> None:
    query = "{ items { granted grantedItem { name } items { granted } } }"
    columns, ordinary = await _answers(query, rows)
    assert columns == ordinary
    assert "secret of theirs" not in str(columns)
    assert str(columns).count("secret of mine") == 2 * str(rows).count("'mine'")
    assert "not yours" in str(columns)


async def test_a_grant_is_asked_again_by_each_operation_and_once_for_rows_alike() -> None:
    for rows in ([ROW, ROW], [THEIRS], [ROW]):
        asked.clear()
        result = await COLUMNS.execute("{ items { granted } }", context_value=rows)
        assert bool(result.errors) is (THEIRS in rows)
        assert set(asked) == {"theirs"} if THEIRS in rows else asked == ["mine"]


@pytest.mark.parametrize(
    ("query", "planned"),
    [
        ("{ items { name } }", True),
        ("{ items { granted grantedItem { name } } }", True),
        ("{ items { guarded } }", False),
        ("{ items { twice } }", False),
    ],
)
async def test_only_plain_selections_are_planned(query: str, planned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    original = ColumnExecutionContext._plan

    def spy(self: Any, type_: Any, details: Any) -> Any:
        plan = original(self, type_, details)
        taken.append(plan is not None)
        return plan

    monkeypatch.setattr(ColumnExecutionContext, "_plan", spy)
    await COLUMNS.execute(query, context_value=[ROW])
    assert taken[-1] is planned


async def test_kept_plans_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "KEPT_PLANS", 10)
    for number in range(50):
        await COLUMNS.execute(f"{{ items {{ a{number}: name }} }}", context_value=[ROW])
    assert len(execution._PLANS) <= 11


@pytest.mark.parametrize(("length", "kept"), [(0, 1), (KEPT_LENGTH, 0)])
async def test_no_plan_outlives_a_long_document(monkeypatch: pytest.MonkeyPatch, length: int, kept: int) -> None:
    monkeypatch.setattr(execution, "_PLANS", {})
    await COLUMNS.execute(f"{{ items {{ name }} }} #{'x' * length}", context_value=[ROW])
    assert len(execution._PLANS) == kept


async def test_one_document_with_other_flags_is_another_plan() -> None:
    query = "query Q($no: Boolean!) { items { name note @include(if: $no) items { name @include(if: $no) } } }"
    for no in (True, False, True):
        columns, ordinary = await _answers(query, [replace(ROW, items=[ROW, ROW])], no=no)
        assert columns == ordinary


@pytest.mark.parametrize("field", ["name", "name argued"], ids=["in columns", "one by one"])
async def test_an_answer_that_multiplies_is_given_up_with_one_error(field: str) -> None:
    """Cycles through plain lists: each level of the query multiplies the rows by thirty."""
    row = Row("n", None, 1, 1.5, 1, True, Colour.RED, ROW.at)
    row.items = [row] * 30
    selection = field
    for _ in range(6):
        selection = f"{field} items {{ {selection} }}"
    result = await COLUMNS.execute(f"{{ items {{ {selection} }} }}", context_value=[row] * 30)
    assert result.data is None
    assert [str((error.extensions or {}).get("code")) for error in result.errors or ()] == ["TOO_COMPLEX"]


@strawberry.type
class Slow:
    @strawberry.field
    async def later(self) -> int:
        await asyncio.sleep(0)
        return 1

    @strawberry.field
    def rows(self) -> list["Slow"]:
        return [self] * 30


async def test_an_answer_that_is_given_up_leaves_nothing_unawaited(monkeypatch: pytest.MonkeyPatch) -> None:
    @strawberry.type
    class Query:
        row: Slow = strawberry.field(resolver=Slow)

    monkeypatch.setattr(execution, "MAX_OBJECTS", 2_000)
    slow = strawberry.Schema(Query, execution_context_class=ColumnExecutionContext)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = await slow.execute("{ row { later rows { later rows { later rows { later } } } } }")
        gc.collect()
    assert not caught, [str(one.message) for one in caught]
    assert result.data is None
    assert [str((error.extensions or {}).get("code")) for error in result.errors or ()] == ["TOO_COMPLEX"]


async def test_each_object_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In columns, one by one, and where columns were tried first."""
    monkeypatch.setattr(execution, "MAX_OBJECTS", 500)
    unplain = Row("n", None, 2**31, 1.5, 1, True, Colour.RED, ROW.at)
    for query, row, most in [
        ("{ items { name } }", ROW, 500),
        ("{ items { name argued } }", ROW, 100),
        ("{ maybe { name size } }", unplain, 100),
    ]:
        within = await COLUMNS.execute(query, context_value=[row] * most)
        beyond = await COLUMNS.execute(query, context_value=[row] * (most + 1))
        assert "objects" not in str(within.errors), query
        assert "objects > 500" in str(beyond.errors), query
