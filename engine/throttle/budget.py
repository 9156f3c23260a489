"""What a viewer's operations may cost in a minute: an account wherever it is, nobody by the place they ask from."""

from engine.operation.context import Context
from engine.throttle.event_cost import Key
from engine.throttle.throttle import Limit, place_of

MINUTE = 60


def budget_of(context: Context) -> Key:
    """The viewer's budget in units of cost, and whose it is; `most` is 0 where there is none."""
    user_id = context.viewer.user_id
    if user_id is None:
        return Limit("cost-address", context.runtime.anonymous_cost, MINUTE), place_of(context.address)
    return Limit("cost", context.runtime.viewer_cost, MINUTE), str(user_id)


async def spend(context: Context, cost: int) -> int:
    """Charges a cost and gives 0, or gives the seconds to wait once the budget is used up.

    The operation that passes the limit is still run: what is left of a budget need not be known beforehand.
    """
    limit, key = budget_of(context)
    return await context.runtime.costs.take(limit, key, cost) if limit.most else 0
