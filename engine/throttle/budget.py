"""What a viewer's operations may cost in a minute: an account wherever it is, nobody by the place they ask from."""

from engine.operation.context import Context
from engine.throttle.event_cost import Key
from engine.throttle.throttle import Limit, place_of, wait_of

MINUTE = 60


def budget_of(context: Context) -> Key:
    """The viewer's budget in units of cost, and whose it is; `most` is 0 where there is none."""
    user_id = context.viewer.user_id
    if user_id is None:
        return Limit("cost-address", context.runtime.anonymous_cost, MINUTE), place_of(context.address)
    return Limit("cost", context.runtime.viewer_cost, MINUTE), str(user_id)


async def spend(context: Context, cost: int) -> int:
    """Charges a cost and gives 0, or gives the seconds to wait once the budget is used up. The context keeps the rest.

    The operation that passes the limit is still run: what is left of a budget need not be known beforehand.
    """
    limit, key = budget_of(context)
    if not limit.most:
        return 0
    context.budget = await context.runtime.costs.count(limit, key, cost)
    return wait_of(context.budget)


def budget_headers(context: Context) -> dict[str, str]:
    """What is left of the viewer's budget after this operation, as draft-ietf-httpapi-ratelimit-headers writes it."""
    if context.budget is None:
        return {}
    limit, _ = budget_of(context)
    return {
        "ratelimit-policy": f'"cost";q={limit.most};w={limit.seconds}',
        "ratelimit": f'"cost";r={context.budget.left};t={context.budget.ends_in}',
    }
