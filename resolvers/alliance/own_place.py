"""What a member's own place in an alliance shows: to the member themself, and to who reads all rights there.

What it is, is for the fields below it. Tested in tests/resolvers/rights/test_own_rights.py and
tests/resolvers/orders/test_delivery_plan.py.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from engine.operation.connection import load_rows
from engine.operation.context import Context, Info
from engine.operation.selection import Selection
from models.alliance.member import MemberView
from permissions.row_filter import PREDICATES, RowFilter
from resolvers.forum.sealed import load_synced

Load = Callable[[Context, Sequence[MemberView], Selection], Awaitable[list[Any]]]


async def below_own_place(root: MemberView, info: Info, load: Load, otherwise: Any) -> Any:
    """What `load` gives of the member, together with all others asked for; `otherwise` to whom the filter stops.

    Its callers are marked with the filter, RowFilter.OWN_PLACE.
    """
    context = info.context
    if not PREDICATES[RowFilter.OWN_PLACE](context.viewer, root):
        return otherwise

    async def load_all(members: Sequence[MemberView], selection: Selection) -> list[Any]:
        return await load_synced(
            context,
            members,
            lambda one: [one.alliance_id],
            lambda opened: load(context, opened, selection),
        )

    return await load_rows(context, info, root, (), load_all)
