"""Durations as the game writes them: `1A 1J 1h 1m 1s`. It reads and writes seconds and knows no calendar."""

import re

from domain.core.parsing import Reason

UNITS = (("A", 365 * 86400), ("J", 86400), ("h", 3600), ("m", 60), ("s", 1))
"""Each letter and its seconds; A is a year of 365 days."""

_TEXT = re.compile(" ?".join(rf"(?:([0-9]{{1,9}}) ?{letter})?" for letter, _ in UNITS), re.IGNORECASE)


def read_duration(text: str) -> int | Reason:
    """Seconds. Zero parts may be left out; `0 sec` and the empty text are 0."""
    text = " ".join(text.split())
    if text.casefold() == "0 sec":
        return 0
    match = _TEXT.fullmatch(text)
    if match is None:
        return Reason.NOT_A_DURATION
    return sum(int(match[place] or 0) * size for place, (_, size) in enumerate(UNITS, 1))


def write_duration(seconds: int) -> str:
    """The parts that are not zero, or `0 sec`. What lies in the past has no duration left."""
    parts = []
    rest = max(seconds, 0)
    for letter, size in UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{letter}")
    return " ".join(parts) or "0 sec"
