"""Harvests: which slots of which alliance were applied or blocked. One row a slot; slot applies them.

Tested in tests/resolvers/rights/test_harvest.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.core.day import minute_of
from domain.rights.harvest import announced, keeps_rhythm
from models.alliance.lock import lock_alliance
from models.alliance.member_state import save_next_harvest, save_rhythm_doubt
from models.core.batch import fetch_for_each
from models.core.count import capped
from models.core.database import fetch, instant_or_none
from models.core.keyset import Keyset, Window
from models.core.row import Rows, column
from models.core.transaction import write

if TYPE_CHECKING:
    from models.alliance.alliance import Alliance


class HarvestOutcome(StrEnum):
    """What became of a slot."""

    APPLIED = "APPLIED"
    BLOCKED = "BLOCKED"


class Harvest(Model):
    """`outcome` is a HarvestOutcome; `missing` is a JSON list of the pseudos without a census.

    `is_folded`: the day of its rows of the history has been folded (see history_fold).
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="harvests", on_delete=fields.CASCADE
    )
    alliance_id: int
    harvest_at = fields.DatetimeField()
    outcome = fields.CharField(max_length=8)
    missing = fields.TextField(default="[]")
    is_folded = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "harvests"
        unique_together = (("alliance_id", "harvest_at"),)


def _read_missing(text: str) -> list[str]:
    pseudos: list[str] = json.loads(text)
    return pseudos


@dataclass(slots=True, eq=False)
class HarvestView:
    """A harvest as it is read."""

    typename: ClassVar[str] = "Harvest"
    pk: int = field(metadata=column("id"))
    alliance_id: int
    harvest_at: datetime
    outcome: HarvestOutcome
    missing_census: list[str] = field(metadata=column("missing", read=_read_missing))


HARVESTS = Rows(HarvestView, "harvests h")


async def harvest_by_pk(pk: int) -> HarvestView | None:
    return HARVESTS.first(await fetch(f"{HARVESTS.select} WHERE h.id = $1", pk))


def harvest_key(harvest: HarvestView) -> tuple[datetime]:
    """What orders the harvests of an alliance; newest first."""
    return (harvest.harvest_at,)


ORDER = Keyset(("h.harvest_at",), is_descending=True)


async def harvests_of(alliance_ids: Sequence[int], window: Window) -> dict[int, list[HarvestView]]:
    """A window on the harvests of each alliance, newest first."""
    part = ORDER.part(window, 3)
    rows = await fetch_for_each(
        f"{HARVESTS.select} WHERE h.alliance_id = $1{part.where} ORDER BY {part.order} LIMIT $2",
        alliance_ids,
        window.limit,
        *part.values,
    )
    found: dict[int, list[HarvestView]] = {alliance_id: [] for alliance_id in alliance_ids}
    for view in sorted(HARVESTS.read(rows), key=harvest_key, reverse=True):
        found[view.alliance_id].append(view)
    return found


async def count_harvests(alliance_ids: Sequence[int]) -> dict[int, int]:
    """How many harvests each alliance has had; 1,001 for more than 1,000."""
    count = capped("harvests h WHERE h.alliance_id = a.id")
    return dict(await fetch(f"SELECT a.id, {count} FROM alliances a WHERE a.id = ANY($1)", list(alliance_ids)))


async def last_harvest(alliance_id: int, before: datetime | None = None) -> HarvestView | None:
    """The newest one, or the newest one before a slot."""
    beyond = "" if before is None else " AND h.harvest_at < $2"
    rows = await fetch(
        f"{HARVESTS.select} WHERE h.alliance_id = $1{beyond} ORDER BY h.harvest_at DESC LIMIT 1",
        alliance_id,
        *(() if before is None else (before,)),
    )
    return HARVESTS.first(rows)


async def record_next_harvest(alliance_id: int, at: datetime, member_id: int, *, is_trusted: bool) -> None:
    """Keeps the next harvest that the game announced. What is known already, as at most page loads, costs one read.

    One that disagrees with the rhythm waits for another member's word; an administrator's (`is_trusted`) is enough.
    """

    async def kept() -> tuple[datetime | None, datetime | None, int | None]:
        rows = await fetch(
            "SELECT next_harvest_at, doubted_harvest_at, doubted_by_id FROM alliances WHERE id = $1", alliance_id
        )
        return instant_or_none(rows[0][0]), instant_or_none(rows[0][1]), rows[0][2]

    async def work() -> None:
        await lock_alliance(alliance_id)
        before, doubted, doubter = await kept()
        agreed = doubted is not None and doubter != member_id and keeps_rhythm(at, doubted)
        if not (is_trusted or agreed or keeps_rhythm(at, before)):
            await save_rhythm_doubt(alliance_id, minute_of(at), member_id)
            return
        await save_next_harvest(alliance_id, announced(at, before))
        if doubted is not None:
            await save_rhythm_doubt(alliance_id, None, None)

    before, doubted, doubter = await kept()
    if before is not None and keeps_rhythm(at, before) and announced(at, before) == before:
        return
    if not is_trusted and doubter == member_id and doubted == minute_of(at):
        return
    await write(work)
