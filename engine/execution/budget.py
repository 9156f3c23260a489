"""Charges each operation to its viewer's budget, and tells its cost to those who ask. What it costs is said in cost.

A subscription is charged when it begins; what its events cost is charged by the stream, as they come.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context
from engine.throttle.budget import MINUTE, budget_of, spend

ANONYMOUS_EVENT_COST = 200


class Budget(SchemaExtension):
    """Stands last: what is refused for another reason costs nothing."""

    def on_operation(self) -> Iterator[None]:
        try:
            yield
        finally:
            context: Context = self.execution_context.context
            if context.event_budget is not None:
                context.runtime.event_costs.close(context.event_budget, context.cost)
                context.event_budget = None

    async def on_validate(self) -> AsyncIterator[None]:
        execution = self.execution_context
        if not execution.pre_execution_errors:
            refusal = await self._charge(execution.context)
            if refusal is not None:
                execution.pre_execution_errors = [GraphQLError(str(refusal), original_error=refusal)]
        yield

    async def _charge(self, context: Context) -> Refusal | None:
        wait = await spend(context, context.cost)
        if wait:
            return Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
        return self._open(context) if self.execution_context.operation_type is OperationType.SUBSCRIPTION else None

    def _open(self, context: Context) -> Refusal | None:
        """Why a subscription may not begin: its events, or those of all that this viewer has open, cost too much."""
        if not context.viewer.is_authenticated and context.cost > ANONYMOUS_EVENT_COST:
            return Refusal(Code.TOO_COMPLEX, "event_too_costly", most=ANONYMOUS_EVENT_COST)
        key = budget_of(context)
        if not context.runtime.event_costs.open(key, context.cost):
            return Refusal(Code.RATE_LIMITED, "too_many_subscriptions", retry_after=MINUTE)
        context.event_budget = key
        return None

    def get_results(self) -> dict[str, Any]:
        execution = self.execution_context
        return told_cost(execution.context, execution.operation_extensions)


def told_cost(context: Context, asked: Mapping[str, Any] | None) -> dict[str, Any]:
    """`extensions.cost` for a request with `extensions: { cost: true }`: an answer is small without being asked."""
    if not (asked or {}).get("cost"):
        return {}
    return {"cost": {"operation": context.cost, "budget": budget_of(context)[0].most or None}}
