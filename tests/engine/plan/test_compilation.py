"""What a plan answers, and what it leaves to graphql-core: nulls, errors, odd values, types by their kinds, limits."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any

import orjson
import pytest
import strawberry
from graphql.execution.values import VariableValues
from strawberry.schema.config import StrawberryConfig

from domain.core.refusal import Code, Refusal
from engine.document import document
from engine.execution import execution
from engine.execution.execution import ColumnExecutionContext
from engine.execution.field import RowGuard
from engine.execution.limit import Limits
from engine.execution.planned import answered
from engine.execution.scalar import SCALARS
from engine.operation.context import Context, Runtime
from engine.plan import kept, operation
from engine.plan.run import StepsAside
from tests.engine.plan.outcomes import outcomes


@pytest.fixture(autouse=True)
def from_the_first_use(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kept, "FIRST_USE", 1)
    document._KEPT.clear()
    yield
    document._KEPT.clear()


def _mine(_context: Any, name: str) -> None:
    if name != "n":
        raise Refusal(Code.FORBIDDEN, "forbidden")


@strawberry.type
class Leaf:
    name: str
    size: int | None = None
    weight: float = 0.5


@strawberry.type
class Other:
    name: str


@strawberry.type
class Tree:
    name: str
    leaf: Leaf | None
    must: Leaf
    leaves: list[Leaf | None] | None
    grid: list[list[int]]
    note: str | None
    at: datetime | None
    either: Annotated[Leaf | Other, strawberry.union("Either")] | None = None

    @strawberry.field
    async def slow(self, times: int = 2) -> "Tree":
        await asyncio.sleep(0)
        slower: Tree = replace(self, name=str(self.name) * times)
        return slower

    mine: str | None = strawberry.field(extensions=[RowGuard(_mine, "name")])
    mine_always: str = strawberry.field(extensions=[RowGuard(_mine, "name")])
    mine_below: "Tree | None" = strawberry.field(extensions=[RowGuard(_mine, "name")])

    @strawberry.field
    async def found(self, name: str = "n") -> "Tree | None":
        await asyncio.sleep(0)
        if self.name != name:
            raise Refusal(Code.NOT_FOUND, "not_found", "name")
        found: Tree = self
        return found

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError(self.name)

    @strawberry.field
    async def broken_always(self) -> str:
        raise ValueError(self.name)

    @strawberry.field
    def where(self, info: strawberry.Info) -> str:
        return ".".join(map(str, info.path.as_list()))


@dataclass
class Row:
    """A row of Tree, Leaf or Other, with whatever values a test wants."""

    name: Any = "n"
    leaf: Any = None
    must: Any = None
    leaves: Any = None
    grid: Any = field(default_factory=lambda: [[1], [], [2, 3]])
    note: Any = None
    at: Any = None
    either: Any = None
    size: Any = 1
    weight: Any = 0.5
    mine: Any = "mine"
    mine_always: Any = "always"
    mine_below: Any = None


ROW = Row(leaf=Row("a"), must=Row("b", size=None), leaves=[Row("c"), None], either=Other(name="o"))
THEIRS = replace(ROW, name="m")


@strawberry.type
class Query:
    @strawberry.field
    async def trees(self, info: strawberry.Info) -> list[Tree]:
        rows: list[Tree] = info.context
        return rows

    @strawberry.field
    async def maybe(self, info: strawberry.Info) -> list[Tree | None] | None:
        rows: list[Tree | None] = info.context
        return rows


class Quiet(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Errors are compared, not logged."""


CONFIG = StrawberryConfig(scalar_map=SCALARS)
OWN = Quiet(
    Query, types=[Leaf, Other], config=CONFIG, execution_context_class=ColumnExecutionContext, extensions=[Limits]
)
WHOLE = "name leaf { name size } must { name } leaves { name } grid note either { __typename ... on Other { name } }"


@pytest.mark.parametrize(
    ("query", "rows", "outcome"),
    [
        (f"{{ trees {{ {WHOLE} }} }}", [ROW, ROW], "answered"),
        (f"{{ trees {{ {WHOLE} }} }}", [], "answered"),
        ("{ trees { slow { name slow(times: 3) { name leaf { name } } } } }", [ROW, ROW], "answered"),
        (
            "{ a: trees { n: name ...F } b: trees { ...F } } fragment F on Tree { leaf { name } leaf { s: size } }",
            [ROW],
            "answered",
        ),
        ("{ maybe { name slow { name } } }", [ROW, None], "answered"),
        ("{ trees { name } }", [ROW, None], "value"),
        ("{ trees { must { name } } }", [replace(ROW, must=None)], "value"),
        ("{ maybe { name must { name } } }", [ROW, replace(ROW, must=None)], "value"),
        *(
            ("{ maybe { leaf { size } } }", [ROW, replace(ROW, leaf=Row(size=size))], outcome)
            for size, outcome in [
                (2**30, "answered"),
                (-(2**31), "answered"),
                (2**31 - 1, "answered"),
                (2**31, "error"),
                (-(2**31) - 1, "error"),
            ]
        ),
        *(
            ("{ maybe { at } }", [replace(ROW, at=at)], outcome)
            for at, outcome in [
                (datetime(2026, 3, 1, 12, tzinfo=UTC), "answered"),
                (datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC), "answered"),
                (datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))), "answered"),
                (date(2026, 3, 1), "error"),
                (None, "answered"),
            ]
        ),
        ("{ maybe { leaf { name } note } }", [replace(ROW, leaf=ValueError("one"), note=ValueError("two"))], "error"),
        *(
            ("{ maybe { leaf { weight } } }", [replace(ROW, leaf=Row(weight=weight))], outcome)
            for weight, outcome in [
                (1e308, "answered"),
                (-0.0, "answered"),
                (3, "answered"),
                (float("nan"), "error"),
                (float("-inf"), "error"),
            ]
        ),
        ("{ maybe { grid } }", [replace(ROW, grid=[[1], [None]])], "value"),
        ("{ maybe { grid leaves { name } } }", [replace(ROW, grid=((1,),), leaves=(Row("t"),))], "value"),
        ("{ maybe { either { __typename } } }", [replace(ROW, either=ROW)], "error"),
        ("{ trees { where slow { where } } }", [ROW, ROW], "path"),
        ("{ maybe { a: mine b: mine leaf { name } must { name } } }", [ROW, THEIRS, ROW, THEIRS], "answered"),
        ("{ trees { mine slow(times: 1) { mine mineBelow { name } } } }", [THEIRS, ROW], "answered"),
        ('{ trees { found { mine name } other: found(name: "m") { name } } }', [ROW, THEIRS], "answered"),
        ("{ maybe { name broken slow { broken } } }", [ROW, THEIRS], "answered"),
        ("{ maybe { name broken brokenAlways } }", [ROW], "error"),
        ("{ maybe { mineAlways } }", [ROW], "answered"),
        ("{ maybe { mineAlways } }", [ROW, THEIRS], "value"),
        ("{ maybe { mineBelow { slow { name } } } }", [ROW], "answered"),
        ("{ maybe { mineBelow { slow { name } } } }", [THEIRS], "value"),
        ("{ __schema { queryType { name } } }", [], "introspection"),
        ("{ trees { nothing: missing } }", [replace(ROW)], None),
    ],
)
async def test_what_is_no_plain_answer_is_graphql_cores(query: str, rows: Any, outcome: str | None) -> None:
    before = outcomes()
    planned = await OWN.execute(query, context_value=rows)
    assert list((outcomes() - before).elements()) == ([] if outcome is None else [outcome])
    ordinary = await ORDINARY.execute(query, context_value=rows)
    assert orjson.dumps(planned.data) == orjson.dumps(ordinary.data)
    told, expected = ([one.formatted for one in answer.errors or ()] for answer in (planned, ordinary))
    # What is read side by side fails in no order.
    assert sorted(told, key=str) == sorted(expected, key=str) if "found" in query else told == expected


ORDINARY = Quiet(Query, types=[Leaf, Other], config=CONFIG)


async def test_a_document_is_compiled_for_its_second_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FIRST_USE", 2)
    for outcome in ([], ["answered"], ["answered"]):
        before = outcomes()
        await OWN.execute("{ trees { name } }", context_value=[ROW])
        assert list((outcomes() - before).elements()) == outcome


async def test_of_a_stream_of_new_documents_nothing_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "FIRST_USE", 2)
    monkeypatch.setattr(kept, "_KEPT", {})
    monkeypatch.setattr(kept, "compile_operation", None)
    for number in range(20):
        await OWN.execute(f"{{ trees {{ a{number}: name }} }}", context_value=[ROW])
    assert not kept._KEPT


async def test_kept_plans_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT_PLANS", 10)
    monkeypatch.setattr(kept, "_KEPT", {})
    for number in range(30):
        await OWN.execute(f"{{ trees {{ a{number}: name }} }}", context_value=[ROW])
    assert len(kept._KEPT) == 10


async def test_other_flags_are_another_plan_from_their_second_use_on(monkeypatch: pytest.MonkeyPatch) -> None:
    query = "query Q($a: Boolean!, $b: Boolean!) { trees { name @skip(if: $a) note @include(if: $b) __typename } }"
    for a, b, outcome in [
        (True, True, "answered"),
        (False, True, "new flags"),
        (False, True, "answered"),
        (True, True, "answered"),
    ]:
        before = outcomes()
        result = await OWN.execute(query, {"a": a, "b": b}, context_value=[ROW])
        assert list((outcomes() - before).elements()) == [outcome]
        assert (result.data or {})["trees"] == [({} if a else {"name": "n"}) | {"note": None, "__typename": "Tree"}]


async def test_a_plan_steps_aside_before_an_answer_grows_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """And counts as graphql-core's path does: plain lists by columns, anything else one by one."""
    monkeypatch.setattr(execution, "MAX_OBJECTS", 500)
    whole = [("{ trees { name } }", 500), ("{ trees { name slow { name } } }", 50)]
    for query, most in [*whole, ("{ trees { name must { name } } }", 250), ("{ trees { leaves { name } } }", 250)]:
        for number, outcome in [(most, "answered"), (most + 1, "objects")]:
            before = outcomes()
            result = await OWN.execute(query, context_value=[ROW] * number)
            assert list((outcomes() - before).elements()) == [outcome], query
            assert bool(result.errors) is (outcome == "objects")


async def test_what_was_read_before_a_plan_stepped_aside_is_not_remembered() -> None:
    """Nor what was counted: it is read again, and counted then."""
    context = Context(Runtime(secret_key="-"), memory={"before": 1})

    class Plan:
        async def run(self, *_: Any) -> Any:
            context.memory |= {"before": 2, "read": 3}
            raise StepsAside("value")

    plan: Any = Plan()
    assert await answered(plan, None, context, VariableValues({}, {}), None, 1) is None
    assert context.memory == {"before": 1}


async def test_what_the_compiler_fails_at_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(*_: Any) -> None:
        tried.append(True)
        raise RecursionError

    monkeypatch.setattr(operation, "Compilation", fail)
    for _ in range(3):
        before = outcomes()
        result = await OWN.execute("{ failing: trees { name } }", context_value=[ROW])
        assert result.data == {"failing": [{"name": "n"}]}
        assert list((outcomes() - before).elements()) == ["compilation"]
    assert len(tried) == 1
