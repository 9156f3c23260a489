"""Queries answered by their plans, and what is done where a plan steps aside. Words no error.

Tested in tests/engine/plan/test_operation.py.
"""

from collections.abc import Hashable
from typing import Any, cast

from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, OperationType, execute, get_variable_values
from graphql.execution.values import VariableValues
from orjson import Fragment
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable
from strawberry.http import GraphQLRequestData
from strawberry.types import ExecutionResult
from strawberry.utils.await_maybe import await_maybe

from domain.core.refusal import Code, Refusal
from engine.document.document import Document, document_of
from engine.document.introspection import may_describe
from engine.execution.budget import told_cost
from engine.execution.limit import MAX_COST, price_with
from engine.kept.answer import Asked, Holes, whole
from engine.kept.store import Outline, Template
from engine.operation.context import Context
from engine.plan.kept import is_due, plan_of
from engine.plan.operation import CompiledOperation, why
from engine.plan.run import MAX_OBJECTS
from engine.throttle.budget import spend
from models.live.version import load_own
from observability.metrics import KEPT_ANSWERS, PLANS


async def answered(
    plan: CompiledOperation,
    root: Any,
    context: Any,
    variables: VariableValues,
    extensions: Any,
    most_objects: int,
    holes: Holes | None = None,
) -> CoreResult | None:
    """What a plan answers; None where it stepped aside. The context then remembers nothing of what was read."""
    before = dict(context.memory) if isinstance(context, Context) else {}
    try:
        result = await plan.run(root, context, variables, extensions, most_objects, holes)
    except Exception as reason:  # noqa: BLE001 - whatever went wrong, graphql-core meets it again and words it
        PLANS.labels(why(reason)).inc()
    else:
        PLANS.labels("answered").inc()
        return result
    if isinstance(context, Context):
        context.memory.clear()
        context.memory.update(before)
    return None


async def execute_planned(schema: Schema, context: Context, asked: GraphQLRequestData) -> ExecutionResult | None:
    """A query whose document is known to be good, past all that would look at it again.

    None for anything else, which nothing was charged for yet: the schema's extensions then decide, in their order.
    """
    query, variables, name, extensions = asked.query, asked.variables, asked.operation_name, asked.extensions
    document = document_of(context, query) if query else None
    if document is None or not _is_known(schema, document, context, query or ""):
        return None
    operation = document.operation(name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return None
    coerced = get_variable_values(schema._schema, operation.variable_definitions or (), variables or {})  # noqa: SLF001
    cost = price_with(document, name, variables)
    if isinstance(coerced, list) or cost > MAX_COST:
        return None
    plan = plan_of(schema._schema, operation)  # noqa: SLF001
    if plan is None:
        return None
    context.cost = cost
    wait = await spend(context, cost)
    if wait:
        refusal = Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
        errors = [GraphQLError(str(refusal), original_error=refusal)]
        return ExecutionResult(data=None, errors=errors, extensions=told_cost(context, extensions))
    found = await _kept_or_made(plan, context, coerced, extensions)
    if found is None:
        found = await _worded(schema, document, context, asked)
    return ExecutionResult(data=found.data, errors=found.errors, extensions=told_cost(context, extensions))


async def _kept_or_made(
    plan: CompiledOperation, context: Context, variables: VariableValues, extensions: Any
) -> CoreResult | None:
    """What is kept for the viewer; else what the plan answers, which is kept where it may be."""
    asked = context.asked
    key = None if asked is None else asked.key(context)
    if asked is None or key is None:
        return await answered(plan, None, context, variables, extensions, MAX_OBJECTS)
    await context.runtime.answers.making.settled(key)
    template = await _kept(asked, key, context)
    if template is not None:
        text = whole(template, await _told(asked, template, context))
        return CoreResult({asked.part.name: Fragment(text)}, None)
    with context.runtime.answers.making.of(key):
        return await _made(plan, context, variables, extensions, asked, key)


async def _made(
    plan: CompiledOperation, context: Context, variables: VariableValues, extensions: Any, asked: Asked, key: Hashable
) -> CoreResult | None:
    """What the plan answers, which is kept where it may be."""
    holes = Holes()
    found = await answered(plan, None, context, variables, extensions, MAX_OBJECTS, holes)
    if found is None or found.errors or list(found.data or ()) != [asked.part.name]:
        # With holes in it no other than what is kept can be told.
        if found is not None and holes.is_dug:
            return await answered(plan, None, context, variables, extensions, MAX_OBJECTS)
        return found
    made, text = holes.text((found.data or {})[asked.part.name])
    context.runtime.answers.keep(asked, key, made)
    return CoreResult({asked.part.name: Fragment(text)}, None)


async def _kept(asked: Asked, key: Hashable, context: Context) -> Template | None:
    """What is kept, with its numbers as they are now; None where the answer is made anew."""
    answers = context.runtime.answers
    found, outcome = answers.store.get(key), "hit"
    if found is not None and not _passes(asked, context):
        found = None
    if isinstance(found, Outline):
        outcome = "hit" if found.newest is not None and found.newest[0] == asked.counted else "filled"
        found = await answers.numbered(asked, key, found)
    KEPT_ANSWERS.labels("miss" if found is None else outcome).inc()
    return found


def _passes(asked: Asked, context: Context) -> bool:
    """Whether the field's guards let this viewer pass: else they word why."""
    try:
        for check in asked.part.checks:
            check(context)
    except Exception:  # noqa: BLE001 - whatever a guard raises, it does not let pass
        return False
    return True


async def _told(asked: Asked, template: Template, context: Context) -> list[bool]:
    """What the viewer is told in each hole: read with the viewer, unless others had been asked for."""
    if not template.holes:
        return []
    own = asked.own
    if list(asked.hinted) != list(template.holes):
        user_id, hole = context.viewer.user_id, asked.part.hole
        own = () if user_id is None or hole is None else await load_own(hole.own(template.holes), user_id)
    return [key in own for key in template.holes]


def _is_known(schema: Schema, document: Document, context: Context, query: str) -> bool:
    """Whether all has been asked of a document that is asked of documents alone."""
    trusted = context.runtime.trusted_texts
    return (
        document.schema is schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        and document.failure is None
        and not document.errors
        and is_due(document)
        and not may_describe(query)
        and (trusted is None or query in trusted)
    )


async def _worded(schema: Schema, document: Document, context: Context, asked: GraphQLRequestData) -> CoreResult:
    """The operation by graphql-core alone."""
    result: CoreResult = await await_maybe(
        execute(
            schema._schema,  # noqa: SLF001
            document.parsed,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
            context_value=context,
            is_awaitable=cast("Any", optimized_is_awaitable),
            executor_class=schema.execution_context_class,
            may_plan=False,
            operation_extensions=asked.extensions,
        )
    )
    return result
