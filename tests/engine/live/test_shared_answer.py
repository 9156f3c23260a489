"""An answer is made once for those who read alike, and for nobody who asks otherwise."""

import inspect
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
import strawberry
from graphql import DocumentNode, ExecutionResult, parse, subscribe

from engine.execution.event_execution import EventExecutionContext
from engine.live.shared_answer import SharedKey, shared_key, text_of


@dataclass
class Reader:
    """As much of a context as sharing asks for."""

    language: str = "fr"
    reads_as: SharedKey | None = None


@dataclass
class Row:
    word: str
    shared: dict[Any, Any] | None = field(default_factory=dict)


executed: list[str] = []


@strawberry.type
class Word:
    word: str

    @strawberry.field
    def said(self, info: strawberry.Info, times: int = 1) -> str:
        executed.append(info.context.language)
        return f"{self.word} {info.context.language}" * times

    @strawberry.field
    def wrong(self) -> str | None:
        executed.append("wrong")
        raise ValueError


@strawberry.type
class Query:
    nothing: str = ""


row = Row("mot")


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def word(self, info: strawberry.Info, after: int = 0) -> AsyncGenerator[Word, None]:
        info.context.reads_as = shared_key(info, info.context.language)
        yield row  # type: ignore[misc]


schema = strawberry.Schema(Query, subscription=Subscription)


@cache
def document(query: str) -> DocumentNode:
    return parse(query)


async def hear(query: str, language: str = "fr", **variables: Any) -> ExecutionResult:
    stream: Any = subscribe(
        schema._schema,
        document(query),
        context_value=Reader(language),
        variable_values=variables,
        executor_class=EventExecutionContext,
    )
    stream = await stream if inspect.isawaitable(stream) else stream
    assert not isinstance(stream, ExecutionResult), stream
    found: ExecutionResult = await anext(stream)
    await stream.aclose()
    return found


def encode(answer: object) -> str:
    return orjson.dumps(answer).decode()


async def executions(*asked: tuple[str, str, dict[str, Any]]) -> int:
    """How many it takes to tell all of them, each what it would be told if it were alone."""
    row.shared = None
    alone = [encode({"data": (await hear(query, language, **given)).data}) for query, language, given in asked]
    row.shared = {}
    executed.clear()
    told = [text_of({"data": (await hear(query, language, **given)).data}, encode) for query, language, given in asked]
    assert told == alone
    return len(executed)


PLAIN = """subscription($n: Int!, $with: Boolean = true, $after: Int) { word(after: $after) { ...W } }
    fragment W on Word { said(times: $n) word @include(if: $with) }"""


async def test_one_execution_for_those_who_ask_alike_wherever_each_begins() -> None:
    assert await executions((PLAIN, "fr", {"n": 2}), (PLAIN, "fr", {"n": 2, "after": 7, "with": True})) == 1


async def test_one_for_each_language_operation_and_variable_that_matters() -> None:
    other = PLAIN.replace("word @include", "other: word @include")
    assert await executions((PLAIN, "fr", {"n": 2}), (PLAIN, "en", {"n": 2})) == 2
    assert await executions((PLAIN, "fr", {"n": 2}), (PLAIN, "fr", {"n": 3})) == 2
    assert await executions((PLAIN, "fr", {"n": 2}), (PLAIN, "fr", {"n": 2, "with": False})) == 2
    assert await executions((PLAIN, "fr", {"n": 2}), (other, "fr", {"n": 2})) == 2


async def test_an_operation_that_is_gone_lends_its_identity_to_no_other() -> None:
    row.shared = {}
    texts = set()
    for number in range(50):
        document.cache_clear()
        answer = await hear(f"subscription {{ word {{ a{number}: word }} }}")
        texts.add(text_of({"data": answer.data}, encode))
    assert len(texts) == 50


async def test_errors_are_told_to_each_anew() -> None:
    row.shared = {}
    executed.clear()
    for _ in range(2):
        assert (await hear("subscription { word { word wrong } }")).errors
    assert executed == ["wrong", "wrong"]


async def test_it_is_encoded_once_and_only_where_it_stands_alone() -> None:
    row.shared = {}
    encoded: list[object] = []

    def counted(answer: object) -> str:
        encoded.append(answer)
        return encode(answer)

    answers = [{"data": (await hear(PLAIN, n=1)).data} for _ in range(3)]
    assert {text_of(answer, counted) for answer in answers} == {encode(answers[0])}
    assert len(encoded) == 1
    with_more = {**answers[0], "extensions": {"cost": 1}}
    assert text_of(with_more, counted) == encode(with_more)
    assert len(encoded) == 2
