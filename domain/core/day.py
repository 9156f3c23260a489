"""Days and clock times as the forum writes them in French, all in UTC. `now` is passed in; failures are reasons."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from domain.core.parsing import Reason

INVALID = "Invalid date"
"""What the extension writes where a day was not set; it reads as no day."""

SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_FULL = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]

_DAY = re.compile(r"([0-9]{1,2})(?:er)?\s+([^\W\d_]+\.?)(?:\s+([0-9]{4}))?")
_CLOCK = re.compile(r"(?:le )?([^à]+) à ([0-9]{1,2}) ?[h:] ?([0-9]{2})", re.IGNORECASE)


def fold(text: str) -> str:
    """The text without case, accents, typographic apostrophes and doubled spaces, to compare names with."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


_MONTHS = {fold(name).rstrip("."): at for names in (SHORT, _FULL) for at, name in enumerate(names, 1)}


def read_day(text: str) -> date | Reason | None:
    """`16 mars 2026`, `9 avr. 2026`, full month names too; None for `Invalid date`."""
    if fold(text) == fold(INVALID):
        return None
    parts = _parts(text)
    if parts is None or parts[2] is None:
        return Reason.NOT_A_DAY
    return _date(parts[2], parts[1], parts[0]) or Reason.NOT_A_DAY


def write_day(day: date | None) -> str:
    return INVALID if day is None else f"{day.day} {SHORT[day.month - 1]} {day.year:04}"


def read_clock(text: str, now: datetime | None = None, *, near: datetime | None = None) -> datetime | Reason:
    """`16 mars 2026 à 07h00` or `07:00`, to the minute.

    A date without a year is its last occurrence up to `now`, or the one nearest to `near`; with neither it is refused.
    """
    match = _CLOCK.fullmatch(unicodedata.normalize("NFC", " ".join(text.split())))
    parts = match and _parts(match[1])
    if not match or not parts:
        return Reason.NOT_A_TIME
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        return Reason.NOT_A_TIME
    day, month, year = parts
    if year is None:
        if near is not None:
            return _nearest(month, day, hour, minute, near) or Reason.NOT_A_TIME
        return (now and _last(month, day, hour, minute, now.astimezone(UTC))) or Reason.NOT_A_TIME
    found = _date(year, month, day)
    return _instant(found, hour, minute) if found else Reason.NOT_A_TIME


@lru_cache(maxsize=256)  # A harvest writes one for each member, and the same for most.
def write_clock(instant: datetime) -> str:
    """`16 mars 2026 à 07h00`; seconds are left out."""
    instant = instant.astimezone(UTC)
    return f"{write_day(instant.date())} à {instant:%H}h{instant:%M}"


def minute_of(instant: datetime) -> datetime:
    """The beginning of the instant's minute, in UTC."""
    if instant.tzinfo is UTC and not instant.second and not instant.microsecond:
        return instant  # As most that is kept by the minute: a replacement takes four times as long.
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def next_minute(instant: datetime) -> datetime:
    """Rounded up to a whole minute. A whole minute stays: a stored arrival, written again, gives the same text."""
    start = minute_of(instant)
    return start if start == instant else start + timedelta(minutes=1)


def _parts(text: str) -> tuple[int, int, int | None] | None:
    match = _DAY.fullmatch(unicodedata.normalize("NFC", text.strip()))
    month = match and _MONTHS.get(fold(match[2]).rstrip("."))
    if not match or not month:
        return None
    return int(match[1]), month, int(match[3]) if match[3] else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last(month: int, day: int, hour: int, minute: int, now: datetime) -> datetime | None:
    """The latest such instant that is not after now. Nine years reach over a century that skips its leap day."""
    days = (_date(now.year - past, month, day) for past in range(9))  # pragma: no mutate: more years find no other
    instants = (_instant(found, hour, minute) for found in days if found)
    return next((instant for instant in instants if instant <= now), None)


def _nearest(month: int, day: int, hour: int, minute: int, near: datetime) -> datetime | None:
    """Among equals the later one. Eight years reach over a century that skips its leap day."""
    years = range(max(near.year - 8, 1), min(near.year + 8, 9999) + 1)
    instants = [_instant(found, hour, minute) for year in years if (found := _date(year, month, day))]
    return min(instants, key=lambda instant: (abs(instant - near), near - instant), default=None)


def _instant(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
