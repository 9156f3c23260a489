"""What the rights are computed from, read for a whole alliance at once and only as far as columns ask for it.

Tested in tests/resolvers/rights/test_rights.py.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.alliance.evolution import Trio
from domain.alliance.member import Adjustment
from domain.core.day import minute_of
from domain.rights.column import Source
from domain.rights.delivery import Sums, quantities, quantities_since
from domain.rights.rights import Sheet
from models.alliance.census.census import newest
from models.alliance.member import MemberView
from models.core.database import fetch
from models.core.row import Rows, column
from models.rights.delivery import DELIVERIES, DeliveryView


@dataclass(slots=True, eq=False)
class SavedMember:
    """What the last update left of a present member, and its hunting ground now: a source of the sheet."""

    pk: int = field(metadata=column("id"))
    coefficient: float
    adjustment: Adjustment
    tdc: int
    tdc_at_last_update: int
    last_updated_at: datetime
    accumulated_thousandths: int


SAVED = Rows(SavedMember, "members m")


async def saved_members(alliance_id: int) -> list[SavedMember]:
    """The present members, hosted ones included, by their numbers."""
    sql = f"{SAVED.select} WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY m.id"
    return SAVED.read(await fetch(sql, alliance_id))


async def saved_members_by_ids(ids: Sequence[int]) -> list[SavedMember]:
    """Members present or gone."""
    return SAVED.read(await fetch(f"{SAVED.select} WHERE m.id = ANY($1)", list(ids)))


_IN_SPAN = "d.sent_at >= $2 AND d.sent_at < $3 AND d.materials <> 0"


def _part(source: Source, end: int = 0) -> str:
    """A census stands in the columns of a delivery, which it has three of: its levels. `end`: a parameter's number."""
    if source is Source.CENSUSES:
        return f"""SELECT 0 AS source, c.couveuse, m.id, NULL, c.solarium, c.laboratoire, NULL
            FROM members m {newest("m.id")} WHERE m.alliance_id = $1 AND m.left_at IS NULL"""
    if source is Source.DELIVERIES:
        return f"SELECT 1, {DELIVERIES.columns} FROM deliveries d WHERE d.alliance_id = $1 AND {_IN_SPAN}"
    return f"""SELECT 1, {DELIVERIES.columns} FROM deliveries d
        WHERE d.alliance_id = $1 AND d.materials <> d.counted AND d.sent_at < ${end}"""


async def _sources(
    alliance_id: int, wanted: Collection[Source], first: datetime, now: datetime
) -> tuple[dict[int, Trio], list[DeliveryView]]:
    """In one statement the current levels of each present member who has a census, and deliveries, each once: those of
    the span of time that still say something, and those before the running minute that rights do not hold as they are.
    """
    values: list[object] = [alliance_id]
    parts = [_part(source) for source in (Source.CENSUSES, Source.DELIVERIES) if source in wanted]
    if Source.DELIVERIES in wanted:
        values += [first, now]
    if Source.UNCOUNTED in wanted:
        # What was posted in the running minute waits for the next update, as in the document's window.
        values.append(minute_of(now))
        already = f" AND NOT ({_IN_SPAN})" if Source.DELIVERIES in wanted else ""
        parts.append(_part(Source.UNCOUNTED, len(values)) + already)
    rows = await fetch(" UNION ALL ".join(parts), *values)
    trios = {row[2]: (row[1], row[4], row[5]) for row in rows if row[0] == 0}
    return trios, DELIVERIES.read([row for row in rows if row[0] == 1], 1)


class AllianceSheet:
    """The sheet of one alliance at one instant, which reads what its columns need when they are asked for.

    Every quantity is counted from what the members' rows said when they were read, so that a harvest that comes in
    between cannot make two sources speak of different spans.
    """

    def __init__(self, alliance_id: int, now: datetime, read: Sequence[MemberView] | None = None) -> None:
        """`read` are all present members, where whoever asks has them."""
        self.alliance_id = alliance_id
        self.sheet = Sheet(now)
        self.members: Sequence[SavedMember | MemberView] = []
        self._read_before = read
        self.uncounted: list[DeliveryView] = []
        self._is_read = False
        self._lock = asyncio.Lock()

    async def load(self, keys: Iterable[str]) -> None:
        """Reads the sources that the columns need and that are not there: in one query, after that of the members."""
        keys = list(keys)
        async with self._lock:
            if not self._is_read:
                # All else is put in the order of these rows, whatever the columns need.
                self.members = await self._present()
                self.sheet.supply(Source.MEMBERS, list(self.members))
                self._is_read = True
            await self._supply(self.sheet.missing(keys))

    async def _present(self) -> Sequence[SavedMember | MemberView]:
        return await saved_members(self.alliance_id) if self._read_before is None else self._read_before

    def rows(self, keys: Sequence[str]) -> dict[int, Any]:
        """By member: one object with the columns, which must have been loaded."""
        return dict(zip([member.pk for member in self.members], self.sheet.rows(keys), strict=True))

    async def _supply(self, missing: Collection[Source]) -> None:
        if not missing:
            return
        now, since = self.sheet.now, {member.pk: member.last_updated_at for member in self.members}
        first = minute_of(min(since.values(), default=now))
        trios, found = await _sources(self.alliance_id, missing, first, now)
        if Source.CENSUSES in missing:
            self.sheet.supply(Source.CENSUSES, [trios.get(member.pk) for member in self.members])
        if Source.DELIVERIES in missing:
            rows = ((one.member_id, one.is_sent, one.sent_at, one.materials) for one in found)
            self._supply_sums(Source.DELIVERIES, quantities_since(rows, since, now))
        if Source.UNCOUNTED in missing:
            end = minute_of(now)
            self.uncounted = [one for one in found if one.materials != one.counted and one.sent_at < end]
            sums = quantities((one.member_id, one.is_sent, one.materials - one.counted) for one in self.uncounted)
            self._supply_sums(Source.UNCOUNTED, sums)

    def _supply_sums(self, source: Source, sums: Sums[int]) -> None:
        self.sheet.supply(source, sums.columns([member.pk for member in self.members]))
