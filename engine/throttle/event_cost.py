"""What the events of subscriptions cost their viewers, in one process: how much is open, and what is still to charge.

Knows keys and units only. Whose budget a key stands for is said by engine/throttle/budget.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.throttle.throttle import Limit, Throttle

PORTIONS = 500
"""Events are charged by the portion of a budget: a count that other processes share is asked for less often."""

OPEN_PART = 20
"""One event for all open subscriptions of one viewer may cost this part of a minute's budget."""

Key = tuple[Limit, str]


@dataclass(slots=True)
class _Account:
    open: int = 0
    owed: int = 0
    blocked_until: float = 0.0


class EventCosts:
    """Accounts of those who have subscriptions open. A limit of 0 is none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: dict[Key, _Account] = {}

    def open(self, key: Key, cost: int) -> bool:
        """Counts a subscription whose events cost so much; False, and counts nothing, where that is too much open."""
        most = key[0].most // OPEN_PART
        account = self._accounts.get(key, _Account())
        if most and account.open + cost > most:
            return False
        account.open += cost
        self._accounts[key] = account
        return True

    def close(self, key: Key, cost: int) -> None:
        account = self._accounts[key]
        account.open -= cost
        if not account.open:
            del self._accounts[key]

    def wait(self, key: Key) -> float:
        """How many seconds the next event has to wait for a budget that was used up."""
        account = self._accounts.get(key)
        return 0.0 if account is None else max(0.0, account.blocked_until - self._clock())

    async def charge(self, throttle: Throttle, key: Key, cost: int) -> None:
        """Charges an event. The one that passes the budget was given; the next one waits."""
        limit, name = key
        account = self._accounts.get(key)
        if account is None or not limit.most:
            return
        account.owed += cost
        if account.owed * PORTIONS >= limit.most:
            owed, account.owed = account.owed, 0
            account.blocked_until = self._clock() + await throttle.take(limit, name, owed)
