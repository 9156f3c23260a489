"""What members sent and received. Signs count: a counter-entry takes back what it cancels."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from domain.core.day import minute_of

Key = TypeVar("Key")


class Quantities(NamedTuple):
    """Materials that a member sent, and that were sent for the member's orders."""

    sent: int
    received: int


def quantities(rows: Iterable[tuple[Key, bool, int]]) -> dict[Key, Quantities]:
    """Sums of (member, whether the member sent it, materials), by member."""
    sent: dict[Key, int] = {}
    received: dict[Key, int] = {}
    for key, is_sent, materials in rows:
        sums = sent if is_sent else received
        sums[key] = sums.get(key, 0) + materials
    return {key: Quantities(sent.get(key, 0), received.get(key, 0)) for key in sent | received}


def quantities_since(
    rows: Iterable[tuple[Key, bool, datetime, int]], since: Mapping[Key, datetime], now: datetime
) -> dict[Key, Quantities]:
    """Of (member, whether the member sent it, instant of the post, materials): sums over [minute of its last update,
    minute of now), which are what the document's columns show.

    The window applies to posts alone: the date of a topic's last post would drop a delivery for good when someone
    posts in the running minute.
    """
    starts = {key: minute_of(at) for key, at in since.items()}
    end = minute_of(now)
    sums = quantities((key, is_sent, m) for key, is_sent, at, m in rows if key in starts and starts[key] <= at < end)
    return {key: sums.get(key, NOTHING) for key in starts}


NOTHING = Quantities(0, 0)
