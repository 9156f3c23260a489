"""The history of the rights by day, once it is old: of each member and day one row, and one more beside each change by
hand. What becomes one is decided in the domain.
"""

from datetime import UTC, datetime, timedelta

from domain.rights.history_fold import KEPT_OF_THE_FIRST, SUMMED, HistoryRow, folded
from models.core.bulk import update_rows
from models.core.database import execute, fetch, instant
from models.core.row import Rows
from models.core.transaction import write

MEMBERS = 20
"""Of one batch: with 48 harvests a day these are about a thousand rows."""

HISTORY = Rows(HistoryRow, "rights_entries e", {"pk": "id"})


class HistoryFold:
    """Folds an alliance's day after another, oldest first, some members at a time.

    A day whose folding is broken off is taken up again from its first member: a row that was folded stays as it is.
    """

    def __init__(self) -> None:
        self._harvests: list[int] = []
        self._members: list[int] = []

    async def batch(self, before: datetime) -> int:
        """Folds some members' day, of those that were over before an instant; tells how many rows it went through."""
        try:
            return await write(lambda: self._batch(before))
        except BaseException:
            self._harvests, self._members = [], []  # Whatever became of it: the day is begun anew.
            raise

    async def _batch(self, before: datetime) -> int:
        if not self._harvests and not await self._next_day(before):
            return 0
        members, self._members = self._members[:MEMBERS], self._members[MEMBERS:]
        rows = await self._fold(members)
        if not self._members:
            await execute("UPDATE harvests SET is_folded = $2 WHERE id = ANY($1)", self._harvests, True)
            rows += len(self._harvests)
            self._harvests = []
        return rows

    async def _next_day(self, before: datetime) -> bool:
        """Begins with the oldest day that is left, of the alliance that had a harvest first in it."""
        midnight = _midnight(before)
        found = await fetch(
            "SELECT alliance_id, harvest_at FROM harvests WHERE NOT is_folded AND harvest_at < $1"
            " ORDER BY harvest_at LIMIT 1",
            midnight,
        )
        if not found:
            return False
        day = _midnight(instant(found[0][1]))
        harvests = await fetch(
            "SELECT id FROM harvests WHERE alliance_id = $1 AND harvest_at >= $2 AND harvest_at < $3",
            found[0][0],
            day,
            day + timedelta(days=1),
        )
        self._harvests = [row[0] for row in harvests]
        members = await fetch(
            "SELECT DISTINCT member_id FROM rights_entries WHERE harvest_id = ANY($1) ORDER BY member_id",
            self._harvests,
        )
        self._members = [row[0] for row in members]
        return True

    async def _fold(self, members: list[int]) -> int:
        # Whatever lies between the first and the last of the day is read too: a change by hand parts what it parts.
        rows = HISTORY.read(
            await fetch(
                f"""{HISTORY.select} JOIN (SELECT member_id, min(id) AS first, max(id) AS last FROM rights_entries
                    WHERE harvest_id = ANY($1) AND member_id = ANY($2) GROUP BY member_id) AS day
                ON day.member_id = e.member_id AND e.id >= day.first AND e.id <= day.last ORDER BY e.member_id, e.id""",
                self._harvests,
                members,
            )
        )
        made, gone = folded(rows, frozenset(self._harvests))
        names = (*SUMMED, *KEPT_OF_THE_FIRST)
        values = [(row.pk, *(getattr(row, name) for name in names)) for row in made]
        await update_rows("rights_entries", ("id", *names), values)
        await execute("DELETE FROM rights_entries WHERE id = ANY($1)", gone)
        return len(rows)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
