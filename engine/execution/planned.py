"""Queries answered by their plans, and what is done where a plan steps aside. Words no error.

Tested in tests/engine/plan/test_operation.py.
"""

from typing import Any, cast

from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, OperationType, execute, get_variable_values
from graphql.execution.values import VariableValues
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
from engine.operation.context import Context
from engine.plan.kept import is_due, plan_of
from engine.plan.operation import CompiledOperation, why
from engine.plan.run import MAX_OBJECTS
from engine.throttle.budget import spend
from observability.metrics import PLANS


async def answered(
    plan: CompiledOperation, root: Any, context: Any, variables: VariableValues, extensions: Any, most_objects: int
) -> CoreResult | None:
    """What a plan answers; None where it stepped aside. The context then remembers nothing of what was read."""
    before = dict(context.memory) if isinstance(context, Context) else {}
    try:
        result = await plan.run(root, context, variables, extensions, most_objects)
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
    found = await answered(plan, None, context, coerced, extensions, MAX_OBJECTS)
    if found is None:
        found = await _worded(schema, document, context, asked)
    return ExecutionResult(data=found.data, errors=found.errors, extensions=told_cost(context, extensions))


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
