"""Which harvests a curve of the rights goes through where there are more than it has room for. Reads nothing.

Tested in tests/domain/rights/test_rights_curve.py.
"""

from collections.abc import Sequence
from datetime import UTC, datetime


def thinned(slots: Sequence[datetime], most: int) -> list[int]:
    """The places of at most `most` of these instants, oldest first: the last of each of `most` equal spans of time.

    All of them where there are no more; the newest always. What a span has none of is left out.
    """
    if len(slots) <= most:
        return list(range(len(slots)))
    first = slots[0]
    whole = slots[-1] - first
    last_of = {min((at - first) * most // whole, most - 1): place for place, at in enumerate(slots)}
    return list(last_of.values())


def ends_of_days(slots: Sequence[datetime]) -> list[int]:
    """The places of the last instant of each day of UTC, of instants that come oldest first."""
    return list({at.astimezone(UTC).date(): place for place, at in enumerate(slots)}.values())
