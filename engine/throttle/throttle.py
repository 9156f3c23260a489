"""How often something may be tried: counts by key in a window of time. This one counts in the process's memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Protocol

from domain.core.refusal import Code, Refusal

MOST_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries in `seconds`, counted from the first."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Count:
    """A count after a try: what is left of its limit, and the whole seconds until it begins anew.

    `is_full`: the try found nothing left and was not counted.
    """

    left: int
    ends_in: int
    is_full: bool = False


class Throttle(Protocol):
    """What a counter must do; one shared by several processes would keep its counts elsewhere."""

    async def count(self, limit: Limit, key: str, amount: int = 1) -> Count:
        """Counts a try, or so many, where something is left of the limit; nothing where it is full."""

    async def take(self, limit: Limit, key: str, amount: int = 1) -> int:
        """Counts a try, or so many, and gives 0; or gives the whole seconds to wait and counts nothing."""

    async def is_full(self, limit: Limit, key: str) -> bool:
        """Whether the next try would be refused; counts nothing."""

    async def give_back(self, limit: Limit, key: str) -> None:
        """Takes one try off the count: it was not one of those that the limit is for."""


class MemoryThrottle:
    """Counts for one process. When there are too many keys those whose windows began first are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_keys: int = MOST_KEYS) -> None:
        self._clock = clock
        self._most_keys = most_keys
        self._windows: dict[tuple[str, str], tuple[int, float]] = {}

    async def take(self, limit: Limit, key: str, amount: int = 1) -> int:
        return wait_of(await self.count(limit, key, amount))

    async def count(self, limit: Limit, key: str, amount: int = 1) -> Count:
        now, place = self._clock(), (limit.name, key)
        count, ends = self._windows.get(place, (0, 0.0))
        if ends <= now:
            self._windows.pop(place, None)
            self._make_room(now)
            count, ends = 0, now + limit.seconds
        ends_in = min(max(1, ceil(ends - now)), limit.seconds)  # Not rounded up by what a float has too much.
        if count >= limit.most:
            return Count(0, ends_in, is_full=True)
        self._windows[place] = (count + amount, ends)
        return Count(max(0, limit.most - count - amount), ends_in)

    async def is_full(self, limit: Limit, key: str) -> bool:
        count, ends = self._windows.get((limit.name, key), (0, 0.0))
        return count >= limit.most and ends > self._clock()

    async def give_back(self, limit: Limit, key: str) -> None:
        count, ends = self._windows.get((limit.name, key), (0, 0.0))
        if count > 1:
            self._windows[limit.name, key] = (count - 1, ends)
        else:
            self._windows.pop((limit.name, key), None)

    def _make_room(self, now: float) -> None:
        if len(self._windows) < self._most_keys:
            return
        self._windows = {place: window for place, window in self._windows.items() if window[1] > now}
        # A tenth at once, so that a full store is not swept for every new key.
        excess = len(self._windows) - self._most_keys + self._most_keys // 10
        for place in list(self._windows)[: max(excess, 0)]:
            del self._windows[place]


def wait_of(count: Count) -> int:
    """Whole seconds until the next try may be made; 0 where this one was counted."""
    return count.ends_in if count.is_full else 0


async def admit(throttle: Throttle, *tries: tuple[Limit, str]) -> None:
    """Counts one try under each key in turn; RATE_LIMITED with `retry_after` seconds from the first that is full."""
    for limit, key in tries:
        wait = await throttle.take(limit, key)
        if wait:
            raise Refusal(Code.RATE_LIMITED, "rate_limited", retry_after=wait)


async def give_back(throttle: Throttle, *tries: tuple[Limit, str]) -> None:
    for limit, key in tries:
        await throttle.give_back(limit, key)


def place_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.exploded[:19]
    return str(parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else parsed)
