"""Mutations that carry an `Idempotency-Key`: done once, answered the same again. Decides nothing about their effects.

After the IETF's draft-ietf-httpapi-idempotency-key-header. The whole operation is one transaction with its claim and
its kept answer: a crash at any moment leaves either all three or none.
"""

import hmac
import re
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import orjson
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType, Source
from strawberry.types import ExecutionResult
from tortoise.exceptions import IntegrityError

from domain.core.refusal import Code, Refusal, bad_input
from engine.document.document import document_of, too_complex
from engine.execution.error import translate
from engine.operation.context import Context
from models.core.idempotency import claim, keep
from models.core.transaction import write

HEADER = "Idempotency-Key"
MAX_ANSWER = 262_144
# A structured string (RFC 8941) as the draft asks, or the same without its quotes.
_KEY = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')

Run = Callable[[], Awaitable[ExecutionResult]]


Prepare = Callable[[Context], Awaitable[object]]
_prepare: Prepare | None = None


def connect(prepare: Prepare | None) -> None:
    """Says what is written for a viewer before their mutation, in writes of its own: what cannot be part of its one."""
    global _prepare  # noqa: PLW0603 - one wiring a process
    _prepare = prepare


class _Undone(Exception):  # noqa: N818 - it takes a result out of the transaction that it ends
    def __init__(self, result: ExecutionResult) -> None:
        self.result = result


async def run_once_per_key(
    context: Context,
    query: str | None,
    variables: dict[str, Any] | None,
    name: str | None,
    run: Run,
    *,
    secret: Collection[str] = (),
) -> ExecutionResult:
    """What `run` answers, or for a mutation whose key was used before what it answered then.

    Mutations that are `secret` by their name take no key, since their answers must not be kept.
    """
    user_id = context.viewer.user_id
    operation = mutation_of(context, query, name)
    if operation is None or context.idempotency_key is None or user_id is None:
        # A query changes nothing, and nobody is not one viewer: no key makes their operations one.
        return await run()
    try:
        key = _checked(context.idempotency_key, operation, secret)
        fingerprint = _fingerprint(context, query, variables, name)
        if _prepare is not None:
            await _prepare(context)
        viewer, memory = context.viewer, dict(context.memory)

        async def work() -> ExecutionResult:
            # Done again, where it gave way to another write, it knows nothing of what it read then.
            context.viewer, context.memory = viewer, dict(memory)
            return await _claimed(context, user_id, key, fingerprint, query or "", run)

        return await write(work)
    except _Undone as undone:
        return undone.result
    except (Refusal, IntegrityError) as error:
        wrapped = GraphQLError(str(error), original_error=error)
        return ExecutionResult(data=None, errors=[translate(wrapped, context)])


async def _claimed(context: Context, user_id: int, key: str, fingerprint: str, query: str, run: Run) -> ExecutionResult:
    kept = await claim(user_id, key, fingerprint, context.now())
    if kept is not None:
        if kept.fingerprint != fingerprint:
            raise Refusal(Code.CONFLICT, "key_reused", HEADER)
        return _read(kept.answer, query)
    result = await run()
    if not result.data or all(value is None for value in result.data.values()):
        result.data = None
        raise _Undone(result)  # Nothing was done, so nothing is kept: the same key may try again.
    answer = _written(result)
    if len(answer) > MAX_ANSWER:
        refused = translate(too_complex("answer_too_long", MAX_ANSWER), context)
        raise _Undone(ExecutionResult(data=None, errors=[refused]))
    await keep(user_id, key, answer.decode())
    return result


def mutation_of(context: Context, query: str | None, name: str | None) -> OperationDefinitionNode | None:
    """The mutation that a request asks for. A document that cannot be read has none, and is refused as it is run."""
    operation = document_of(context, query).operation(name) if query else None
    return operation if operation is not None and operation.operation is OperationType.MUTATION else None


def _checked(key: str, operation: OperationDefinitionNode, secret: Collection[str]) -> str:
    """The key without its quotes. One field an operation: a second one that is refused would undo the first."""
    match = _KEY.fullmatch(key.strip())
    if match is None:
        raise bad_input(HEADER, "bad_key")
    selections = operation.selection_set.selections
    if len(selections) != 1 or not isinstance(selections[0], FieldNode):
        raise bad_input(HEADER, "one_field_a_key")
    if selections[0].name.value in secret:
        raise bad_input(HEADER, "secret_answer")
    return match[1] or match[2]


def _fingerprint(context: Context, query: str | None, variables: dict[str, Any] | None, name: str | None) -> str:
    """Keyed with the service's secret, or whoever reads the table could guess at short secrets among variables."""
    operation = orjson.dumps([query, name, variables or {}], option=orjson.OPT_SORT_KEYS)
    return hmac.new(context.runtime.secret_key.encode(), b"idempotency" + operation, "sha256").hexdigest()


def _written(result: ExecutionResult) -> bytes:
    errors = [[error.message, error.path, error.positions, error.extensions] for error in result.errors or ()]
    return orjson.dumps([result.data, errors])


def _read(answer: str, query: str) -> ExecutionResult:
    data, errors = orjson.loads(answer)
    source = Source(query)
    found = [
        GraphQLError(message, source=source, positions=positions, path=path, extensions=extensions)
        for message, path, positions, extensions in errors
    ]
    return ExecutionResult(data=data, errors=found or None)
