"""The rhythm of harvests: every half hour at one minute. What a harvest does is in domain/rights.

Tested in tests/domain/rights/test_harvest.py.
"""

from datetime import datetime, timedelta

HALF_HOUR = timedelta(minutes=30)


def upcoming(kept: datetime, now: datetime) -> datetime:
    """The first harvest after now, in the rhythm of one that was kept: never in the past, at most half an hour away."""
    return kept + ((now - kept) // HALF_HOUR + 1) * HALF_HOUR
