"""The saved rights of an alliance's members over time, as charts draw them: read from the history, never written.

Tested in tests/resolvers/rights/test_rights_curve.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.rights.rights_curve import ends_of_days, thinned
from models.alliance.member import MemberView
from models.core.database import fetch, instant
from models.rights.harvest import HarvestOutcome

MOST_HARVESTS = 20_000
"""That are looked at, the newest first: more than a year of them."""


@dataclass(slots=True)
class MemberCurve:
    """A value for each harvest of the curves, materials; None where the member had none."""

    member: MemberView
    accumulated_rights: list[float | None]


@dataclass(slots=True)
class RightsCurves:
    """`half_hourly_production` in materials. `members` is there once whoever reads it has filled it."""

    harvest_at: list[datetime]
    half_hourly_production: list[float]
    accumulated: dict[int, list[float | None]]
    members: list[MemberCurve] = field(init=False)


async def rights_curves(alliance_id: int, since: datetime | None, points: int) -> RightsCurves:
    """What applied harvests wrote, at most `points` of them: two statements. What administrators changed is no point.

    Of a day that is folded only its last harvest has rows; those of the others are in its sums.
    """
    chosen = await _harvests(alliance_id, since, points)
    rows = await fetch(
        "SELECT harvest_id, member_id, accumulated_after_thousandths, alliance_production, intervals"
        " FROM rights_entries WHERE harvest_id = ANY($1)",
        [pk for pk, _ in chosen],
    )
    # Who came between two harvests counts fewer half hours than the others: whoever was there longest tells all.
    longest: dict[int, tuple[int, float]] = {}
    accumulated: dict[int, dict[int, float]] = {}
    for harvest_id, member_id, thousandths, production, intervals in rows:
        accumulated.setdefault(member_id, {})[harvest_id] = thousandths / 1000
        if intervals > longest.get(harvest_id, (0, 0.0))[0]:
            longest[harvest_id] = intervals, production / intervals
    drawn = [(pk, at) for pk, at in chosen if pk in longest]
    return RightsCurves(
        [at for _, at in drawn],
        [longest[pk][1] for pk, _ in drawn],
        {member: [values.get(pk) for pk, _ in drawn] for member, values in accumulated.items()},
    )


async def _harvests(alliance_id: int, since: datetime | None, points: int) -> Sequence[tuple[int, datetime]]:
    """The applied harvests that are drawn, oldest first."""
    beyond = "" if since is None else " AND harvest_at >= $4"
    rows = await fetch(
        f"SELECT id, harvest_at, is_folded FROM harvests WHERE alliance_id = $1 AND outcome = $2{beyond}"
        " ORDER BY harvest_at DESC LIMIT $3",
        alliance_id,
        HarvestOutcome.APPLIED.value,
        MOST_HARVESTS,
        *(() if since is None else (since,)),
    )
    found = [(int(pk), instant(at), bool(is_folded)) for pk, at, is_folded in reversed(rows)]
    folded = [(pk, at) for pk, at, is_folded in found if is_folded]
    kept = [folded[place] for place in ends_of_days([at for _, at in folded])]
    kept += [(pk, at) for pk, at, is_folded in found if not is_folded]
    return [kept[place] for place in thinned([at for _, at in kept], points)]
