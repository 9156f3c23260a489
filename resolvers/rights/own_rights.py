"""A member's live columns for the member themself, beside those that administrators read of all."""

from collections.abc import Sequence
from typing import Any

from engine.guard.row_filter import filtered
from engine.operation.context import Context, Info
from engine.operation.selection import Selection
from models.alliance.member import MemberView
from permissions.row_filter import RowFilter
from resolvers.alliance.own_place import below_own_place
from resolvers.rights.rights import columns_selected, sheet_of


@filtered(RowFilter.OWN_PLACE)
async def own_rights(root: MemberView, info: Info) -> Any:
    """One object with the columns; None for those whom the filter does not let pass, and of a member who has left."""
    return await below_own_place(root, info, _rows, None)


async def _rows(context: Context, members: Sequence[MemberView], selection: Selection) -> list[Any]:
    keys, found = columns_selected(selection), dict[int, Any]()
    for alliance_id in {one.alliance_id for one in members}:
        sheet = sheet_of(context, alliance_id)
        await sheet.load(keys)
        found |= sheet.rows(keys)
    return [found.get(one.pk) for one in members]
