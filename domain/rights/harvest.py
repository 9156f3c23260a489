"""When harvests are due: every half hour from the one that the game's page announced. It plans and applies nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alliance.rhythm import HALF_HOUR
from domain.core.day import minute_of


@dataclass(frozen=True, slots=True)
class Due:
    """One update to make: `slot` is its "now", however late it runs, and `next_at` is what to keep afterwards.

    `slots` counts the harvests that this one update covers: one, or more after downtime.
    """

    slot: datetime
    slots: int
    next_at: datetime


def due(next_at: datetime, now: datetime, last: datetime | None = None, interval: timedelta = HALF_HOUR) -> Due | None:
    """The last slot up to `now`, counted from the next harvest that was kept; None while none is due.

    `last` is the slot that was applied last. Where the announced minute moves, a slot less than an interval after it
    is not due yet: it would hold no whole interval. One that is still to come bounds nothing: a clock was ahead, and
    what is made before it counts deliveries and no half hour a second time.
    """
    first = next_at
    if last is not None and last <= now:
        first += max(-(-(last + interval - first) // interval), 0) * interval
    if now < first:
        return None
    later = (now - first) // interval
    slot = first + later * interval
    return Due(slot, later + 1, slot + interval)


FURTHEST = HALF_HOUR + timedelta(minutes=1)
"""The game announces the harvest that comes next, at most half an hour ahead; clocks may differ by a minute."""


def is_plausible(announced: datetime, now: datetime) -> bool:
    """Whether a page that was loaded lately can have announced this harvest."""
    return now - HALF_HOUR <= announced <= now + FURTHEST


def keeps_rhythm(at: datetime, kept: datetime | None) -> bool:
    """Whether an announcement is one of the half hours that are kept; the first one always is."""
    return kept is None or (minute_of(at) - kept) % HALF_HOUR == timedelta(0)


def announced(at: datetime, kept: datetime | None) -> datetime:
    """The next harvest to keep when the game announces one: its minute, on the half hour that `kept` stood for.

    A page that is loaded right after a harvest announces the one after it. Keeping that one would pass over the slot
    that is due and that nobody has worked off yet.
    """
    at = minute_of(at)
    return at if kept is None else at - max((at - kept) // HALF_HOUR, 0) * HALF_HOUR
