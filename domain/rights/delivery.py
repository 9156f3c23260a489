"""What members sent and received. Signs count: a counter-entry takes back what it cancels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

from domain.core.day import minute_of

Key = TypeVar("Key")


class Quantities(NamedTuple):
    """Materials that a member sent, and that were sent for the member's orders."""

    sent: int
    received: int


Columns = tuple[list[int], list[int]]
"""What each member sent, and what each received, in one order of members."""


@dataclass(frozen=True, slots=True)
class Sums(Generic[Key]):
    """What was sent and received, by member; nothing where a member is not named."""

    sent: dict[Key, int]
    received: dict[Key, int]

    def columns(self, keys: Sequence[Key]) -> Columns:
        return [self.sent.get(key, 0) for key in keys], [self.received.get(key, 0) for key in keys]

    def by_member(self) -> dict[Key, Quantities]:
        """Of those members who are named."""
        keys = list(self.sent | self.received)
        return dict(zip(keys, map(Quantities, *self.columns(keys)), strict=True))


def quantities(rows: Iterable[tuple[Key, bool, int]]) -> Sums[Key]:
    """Sums of (member, whether the member sent it, materials)."""
    sent, received = dict[Key, int](), dict[Key, int]()
    for key, is_sent, materials in rows:
        sums = sent if is_sent else received
        sums[key] = sums.get(key, 0) + materials
    return Sums(sent, received)


def quantities_since(
    rows: Iterable[tuple[Key, bool, datetime, int]], since: Mapping[Key, datetime], now: datetime
) -> Sums[Key]:
    """Of (member, whether the member sent it, instant of the post, materials): sums over [minute of its last update,
    minute of now), which are what the document's columns show.

    The window applies to posts alone: the date of a topic's last post would drop a delivery for good when someone
    posts in the running minute.
    """
    minutes = {at: minute_of(at) for at in set(since.values())}  # Members mostly share their last update.
    starts = {key: minutes[at] for key, at in since.items()}
    end, never = minute_of(now), datetime.max.replace(tzinfo=UTC)
    return quantities(
        (key, is_sent, materials) for key, is_sent, at, materials in rows if starts.get(key, never) <= at < end
    )


NOTHING = Quantities(0, 0)
