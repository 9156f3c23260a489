"""What the rights are computed from, read for a whole alliance at once and only as far as columns ask for it.

Tested in tests/resolvers/rights/test_rights.py.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.alliance.evolution import Trio
from domain.alliance.member import Adjustment
from domain.core.day import minute_of
from domain.rights.column import Source
from domain.rights.delivery import NOTHING, quantities, quantities_since
from domain.rights.rights import Sheet
from models.alliance.census.census import NEWEST
from models.alliance.member import MemberView
from models.core.database import fetch
from models.core.row import Rows, column
from models.rights.delivery import DeliveryView, deliveries_between, uncounted_deliveries


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
_TRIOS = f"""SELECT m.id, c.couveuse, c.solarium, c.laboratoire FROM members m
    JOIN censuses c ON {NEWEST.format(member="m.id")} WHERE m.alliance_id = $1 AND m.left_at IS NULL"""


async def saved_members(alliance_id: int) -> list[SavedMember]:
    """The present members, hosted ones included, by their numbers."""
    sql = f"{SAVED.select} WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY m.id"
    return SAVED.read(await fetch(sql, alliance_id))


async def saved_members_by_ids(ids: Sequence[int]) -> list[SavedMember]:
    """Members present or gone."""
    return SAVED.read(await fetch(f"{SAVED.select} WHERE m.id = ANY($1)", list(ids)))


async def newest_trios(alliance_id: int) -> dict[int, Trio]:
    """The levels that the rights need, from the current census of each present member who has one."""
    return {pk: tuple(levels) for pk, *levels in await fetch(_TRIOS, alliance_id)}


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
        """Reads the sources that the columns need and that are not there: one query for each."""
        keys = list(keys)
        async with self._lock:
            if not self._is_read:
                # All else is put in the order of these rows, whatever the columns need.
                self.members = await self._present()
                self.sheet.supply(Source.MEMBERS, list(self.members))
                self._is_read = True
            for source in sorted(self.sheet.missing(keys)):
                self.sheet.supply(source, await self._read(source))

    async def _present(self) -> Sequence[SavedMember | MemberView]:
        if self._read_before is None:
            return await saved_members(self.alliance_id)
        return sorted(self._read_before, key=lambda member: member.pk)

    def rows(self, keys: Sequence[str]) -> dict[int, Any]:
        """By member: one object with the columns, which must have been loaded."""
        return dict(zip([member.pk for member in self.members], self.sheet.rows(keys), strict=True))

    async def _read(self, source: Source) -> list[Any]:
        if source is Source.CENSUSES:
            trios = await newest_trios(self.alliance_id)
            return [trios.get(member.pk) for member in self.members]
        now = self.sheet.now
        if source is Source.UNCOUNTED:
            # What was posted in the running minute waits for the next update, as in the document's window.
            self.uncounted = await uncounted_deliveries(self.alliance_id, minute_of(now))
            sums = quantities((one.member_id, one.is_sent, one.materials - one.counted) for one in self.uncounted)
        else:
            since = {member.pk: member.last_updated_at for member in self.members}
            first = minute_of(min(since.values(), default=now))
            found = await deliveries_between(self.alliance_id, first, now)
            rows = ((one.member_id, one.is_sent, one.sent_at, one.materials) for one in found)
            sums = quantities_since(rows, since, now)
        return [sums.get(member.pk, NOTHING) for member in self.members]
