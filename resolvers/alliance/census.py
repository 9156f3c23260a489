"""Censuses: a member's report, structured or as the game extension's text, to a post in their topic; their history."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any

from domain.alliance.census import Census, faults, read_census, write_census
from domain.alliance.evolution import Evolution
from domain.core.parsing import ParseError, Reason
from domain.core.refusal import Code, Refusal, bad_input
from domain.core.text import checked_body
from engine.guard.row_filter import filtered
from engine.operation.connection import Listing, load_page
from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.page import USUAL_PAGE, Page, Paging, no_page, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection
from models.alliance.census import census_submission
from models.alliance.census.census import CensusView, census_by_id, census_key, censuses_of, count_censuses
from models.alliance.member import MemberView, members_by_ids
from models.forum.interpretation import explain
from permissions.alliance import sees_alliance
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.alliance.insight import rows_of_alliance
from resolvers.forum.sealed import ensure_synced, load_synced

_CENSUSES = Listing(census_key, censuses_of, count_censuses)


@rows_of_alliance(RowFilter.ALLIANCE_INSIGHT, no_page, of="alliance_id")
async def censuses(
    root: MemberView,
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[CensusView]:
    """A page of a member's censuses, newest first."""
    paging = Paging(first=first, after=after, last=last, before=before)
    context, window = info.context, window_of(info, paging, datetime, int)

    async def load(members: Sequence[MemberView], selection: Selection) -> list[Any]:
        def read(opened: list[MemberView]) -> Awaitable[list[Page[CensusView]]]:
            return _CENSUSES.pages([one.pk for one in opened], window, selection)

        return await load_synced(context, members, lambda one: [one.alliance_id], read)

    return await load_page(context, info, root, (window.size, window), load)


async def submit_census(info: Info, membership: Membership, census: Census | None, text: str | None) -> CensusView:
    """The viewer's own census. Exactly one of the two forms, and one that reads; BAD_INPUT otherwise."""
    if (census is None) == (text is None):
        raise bad_input("census", "one_census")
    body = _checked(text) if census is None else _written(census)
    member = (await members_by_ids([membership.member_id]))[membership.member_id]
    return await census_submission.submit_census(member, body, info.context.now())


def census_of(
    stocks: dict[str, int], levels: Sequence[tuple[Evolution, int]], units: Sequence[tuple[str, int]]
) -> Census:
    """What a client listed; BAD_INPUT where something is listed twice."""
    by_name = {name.strip(): count for name, count in units}
    if len(dict(levels)) < len(levels):
        raise bad_input("levels", "listed_twice")
    if len(by_name) < len(units):
        raise bad_input("units", "listed_twice")
    return Census(**stocks, levels=dict(levels), units={name: count for name, count in by_name.items() if count})


def _written(census: Census) -> str:
    for field, reason in faults(census):
        raise bad_input(field, _MESSAGES.get(reason, "bad_census_value"))
    return write_census(census)


_MESSAGES = {Reason.NEGATIVE: "under_zero", Reason.TOO_BIG: "too_much"}


def _checked(text: str | None) -> str:
    body = checked_body(text or "", "text")
    found = read_census(body)
    if isinstance(found, ParseError):
        code, details = explain(found)
        raise Refusal(Code.BAD_INPUT, code, "text", **details)
    if found is None:
        raise bad_input("text", "no_census")
    return body


@node_loader("Census")
@filtered(RowFilter.ALLIANCE_INSIGHT)
async def _census(context: Context, pk: int, _selection: Selection) -> CensusView | None:
    found = await census_by_id(pk)
    if found is None:
        return None
    member = (await members_by_ids([found.member_id]))[found.member_id]
    if not sees_alliance(context.viewer, member.alliance_id):
        return None
    if await ensure_synced(context, [member.alliance_id]):
        return await census_by_id(pk)  # It may have changed, or be gone.
    return found
