"""Events of subscriptions: how much a viewer may have open, and that what they cost is charged and waited for."""

import pytest

from engine.throttle.event_cost import EventCosts
from engine.throttle.throttle import Limit, MemoryThrottle

KEY = (Limit("cost", 1000, 60), "someone")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_event_for_all_that_is_open_may_cost_a_twentieth_of_the_budget() -> None:
    costs = EventCosts()
    assert [costs.open(KEY, 20) for _ in range(3)] == [True, True, False]
    assert costs.open((KEY[0], "another"), 50)
    costs.close(KEY, 20)
    assert costs.open(KEY, 30)


def test_what_is_closed_is_forgotten() -> None:
    costs = EventCosts()
    costs.open(KEY, 50)
    costs.close(KEY, 50)
    assert not costs._accounts


async def test_events_are_charged_until_the_budget_is_out_and_then_wait_for_the_next_one() -> None:
    clock = Clock()
    throttle, costs = MemoryThrottle(clock), EventCosts(clock)
    costs.open(KEY, 50)
    given = 0
    while not costs.wait(KEY):
        await costs.charge(throttle, KEY, 100)
        given += 1
    assert given == 11  # Ten use the budget up, and the one after them finds it so.
    clock.now += 59.5
    assert costs.wait(KEY) == 0.5
    clock.now += 0.5
    assert costs.wait(KEY) == 0


async def test_small_costs_are_charged_by_the_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    class Counting(MemoryThrottle):
        async def take(self, limit: Limit, key: str, amount: int = 1) -> int:
            taken.append(amount)
            return await super().take(limit, key, amount)

    throttle, costs, key = Counting(), EventCosts(), (Limit("cost", 5000, 60), "someone")
    costs.open(key, 4)
    for _ in range(7):
        await costs.charge(throttle, key, 4)
    assert taken == [12, 12]


async def test_without_a_limit_nothing_is_counted() -> None:
    costs, key = EventCosts(), (Limit("cost", 0, 60), "someone")
    assert costs.open(key, 10**9)
    await costs.charge(MemoryThrottle(), key, 10**9)
    assert costs.wait(key) == 0
