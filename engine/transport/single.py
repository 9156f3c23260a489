"""One operation with one answer: by its plan or by the library's executor, once where it carries an idempotency key.

Knows no request: what a transport does with the answer is its own.

Tested in tests/engine/transport/test_plain_post.py.
"""

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

from graphql import OperationType
from starlette.types import Receive
from strawberry import Schema
from strawberry.http import GraphQLRequestData
from strawberry.types import ExecutionResult

from domain.core.refusal import bad_input
from engine.document.document import document_of
from engine.document.reading import charge_reading
from engine.execution.error import translate_all
from engine.execution.planned import execute_planned
from engine.operation.context import Context
from engine.transport.departure import WhileThere
from engine.transport.idempotency import run_once_per_key
from models.core.driver.patience import one_deadline

Ordinary = Callable[[], Awaitable[Any]]
"""The library's own way."""


async def begin(context: Context, asked: GraphQLRequestData) -> None:
    """Charges the reading of the document, and tells the context what the log calls the operation."""
    await charge_reading(context, asked.query)
    if asked.query:
        context.operation = document_of(context, asked.query).label(asked.operation_name)


async def answer_once(
    schema: Schema,
    secret: Collection[str],
    context: Context,
    asked: GraphQLRequestData,
    receive: Receive,
    ordinary: Ordinary,
) -> Any:
    """The answer, its errors translated. What is only read ends when its client goes; `secret` answers take no key."""
    query, name = asked.query, asked.operation_name
    operation = document_of(context, query).operation(name) if query else None
    kind = None if operation is None else operation.operation
    if kind is OperationType.SUBSCRIPTION:
        raise bad_input("query", "subscription_without_stream")

    async def run() -> ExecutionResult:
        planned = await execute_planned(schema, context, asked)
        found: ExecutionResult = await ordinary() if planned is None else planned
        return found

    if context.idempotency_key is not None:
        run = partial(run_once_per_key, context, query, asked.variables, name, run, secret=secret)
    with one_deadline():
        if kind is OperationType.QUERY:
            async with WhileThere(receive):
                result = translate_all(await run(), context)
        else:
            result = translate_all(await run(), context)
    context.forget()
    return result
