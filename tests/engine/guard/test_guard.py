"""Guards of streams and of lists of rows: what no single call shows."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import pytest
import strawberry
from strawberry.schema_directive import Location

from domain.core.refusal import Code, Refusal, bad_input, forbidden
from engine.guard.guard import Guard, TargetGuard, guarded
from engine.guard.target import Judged, Target, rows_by_id
from engine.operation.context import Context, Info, Runtime
from engine.operation.node import global_id
from permissions.viewer import Viewer

ALLOWED = Viewer(user_id=1)


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class OnlyForTheFirst:
    pass


class Only(TargetGuard[str]):
    """Lets the first account do with rows that are not `locked`."""

    def judge(self, context: Context, row: str, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if context.viewer != ALLOWED or row == "locked":
            raise forbidden()
        return {}


async def _read(given: Sequence[str], field: str) -> list[str | Refusal]:
    return [bad_input(field, "bad_id") if text == "bad" else text for text in given]


def _ask_nothing(_context: Context) -> None: ...


async def _events(info: Info, row: str) -> AsyncGenerator[str, None]:
    for number in range(4):
        info.context.viewer = ALLOWED if number != 1 else Viewer(user_id=2)
        yield f"{row} {number}"


async def _one(row: str) -> str:
    return row


async def _rows(rows: list[Judged[str]]) -> list[str]:
    return [one.row.code if isinstance(one.row, Refusal) else one.row for one in rows]


ONE = Target(argument="name", gives="row", type=str, read=_read)
SEVERAL = Target(argument="names", gives="rows", type=list[str], read=_read, most=3)


def _only_the_first(context: Context) -> None:
    if context.viewer != ALLOWED:
        raise forbidden()


def _at_once() -> str:
    return "at once"


async def _later() -> str:
    return "later"


@strawberry.type
class Row:
    name: str = guarded(None, Guard(OnlyForTheFirst(), _only_the_first))


def _row() -> Row:
    return Row(name="its own")


@strawberry.type
class Query:
    rows: list[str] = guarded(_rows, Only(OnlyForTheFirst(), _ask_nothing, SEVERAL))
    one: str = guarded(_one, Only(OnlyForTheFirst(), _ask_nothing, ONE))
    at_once: str = guarded(_at_once, Guard(OnlyForTheFirst(), _only_the_first))
    later: str = guarded(_later, Guard(OnlyForTheFirst(), _only_the_first))
    row: Row = strawberry.field(resolver=_row)


@strawberry.type
class Subscription:
    events: str = guarded(_events, Only(OnlyForTheFirst(), _ask_nothing, ONE))


SCHEMA = strawberry.Schema(Query, subscription=Subscription)


@pytest.mark.parametrize(
    ("document", "data"),
    [
        ("{ atOnce }", {"atOnce": "at once"}),
        ("{ later }", {"later": "later"}),
        ("{ row { name } }", {"row": {"name": "its own"}}),
    ],
)
async def test_a_guard_stands_before_any_kind_of_field(document: str, data: object) -> None:
    answers = [
        await SCHEMA.execute(document, context_value=Context(Runtime(secret_key="-"), viewer=viewer))
        for viewer in (ALLOWED, Viewer(user_id=2))
    ]
    allowed, other = answers
    assert (allowed.data, allowed.errors) == (data, None)
    assert other.data is None
    assert [getattr(error.original_error, "code", None) for error in other.errors or ()] == [Code.FORBIDDEN]


async def test_a_stream_is_silent_as_long_as_its_listener_may_not_hear() -> None:
    context = Context(Runtime(secret_key="-"), viewer=ALLOWED)
    stream: Any = await SCHEMA.subscribe('subscription { events(name: "a") }', context_value=context)
    assert [answer.data["events"] async for answer in stream] == ["a 0", "a 2", "a 3"]


@pytest.mark.parametrize(("name", "code"), [("a", None), ("locked", Code.FORBIDDEN), ("bad", Code.BAD_INPUT)])
async def test_a_row_that_is_none_is_refused_before_it_is_judged(name: str, code: Code | None) -> None:
    context = Context(Runtime(secret_key="-"), viewer=ALLOWED)
    result = await SCHEMA.execute(f'{{ one(name: "{name}") }}', context_value=context)
    assert result.data == ({"one": name} if code is None else None)
    assert [getattr(error.original_error, "code", None) for error in result.errors or ()] == ([code] if code else [])


async def test_each_of_several_rows_is_judged_by_itself() -> None:
    context = Context(Runtime(secret_key="-"), viewer=ALLOWED)
    result = await SCHEMA.execute('{ rows(names: ["a", "locked", "bad"]) }', context_value=context)
    assert result.data == {"rows": ["a", "FORBIDDEN", "BAD_INPUT"]}


async def test_more_rows_than_a_field_takes_are_not_read() -> None:
    result = await SCHEMA.execute(
        '{ rows(names: ["a", "b", "c", "d"]) }', context_value=Context(Runtime(secret_key="-"))
    )
    assert result.errors is not None
    assert isinstance(result.errors[0].original_error, Refusal)
    refused = result.errors[0].original_error
    assert (refused.message, refused.field, refused.details) == ("too_many_at_once", "names", {"most": 3})


async def test_an_id_of_no_row_is_told_apart_from_one_that_is_no_id() -> None:
    async def nothing(_pks: list[int]) -> dict[int, str]:
        return {}

    found = await rows_by_id("Topic", nothing)(["?", global_id("Topic", 7)], "topicId")
    assert [one.code for one in found if isinstance(one, Refusal)] == [Code.BAD_INPUT, Code.NOT_FOUND]
