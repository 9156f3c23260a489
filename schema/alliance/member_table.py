"""The game's table of members as clients send it, by those who administer and by any member.

Tested in tests/resolvers/alliance/test_member_table.py.
"""

import strawberry

from engine.execution.price import price
from engine.execution.scalar import BigInt
from engine.guard.row_filter import seen_by
from engine.operation.context import Info
from models.alliance.alliance import AllianceView
from models.alliance.member import MemberView
from permissions.row_filter import RowFilter
from permissions.viewer import Membership
from resolvers.alliance import member_table
from resolvers.alliance.member_table import GivenRow
from schema.alliance.access import by_tag, requires_alliance_administration, requires_membership
from schema.alliance.member import Member


@strawberry.input(description="A line of the game's member table. What it does not show stays as it was.")
class MemberSyncInput:
    pseudo: str = strawberry.field(
        description="Name in the game: one line of 1 to 100 characters without ` / `; finds a known member in any case."
    )
    tdc: BigInt = strawberry.field(description="Hunting ground, cm², 0 to 10^12.")
    player_id: int | None = strawberry.field(
        default=None, description="The game's own number of the player; null leaves as it is."
    )
    x: int | None = strawberry.field(
        default=None, description="Column on the game's map; -1 or null for one that is not known leaves as it is."
    )
    y: int | None = strawberry.field(
        default=None, description="Row on the game's map; -1 or null for one that is not known leaves as it is."
    )


@strawberry.input(description="A member's hunting ground as the game's table shows it.")
class TdcInput:
    pseudo: str = strawberry.field(description="Name in the game, whatever its case.")
    tdc: BigInt = strawberry.field(description="Hunting ground, cm², 0 to 10^12.")


@strawberry.type(description="What `syncMembers` would change of who is a member.")
class MemberComparison:
    arrivals: list[str] = strawberry.field(description="Names that are new, in the order of the table.")
    returns: list[Member] = seen_by(
        RowFilter.ALLIANCE_ADMINISTRATION,
        description="Members who left before and would be back.",
        metadata=price(items=2),
    )
    departures: list[Member] = seen_by(
        RowFilter.ALLIANCE_ADMINISTRATION,
        description="Who would leave. Where they are more than half of the members, `syncMembers` wants their number.",
        metadata=price(items=2),
    )


_TABLE = "The whole table, at most 1,000 lines, no pseudo twice; who is not in it has left."


def _rows(members: list[MemberSyncInput]) -> list[GivenRow]:
    return [GivenRow(row.pseudo, row.tdc, row.player_id, row.x, row.y) for row in members]


async def compare_members(
    info: Info, alliance: AllianceView, members: list[MemberSyncInput]
) -> member_table.MemberComparison:
    return await member_table.compare_members(info, alliance, _rows(members))


async def sync_members(
    info: Info, alliance: AllianceView, members: list[MemberSyncInput], departures: int | None = None
) -> list[MemberView]:
    return await member_table.sync_members(info, alliance, _rows(members), departures)


async def report_tdc(
    info: Info, alliance: AllianceView, membership: Membership, members: list[TdcInput]
) -> list[MemberView]:
    return await member_table.report_tdc(info, alliance, membership, [GivenRow(row.pseudo, row.tdc) for row in members])


@strawberry.type
class MemberTableQuery:
    compare_members: MemberComparison | None = requires_alliance_administration(
        compare_members,
        of=by_tag("alliance_tag"),
        arguments={"members": _TABLE},
        description="What `syncMembers` would do with this table, without doing it.",
        metadata=price(200),
    )


@strawberry.type
class MemberTableMutation:
    sync_members: list[Member] = requires_alliance_administration(
        sync_members,
        of=by_tag("alliance_tag"),
        arguments={
            "members": _TABLE,
            "departures": "How many leave, as `compareMembers` says: needed where they are more than half of the "
            "members, otherwise CONFLICT.",
        },
        description="The game's member table as the caller sees it: creates, updates and marks as departed. The last "
        "administrator stays, in the table or not. Who is back within a day finds all as it was. Answers with the "
        "present members.",
        metadata=price(1500, items=20),
    )
    report_tdc: list[Member] = requires_membership(
        report_tdc,
        of=by_tag("alliance_tag"),
        arguments={"members": "At most 1,000 lines, no pseudo twice; names of no present member are passed over."},
        description="The hunting grounds that the game's table shows, by any member; adds and removes nobody. Answers "
        "with the present members.",
        metadata=price(900, items=20),
    )
