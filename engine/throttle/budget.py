"""What a viewer's operations may cost in a minute: an account wherever it is, nobody by the place they ask from."""

from engine.operation.context import Context
from engine.throttle.throttle import Limit, place_of

MINUTE = 60


def budget_of(context: Context) -> Limit:
    """The viewer's budget in units of cost; `most` is 0 where there is none."""
    if context.viewer.is_authenticated:
        return Limit("cost", context.runtime.viewer_cost, MINUTE)
    return Limit("cost-address", context.runtime.anonymous_cost, MINUTE)


async def spend(context: Context) -> int:
    """Charges the operation's cost and gives 0, or gives the seconds to wait once the budget is used up.

    The operation that passes the limit is still run: what is left of a budget need not be known beforehand.
    """
    limit = budget_of(context)
    if not limit.most:
        return 0
    user_id = context.viewer.user_id
    key = place_of(context.address) if user_id is None else str(user_id)
    return await context.runtime.costs.take(limit, key, context.cost)
