"""The history of an alliance's rights as a whole, for those who administer it. Of one member, see rights_entry."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import strawberry

from engine.operation.connection import Listing, load_page
from engine.operation.context import Info
from engine.operation.node import row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, below
from models.alliance.alliance import AllianceView
from models.rights.rights_entry import RightsEntryView, entry_key
from models.rights.rights_history import count_history, history_of
from resolvers.rights.rights_entry import fill_entries


async def rights_history(
    root: Any,
    info: Info,
    *,
    member_id: strawberry.ID | None = None,
    by_hand: bool | None = False,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[RightsEntryView]:
    """A page of an alliance's history, newest first. The field has asked whether the viewer administers."""
    member = None if member_id is None else row_id(member_id, "Member", "memberId")
    wanted: dict[str, Any] = {"member_id": member, "by_hand": bool(by_hand)}
    listing = Listing(entry_key, partial(history_of, **wanted), partial(count_history, **wanted))
    context, window = info.context, window_of(info, Paging(first=first, after=after, last=last, before=before), int)

    async def load(alliances: Sequence[AllianceView], selection: Selection) -> list[Page[RightsEntryView]]:
        pages = await listing.pages([one.pk for one in alliances], window, selection)
        await fill_entries(context, [one for page in pages for one in page.nodes], below(selection, "edges", "node"))
        return pages

    return await load_page(context, info, root, (window.size, window, *wanted.values()), load)
