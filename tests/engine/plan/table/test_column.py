"""A column is completed as its values are one by one: every kind of leaf, wherever the odd value stands."""

import math
import random
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString
from strawberry.schema.schema import Schema

from domain.core.refusal import Code, Refusal
from engine.execution.field import RowGuard
from engine.plan.leaf import careful
from engine.plan.refused import Refused
from engine.plan.run import Run, StepsAside
from engine.plan.table.column import around_nulls, let_pass, lists, together
from engine.plan.table.leaf_column import leaf_column
from schema.root import schema


class _Word(Enum):
    YES = "YES"


_ODD = Exception("odd")
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN: dict[str, list[Any]] = {
    "Int": [0, -(2**31), 2**31 - 1],
    "BigInt": [0, 2**31, -(2**40)],
    "Float": [0.5, -0.0, 1e308],
    "String": ["", "a"],
    "ID": ["1", "b"],
    "Boolean": [True, False],
    "DateTime": [_NOON, _NOON + timedelta(microseconds=5), datetime(2026, 3, 1, tzinfo=UTC)],
    "Word": ["YES", "NO"],
}
ODD: list[Any] = [
    None,
    1,
    True,
    "YES",
    "x",
    1.0,
    math.inf,
    -math.inf,
    math.nan,
    2**31,
    -(2**31) - 1,
    2**70,
    1e308,
    _ODD,
    _Word.YES,
]
ODD += [date(2026, 3, 1), _NOON.replace(tzinfo=None), _NOON.astimezone(timezone(timedelta(hours=2))), [], {}]


def _leaf(name: str) -> Any:
    known = [GraphQLInt, GraphQLFloat, GraphQLString, GraphQLID, GraphQLBoolean]
    named = {one.name: one for one in known} | {"Word": GraphQLEnumType("Word", {"YES": "YES", "NO": "NO"})}
    typed: Schema = schema
    return named.get(name) or typed._schema.type_map[name]


def _run(context: Any = None) -> Run:
    nothing: Any = None
    return Run(nothing, None, None, None, context, nothing, None, 1000)


def _one_by_one(leaf: Any, column: list[Any], *, nullable: bool) -> str:
    complete = careful(leaf)
    return repr([None if value is None and nullable else complete(value) for value in column])


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize("name", PLAIN)
def test_a_column_of_leaves_is_completed_as_one_by_one(name: str, nullable: bool) -> None:
    leaf, dice = _leaf(name), random.Random(name)
    columns: list[list[Any]] = [[], PLAIN[name], PLAIN[name] * 20, [*PLAIN[name], None]]
    columns += [[*dice.choices(PLAIN[name], k=dice.randrange(9)), odd] for odd in ODD]
    columns += [dice.choices([*PLAIN[name] * 3, None, *ODD], k=dice.randrange(1, 6)) for _ in range(300)]
    for column in columns:
        try:
            expected = _one_by_one(leaf, column, nullable=nullable)
        except Exception:  # noqa: BLE001 - whatever a leaf raises, graphql-core words
            with pytest.raises(Exception):  # noqa: B017 - of whatever kind
                leaf_column(leaf, nullable=nullable)(column, _run())
        else:
            assert repr(leaf_column(leaf, nullable=nullable)(column, _run())) == expected, column


def test_lists_and_nulls_keep_their_places() -> None:
    items = around_nulls(lambda column, _run: [value * 2 for value in column], nullable=True)
    complete = around_nulls(lists(items), nullable=True)
    columns: list[list[Any]] = [[], [[]], [[1]], [None], [[1, None], None, [], [None, 2, 3]]]
    for column in columns:
        expected = [None if one is None else [None if n is None else n * 2 for n in one] for one in column]
        assert complete(list(column), _run()) == expected
    for wrong in ([(1,)], [[1], (1,)], ["ab"]):
        with pytest.raises(StepsAside):
            complete(list(wrong), _run())
    with pytest.raises(StepsAside):
        around_nulls(items, nullable=False)([1, None], _run())


def test_a_guard_is_asked_of_every_row_once_a_value() -> None:
    asked = []

    def check(_context: Any, value: int) -> None:
        asked.append(value)
        if value > 1:
            raise Refusal(Code.FORBIDDEN, "forbidden")

    guard, run = RowGuard(check, "real"), _run()
    assert run.verdicts(guard, [1, 1, 0, 1], ["node"]) is None
    assert sorted(asked) == [0, 1]
    verdicts = run.verdicts(guard, [1, 2, 0, 3], ["node"])
    assert verdicts is not None
    assert [type(one) is Refused for one in verdicts] == [False, True, False, True]
    assert let_pass(lambda rows, _run: [f"row {row}" for row in rows], [1, 2, 0, 3], verdicts, run) == [
        "row 1",
        verdicts[1],
        "row 0",
        verdicts[3],
    ]


def test_what_fails_together_is_of_one_moment() -> None:
    """So that errors are told by their places; what fails later comes later."""
    run = _run()

    def fail(column: list[Any], run: Run) -> list[Any]:
        return [run.refused(value, ["node"]) for value in column]

    orders = [[one.order for one in complete([_ODD, _ODD], run)] for complete in (fail, together(together(fail)), fail)]
    assert orders == [[1, 2], [3, 3], [5, 6]]
