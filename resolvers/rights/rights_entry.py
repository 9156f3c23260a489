"""The history of members' rights, for those who administer the alliance.

Tested in tests/resolvers/rights/test_rights_change.py.
"""

from collections.abc import Sequence
from typing import Any

from engine.guard.row_filter import filtered
from engine.operation.connection import Listing, load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.page import USUAL_PAGE, Page, Paging, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, below
from models.account.user import users_by_id
from models.alliance.member import MemberView, members_by_ids
from models.rights.rights_entry import RightsEntryView, count_entries, entries_of, entry_by_pk, entry_key
from models.rights.rights_history import values_before
from permissions.alliance import reads_rights
from permissions.row_filter import RowFilter
from resolvers.account.user import fill_users
from resolvers.alliance.member import fill_members

_ENTRIES = Listing(entry_key, entries_of, count_entries)


async def rights_history(
    root: Any, info: Info, *, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[RightsEntryView]:
    """A page of a member's history, newest first. The field has asked whether the viewer administers."""
    context, window = info.context, window_of(info, Paging(first=first, after=after, last=last, before=before), int)

    async def load(members: Sequence[MemberView], selection: Selection) -> list[Page[RightsEntryView]]:
        pages = await _ENTRIES.pages([one.pk for one in members], window, selection)
        await fill_entries(context, [one for page in pages for one in page.nodes], below(selection, "edges", "node"))
        return pages

    return await load_page(context, info, root, (window.size, window), load)


@node_loader("RightsEntry")
@filtered(RowFilter.ALLIANCE_ADMINISTRATION)
async def _entry(context: Context, pk: int, selection: Selection) -> RightsEntryView | None:
    found = await entry_by_pk(pk)
    if found is None or not reads_rights(context.viewer, found[1]):
        return None
    await fill_entries(context, [found[0]], selection)
    return found[0]


async def fill_entries(context: Context, entries: Sequence[RightsEntryView], selection: Selection) -> None:
    """Sets what is selected and no column of the entry itself: one query a relation. All must be seen already."""
    if not entries:
        return
    if "member" in selection:
        members = await members_by_ids(list({entry.member_id for entry in entries}))
        await fill_members(context, list(members.values()), below(selection, "member"))
        for entry in entries:
            entry.member = members[entry.member_id]
    if selection.keys() & {"coefficientBefore", "adjustmentBefore"}:
        before = await values_before(entries)
        for entry in entries:
            entry.coefficient_before, entry.adjustment_before = before.get(entry.pk, (None, None))
    if "editedBy" in selection:
        await _fill_editors(context, entries, below(selection, "editedBy"))


async def _fill_editors(context: Context, entries: Sequence[RightsEntryView], selection: Selection) -> None:
    ids = {entry.edited_by_id for entry in entries if entry.edited_by_id is not None}
    users = {user.pk: user for user in await users_by_id(ids)} if ids else {}
    await fill_users(context, list(users.values()), selection)
    for entry in entries:
        entry.edited_by = users.get(entry.edited_by_id or 0)
