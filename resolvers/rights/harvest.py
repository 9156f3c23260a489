"""Harvests: their list for those who may look into the alliance, and the next one as members report it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.core.refusal import bad_input
from domain.rights.harvest import is_plausible
from engine.operation.connection import load_page
from engine.operation.context import Context
from engine.operation.node import loads
from engine.operation.page import Page, check_size, page_of, read_cursor
from engine.operation.selection import Selection
from models.alliance.alliance import AllianceView, alliances_by_ids
from models.rights.harvest import HarvestView, announce_harvest, count_harvests, harvest_by_pk, harvest_key, harvests_of
from permissions.alliance import sees_alliance
from resolvers.alliance.alliance import fill_alliances, own_membership, tagged


async def harvests(
    context: Context, info: Any, alliance: AllianceView, first: int | None, after: str | None
) -> Page[HarvestView]:
    """A page of an alliance's harvests, newest first; empty for those who may not look into it."""
    size = check_size(first)
    beyond = read_cursor(after, datetime)

    async def load(alliances: Sequence[AllianceView], selection: Selection) -> list[Page[HarvestView]]:
        seen = [view.pk for view in alliances if sees_alliance(context.viewer, view.pk)]
        wanted = seen if selection.keys() & {"edges", "pageInfo"} else []
        rows = await harvests_of(wanted, size + 1, beyond) if wanted else {}
        counts = await count_harvests(seen) if seen and "totalCount" in selection else {}
        pages = [page_of(rows.get(view.pk, []), size, after, harvest_key) for view in alliances]
        for view, page in zip(alliances, pages, strict=True):
            page.total_count = counts.get(view.pk, 0)
        return pages

    return await load_page(context, info, alliance, (size, after), load)


@loads("Harvest")
async def _harvest(context: Context, pk: int, _selection: Selection) -> HarvestView | None:
    found = await harvest_by_pk(pk)
    return found if found is not None and sees_alliance(context.viewer, found.alliance_id) else None


async def record_next(context: Context, tag: str, at: datetime, selection: Selection) -> AllianceView:
    """Keeps the harvest that the game announced to a member; BAD_INPUT for an instant that no page can show."""
    alliance = await tagged(tag)
    own_membership(context, alliance.pk)
    if not is_plausible(at, context.now()):
        raise bad_input("at", "bad_harvest")
    await announce_harvest(alliance.pk, at)
    found = (await alliances_by_ids([alliance.pk]))[alliance.pk]
    await fill_alliances(context, [found], selection)
    return found
