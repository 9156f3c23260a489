"""Live columns of members: one lazy sheet for each alliance and operation, filled as far as columns are selected."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.rights.column import Column, Unit
from domain.rights.rights_columns import COLUMNS
from engine.operation.context import Context, Info
from engine.operation.message import localize
from engine.operation.selection import Selection
from engine.operation.type_extension import fills
from models.alliance.member import MemberView
from models.rights.rights import AllianceSheet
from permissions.alliance import reads_rights
from resolvers.alliance.member import members_read


@fills("Member", "resourceRights")
async def fill_rights(context: Context, members: Sequence[MemberView], selection: Selection) -> None:
    """Sets the live columns of those members whose alliance the viewer administers; the field itself refuses others.

    `selection` is what is selected of the columns. None for who has left: the rights are those of present members.
    """
    by_alliance: defaultdict[int, list[MemberView]] = defaultdict(list)
    for member in members:
        by_alliance[member.alliance_id].append(member)
    keys = columns_selected(selection)
    for alliance_id, group in by_alliance.items():
        if not reads_rights(context.viewer, alliance_id):
            continue
        sheet = sheet_of(context, alliance_id)
        await sheet.load(keys)
        rows = sheet.rows(keys)
        for member in group:
            member.resource_rights = rows.get(member.pk)


def columns_selected(selection: Selection) -> list[str]:
    """Never none: what selects no column asks whether there is a row."""
    return [name for name in selection if not name.startswith("__")] or ["coefficient"]


def sheet_of(context: Context, alliance_id: int) -> AllianceSheet:
    """The one sheet of an alliance in this operation."""
    found: AllianceSheet | None = context.memory.get((fill_rights, alliance_id))
    if found is None:
        read = members_read(context, alliance_id)
        found = context.memory[fill_rights, alliance_id] = AllianceSheet(alliance_id, context.now(), read)
    return found


@dataclass(frozen=True, slots=True)
class MemberColumn:
    """What a client needs to offer a column, in the reader's language."""

    key: str
    label: str
    description: str
    unit: str
    visible_by_default: bool
    requires_administration: bool


# Of the members page too, and none of the rights': each reader has another travel time, and ranks are free text.
_OF_MEMBER = (
    Column("travelTime", Unit.SECONDS, (), list, requires_administration=False),
    Column("rank", None, (), list, requires_administration=False),
    Column("rankOrder", None, (), list, requires_administration=False),
)


async def member_columns(info: Info) -> list[MemberColumn]:
    """In the order of the source document, then those that it does not list."""
    language = info.context.language
    return [
        MemberColumn(
            column.key,
            localize(f"column_{column.attribute}", language),
            localize(f"column_{column.attribute}_description", language),
            localize(f"unit_{column.unit}", language) if column.unit else "",
            column.visible_by_default,
            column.requires_administration,
        )
        for column in (*COLUMNS, *_OF_MEMBER)
    ]
