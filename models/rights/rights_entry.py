"""The history of the rights: what each harvest, or an administrator, wrote for a member.

Tested in tests/resolvers/rights/test_rights_change.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.alliance.member import Adjustment
from domain.rights import rights_entry
from models.account.user import UserView
from models.alliance.member import MemberView
from models.core.batch import fetch_for_each
from models.core.bulk import insert_rows
from models.core.count import capped
from models.core.database import fetch
from models.core.keyset import Keyset, Window
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.account.user import User
    from models.alliance.member import Member
    from models.rights.harvest import Harvest


class RightsEntry(Model):
    """One row of domain.rights_entry. `harvest` is empty where an administrator, `edited_by`, changed the value.

    A row of an old day stands for several harvests, the last of them `harvest` (see history_fold).
    """

    id = fields.IntField(primary_key=True)
    member: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="rights_entries", on_delete=fields.CASCADE
    )
    member_id: int
    harvest: "fields.ForeignKeyNullableRelation[Harvest]" = fields.ForeignKeyField(
        "models.Harvest", related_name="entries", on_delete=fields.CASCADE, null=True
    )
    harvest_id: int | None
    harvest_at = fields.DatetimeField()
    harvest_count = fields.IntField(default=1)
    intervals = fields.IntField()
    base_share = fields.FloatField()
    coefficient = fields.FloatField()
    adjustment = fields.CharField(max_length=8)
    adjusted_share = fields.FloatField()
    tdc_before = fields.BigIntField()
    tdc_after = fields.BigIntField()
    alliance_production = fields.FloatField()
    entitlement_thousandths = fields.BigIntField()
    player_production_thousandths = fields.BigIntField()
    quantity_sent = fields.BigIntField()
    quantity_received = fields.BigIntField()
    accumulated_before_thousandths = fields.BigIntField()
    accumulated_after_thousandths = fields.BigIntField()
    edited_by: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="rights_edits", on_delete=fields.SET_NULL, null=True
    )
    edited_by_id: int | None

    class Meta:
        table = "rights_entries"
        unique_together = (("harvest_id", "member_id"),)
        indexes = (("member_id", "id"),)


def _in_materials(thousandths: int) -> float:
    return thousandths / 1000


@dataclass(slots=True, eq=False)
class RightsEntryView:
    """An entry as it is read, materials as floats. The last fields are there once whoever reads it has filled them."""

    typename: ClassVar[str] = "RightsEntry"
    pk: int = field(metadata=column("id"))
    member_id: int
    harvest_at: datetime
    harvest_count: int
    intervals: int
    base_share: float
    coefficient: float
    adjustment: Adjustment
    adjusted_share: float
    tdc_before: int
    tdc_after: int
    alliance_production: float
    entitlement: float = field(metadata=column("entitlement_thousandths", read=_in_materials))
    player_production: float = field(metadata=column("player_production_thousandths", read=_in_materials))
    quantity_sent: int
    quantity_received: int
    accumulated_before: float = field(metadata=column("accumulated_before_thousandths", read=_in_materials))
    accumulated_after: float = field(metadata=column("accumulated_after_thousandths", read=_in_materials))
    edited_by_id: int | None
    edited_by: UserView | None = field(init=False)
    member: MemberView = field(init=False)
    coefficient_before: float | None = field(init=False)
    adjustment_before: Adjustment | None = field(init=False)


ENTRIES = Rows(RightsEntryView, "rights_entries e")

_PLACE = ("member_id", "harvest_id", "harvest_count", "harvest_at", "edited_by_id")
# The rest are called as in the domain; the instant of an update is kept with the member.
_WRITTEN = tuple(one.name for one in dataclass_fields(rights_entry.RightsEntry) if one.name != "last_updated_at")


# ---- reading ------------------------------------------------------------------------


def entry_key(entry: RightsEntryView) -> tuple[int]:
    """What orders the history of a member, newest first: the sequence in which it was written.

    A harvest that is made late has an earlier minute than what was changed meanwhile, and goes on from there.
    """
    return (entry.pk,)


ORDER = Keyset(("e.id",), is_descending=True)


async def entries_of(member_ids: Sequence[int], window: Window) -> dict[int, list[RightsEntryView]]:
    """A window on the entries of each member, newest first."""
    part = ORDER.part(window, 3)
    rows = await fetch_for_each(
        f"{ENTRIES.select} WHERE e.member_id = $1{part.where} ORDER BY {part.order} LIMIT $2",
        member_ids,
        window.limit,
        *part.values,
    )
    found: dict[int, list[RightsEntryView]] = {member_id: [] for member_id in member_ids}
    for view in sorted(ENTRIES.read(rows), key=entry_key, reverse=True):
        found[view.member_id].append(view)
    return found


async def entries_by_ids(ids: Sequence[int]) -> dict[int, RightsEntryView]:
    rows = await fetch(f"{ENTRIES.select} WHERE e.id = ANY($1)", list(ids)) if ids else []
    return {view.pk: view for view in ENTRIES.read(rows)}


async def entry_by_pk(pk: int) -> tuple[RightsEntryView, int] | None:
    """An entry and the alliance of its member."""
    sql = f"SELECT {ENTRIES.columns}, m.alliance_id FROM {ENTRIES.tables} JOIN members m ON m.id = e.member_id"
    rows = await fetch(f"{sql} WHERE e.id = $1", pk)
    entry = ENTRIES.first(rows)
    return None if entry is None else (entry, rows[0]["alliance_id"])


async def count_entries(member_ids: Sequence[int]) -> dict[int, int]:
    """How many entries each member has; 1,001 for more than 1,000."""
    count = capped("rights_entries e WHERE e.member_id = m.id")
    return dict(await fetch(f"SELECT m.id, {count} FROM members m WHERE m.id = ANY($1)", list(member_ids)))


# ---- writing ------------------------------------------------------------------------


async def insert_entries(
    entries: Mapping[int, rights_entry.RightsEntry],
    at: datetime,
    harvest_id: int | None,
    edited_by_id: int | None = None,
) -> None:
    """Adds one row for each member, by its number: what a harvest wrote, or what an administrator did."""
    rows = [
        (pk, harvest_id, 0 if harvest_id is None else 1, at, edited_by_id, *(getattr(entry, name) for name in _WRITTEN))
        for pk, entry in entries.items()
    ]
    await insert_rows("rights_entries", (*_PLACE, *_WRITTEN), rows)
