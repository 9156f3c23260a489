"""The game's table of members as clients send it: taken over, compared, or read for its hunting grounds alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.alliance.alliance import MOST_MEMBERS
from domain.alliance.member import is_pseudo, is_tdc
from domain.core.name import name_key
from domain.core.refusal import bad_input
from engine.operation.context import Context, Info
from engine.operation.selection import below, merged, selection_of
from models.account.author import Author
from models.alliance import member_sync, tdc
from models.alliance.alliance import AllianceView
from models.alliance.member import MemberView
from models.alliance.member_sync import TableRow
from permissions.viewer import Membership
from resolvers.alliance.alliance import renew_viewer
from resolvers.alliance.member import fill_members, members_of_alliances


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A line of the game's table as the client sent it."""

    pseudo: str
    tdc: int
    player_id: int | None = None
    x: int | None = None
    y: int | None = None


@dataclass(slots=True, eq=False)
class MemberComparison:
    """What taking a table over would change of who is there."""

    arrivals: list[str]
    returns: list[MemberView]
    departures: list[MemberView]


async def compare_members(info: Info, alliance: AllianceView, table: Sequence[GivenRow]) -> MemberComparison:
    """Changes nothing."""
    context, selection = info.context, selection_of(info)
    found = await member_sync.compared(alliance.pk, _checked(table), _own(context, alliance))
    for member in (rows := [*found.returns, *found.departures]):
        member.alliance = alliance
    await fill_members(context, rows, merged(below(selection, "returns"), below(selection, "departures")))
    return MemberComparison(found.arrivals, found.returns, found.departures)


async def sync_members(
    info: Info, alliance: AllianceView, table: Sequence[GivenRow], departures: int | None
) -> list[MemberView]:
    """The alliance's present members after the game's table was taken over."""
    context, rows = info.context, _checked(table)
    author = Author(context.viewer.user_id, context.viewer.username)
    own = _own(context, alliance)
    await member_sync.sync_members(alliance.pk, rows, own, author, context.now(), departures)
    return await _present(info, alliance)


async def report_tdc(
    info: Info, alliance: AllianceView, membership: Membership, table: Sequence[GivenRow]
) -> list[MemberView]:
    """The alliance's present members after their hunting grounds were read off the game's table."""
    del membership
    told = {name_key(row.pseudo): row.tdc for row in _checked(table)}
    await tdc.report_tdc(alliance.pk, told, info.context.now())
    return await _present(info, alliance)


def _own(context: Context, alliance: AllianceView) -> int:
    membership = context.viewer.membership_in(alliance.pk)
    return 0 if membership is None else membership.member_id


async def _present(info: Info, alliance: AllianceView) -> list[MemberView]:
    await renew_viewer(info.context)
    (found,) = await members_of_alliances(info.context, [alliance], selection_of(info), gone=False)
    return found


def _checked(table: Sequence[GivenRow]) -> list[TableRow]:
    if len(table) > MOST_MEMBERS:
        raise bad_input("members", "too_many_members", most=MOST_MEMBERS)
    rows = [TableRow(row.pseudo.strip(), row.tdc, row.player_id, _place(row.x), _place(row.y)) for row in table]
    for row in rows:
        if not is_pseudo(row.pseudo):
            raise bad_input("members", "bad_pseudo")
        if not is_tdc(row.tdc):
            raise bad_input("members", "bad_tdc", pseudo=row.pseudo)
    if len({name_key(row.pseudo) for row in rows}) < len(rows):
        raise bad_input("members", "member_twice")
    return rows


def _place(coordinate: int | None) -> int | None:
    """The game's own sign for an unknown coordinate is -1."""
    return None if coordinate == -1 else coordinate
