"""The history of an alliance's rights, of all members together or of one; and what an entry changed. Reads alone.

Tested in tests/resolvers/rights/test_rights_history.py.
"""

from collections.abc import Sequence

from domain.alliance.member import Adjustment
from models.core.batch import fetch_for_each
from models.core.count import capped
from models.core.database import fetch
from models.core.keyset import Window
from models.rights.rights_entry import ORDER, RightsEntryView, entries_by_ids


async def history_of(
    alliance_ids: Sequence[int], window: Window, *, member_id: int | None, by_hand: bool
) -> dict[int, list[RightsEntryView]]:
    """A window on the entries of each alliance, newest first; of one member, or of changes by hand, alone."""
    alliances = await _members(alliance_ids, member_id)
    part = ORDER.part(window, 3)
    # Each member's index is read as far as the window may go: one over all of an alliance's entries would double them.
    # Of hundreds of members that is far more than is shown, so at first it is their numbers alone.
    rows = await fetch_for_each(
        f"SELECT e.id, e.member_id FROM rights_entries e WHERE e.member_id = $1{_kind(by_hand=by_hand)}{part.where}"
        f" ORDER BY {part.order} LIMIT $2",
        list(alliances),
        window.limit,
        *part.values,
    )
    chosen: dict[int, list[int]] = {alliance_id: [] for alliance_id in alliance_ids}
    for pk, member in sorted(map(tuple, rows), reverse=not window.is_backward):
        if len(chosen[alliances[member]]) < window.limit:
            chosen[alliances[member]].append(pk)
    views = await entries_by_ids([pk for each in chosen.values() for pk in each])
    return {one: [views[pk] for pk in sorted(each, reverse=True) if pk in views] for one, each in chosen.items()}


async def count_history(alliance_ids: Sequence[int], *, member_id: int | None, by_hand: bool) -> dict[int, int]:
    """How many entries each alliance has; 1,001 for more than 1,000."""
    one = "" if member_id is None else " AND m.id = $2"
    entries = (
        f"rights_entries e JOIN members m ON m.id = e.member_id WHERE m.alliance_id = a.id{one}{_kind(by_hand=by_hand)}"
    )
    sql = f"SELECT a.id, {capped(entries)} FROM alliances a WHERE a.id = ANY($1)"
    return dict(await fetch(sql, list(alliance_ids), *(() if member_id is None else (member_id,))))


async def values_before(entries: Sequence[RightsEntryView]) -> dict[int, tuple[float, Adjustment]]:
    """Coefficient and adjustment as the member's entry before each of these left them, where there is one."""
    rows = await fetch(
        """SELECT e.id, p.coefficient, p.adjustment FROM rights_entries e JOIN rights_entries p ON p.id =
            (SELECT max(q.id) FROM rights_entries q WHERE q.member_id = e.member_id AND q.id < e.id)
        WHERE e.id = ANY($1)""",
        [entry.pk for entry in entries],
    )
    return {pk: (coefficient, Adjustment(adjustment)) for pk, coefficient, adjustment in rows}


def _kind(*, by_hand: bool) -> str:
    return " AND e.harvest_id IS NULL" if by_hand else ""


async def _members(alliance_ids: Sequence[int], member_id: int | None) -> dict[int, int]:
    """The alliance of each member, present or gone."""
    one = "" if member_id is None else " AND id = $2"
    sql = f"SELECT id, alliance_id FROM members WHERE alliance_id = ANY($1){one}"
    return dict(await fetch(sql, list(alliance_ids), *(() if member_id is None else (member_id,))))
