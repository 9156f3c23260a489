"""Harvests: their list for those who may look into the alliance, and the next one as members report it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.core.refusal import bad_input
from domain.rights.harvest import is_plausible
from engine.guard.row_filter import filtered
from engine.operation.connection import Listing, load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.page import USUAL_PAGE, Page, Paging, no_page, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, selection_of
from models.alliance.alliance import AllianceView, alliances_by_ids
from models.rights import harvest as harvest_rows
from models.rights.harvest import HarvestView, count_harvests, harvest_by_pk, harvest_key, harvests_of
from permissions.alliance import sees_alliance
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.alliance.alliance import fill_alliances
from resolvers.alliance.insight import rows_of_alliance

_HARVESTS = Listing(harvest_key, harvests_of, count_harvests)


@rows_of_alliance(RowFilter.ALLIANCE_INSIGHT, no_page)
async def harvests(
    root: Any, info: Info, *, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[HarvestView]:
    """A page of an alliance's harvests, newest first."""
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), datetime)
    context = info.context

    async def load(alliances: Sequence[AllianceView], selection: Selection) -> list[Page[HarvestView]]:
        return await _HARVESTS.pages([view.pk for view in alliances], window, selection)

    return await load_page(context, info, root, (window.size, window), load)


@node_loader("Harvest")
@filtered(RowFilter.ALLIANCE_INSIGHT)
async def _harvest(context: Context, pk: int, _selection: Selection) -> HarvestView | None:
    found = await harvest_by_pk(pk)
    return found if found is not None and sees_alliance(context.viewer, found.alliance_id) else None


async def record_next_harvest(info: Info, alliance: AllianceView, membership: Membership, at: datetime) -> AllianceView:
    """Keeps the harvest that the game announced to a member; BAD_INPUT for an instant that no page can show."""
    if not is_plausible(at, info.context.now()):
        raise bad_input("at", "bad_harvest")
    trusted = membership.can_administer
    await harvest_rows.record_next_harvest(alliance.pk, at, membership.member_id, is_trusted=trusted)
    found = (await alliances_by_ids([alliance.pk]))[alliance.pk]
    await fill_alliances(info.context, [found], selection_of(info))
    return found
