"""Charges what it takes to read a document before it is read: one that is refused afterwards was read all the same."""

from graphql import GraphQLError

from domain.core.refusal import Code, Refusal
from engine.document.document import MAX_QUERY_LENGTH, is_kept, refuse
from engine.operation.context import Context
from engine.throttle.budget import spend

FREE_LENGTH = 500
CHARACTERS_A_UNIT = 3
"""A document of 100,000 characters can take a quarter of a second until it is found to be wrong."""


async def charge_reading(context: Context, query: str | None) -> None:
    """For the transports, before they ask for the document. A short one, or one that is kept, costs nothing."""
    if query is None or not FREE_LENGTH < len(query) <= MAX_QUERY_LENGTH or is_kept(query):
        return
    wait = await spend(context, len(query) // CHARACTERS_A_UNIT)
    if wait:
        refusal = Refusal(Code.RATE_LIMITED, "budget_spent", retry_after=wait)
        refuse(context, query, GraphQLError(str(refusal), original_error=refusal))
