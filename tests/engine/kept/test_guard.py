"""What is kept behind a guard is told to nobody whom the guard refuses, even of the class of who was told it."""

from typing import Any

import orjson
import strawberry
from strawberry.http import GraphQLRequestData
from strawberry.schema_directive import Location
from strawberry.types import ExecutionResult

from domain.core.refusal import Code, Refusal, forbidden
from engine.document.document import document_of
from engine.execution.event_execution import EventExecutionContext
from engine.execution.limit import Limits
from engine.execution.planned import execute_planned
from engine.guard.guard import Guard, guarded
from engine.kept.answer import Answers
from engine.kept.field import Kept, fields, kept
from engine.kept.reading import part_of
from engine.kept.store import Store
from engine.operation.context import Context, Runtime
from models.live.version import Version
from permissions.viewer import ANONYMOUS, Viewer
from tests.wire.kept import hits

VERSION = Version("SELECT 1", "SELECT 1")
ALL_ALIKE = Kept(lambda _arguments: [VERSION], lambda _context, _versions: "everybody", fields(Vault="words"))
QUERY = "{ vault { words } }"
TOLD = '{"vault":{"words":"À vous seuls."}}'.encode()
ACCOUNT = Viewer(user_id=1)


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class ForAccounts:
    pass


@strawberry.type
class Vault:
    words: str


def _only_accounts(context: Context) -> None:
    if context.viewer.user_id is None:
        raise forbidden()


async def _vault() -> Vault:
    return Vault(words="À vous seuls.")


@strawberry.type
class Query:
    vault: Vault | None = guarded(_vault, Guard(ForAccounts(), _only_accounts), metadata=kept(ALL_ALIKE))


SCHEMA = strawberry.Schema(Query, extensions=[Limits], execution_context_class=EventExecutionContext)


async def _ask(runtime: Runtime, viewer: Viewer) -> ExecutionResult:
    """An answer as a request is given it, its versions read."""
    context = Context(runtime, viewer)
    context.asked = runtime.answers.asked(part_of(SCHEMA._schema, QUERY, None), None)
    if context.asked is not None:
        context.asked.found = (1,)
    document_of(context, QUERY)
    planned = await execute_planned(SCHEMA, context, GraphQLRequestData(QUERY, None, None, None))
    found: Any = planned or await SCHEMA.execute(QUERY, context_value=context)
    assert isinstance(found, ExecutionResult)
    return found


async def test_a_kept_answer_is_behind_its_guard() -> None:
    runtime = Runtime(secret_key="x" * 32, answers=Answers(Store(1_000_000)))
    for _ in range(3):
        await _ask(runtime, ACCOUNT)
    before = hits()
    for viewer in (ACCOUNT, ANONYMOUS, ACCOUNT, ANONYMOUS):
        found = await _ask(runtime, viewer)
        if viewer is ACCOUNT:
            assert orjson.dumps(found.data) == TOLD
            continue
        assert found.errors
        (error,) = found.errors
        assert orjson.dumps(found.data) == b'{"vault":null}'
        assert isinstance(error.original_error, Refusal)
        assert error.original_error.code is Code.FORBIDDEN
    assert hits() > before, "of one class"
