"""Charges each operation to its viewer's budget, and tells its cost to those who ask. How it is weighed is in limit."""

from collections.abc import AsyncIterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context
from engine.throttle.budget import budget_of, spend


class Budget(SchemaExtension):
    """Stands last: what is refused for another reason costs nothing."""

    async def on_validate(self) -> AsyncIterator[None]:
        execution = self.execution_context
        if not execution.pre_execution_errors:
            wait = await spend(execution.context)
            if wait:
                refusal = Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
                execution.pre_execution_errors = [GraphQLError(str(refusal), original_error=refusal)]
        yield

    def get_results(self) -> dict[str, Any]:
        """`extensions.cost` for a request with `extensions: { cost: true }`: an answer is small without being asked."""
        execution = self.execution_context
        if not (execution.operation_extensions or {}).get("cost"):
            return {}
        context: Context = execution.context
        return {"cost": {"operation": context.cost, "budget": budget_of(context).most or None}}
