"""What members sent and received since their last update. Signs count: a counter-entry takes back what it cancels."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from domain.core.day import minute_of

Key = TypeVar("Key")


def quantities_since(
    rows: Iterable[tuple[Key, datetime, int]], since: Mapping[Key, datetime], now: datetime
) -> dict[Key, int]:
    """Of (member, instant of the convoy's post, materials): sums over [minute of its update, minute of now).

    For what was sent the member is the post's author, for what was received the topic's. The window applies to posts
    alone: the date of a topic's last post would drop a delivery for good when someone posts in the running minute.
    """
    starts = {key: minute_of(at) for key, at in since.items()}
    end = minute_of(now)
    sums = dict.fromkeys(starts, 0)
    for key, at, materials in rows:
        if key in starts and starts[key] <= at < end:
            sums[key] += materials
    return sums
