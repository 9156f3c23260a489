"""Counting tries: the limit, the wait, the window's end, and a store that cannot grow without end."""

import pytest

from domain.core.refusal import Code, Refusal
from engine.throttle.throttle import Count, Limit, MemoryThrottle, admit, give_back, place_of

LIMIT = Limit("test", 3, 60)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_tries_past_the_limit_are_told_how_long_to_wait() -> None:
    clock = Clock()
    throttle = MemoryThrottle(clock)
    assert [await throttle.take(LIMIT, "a") for _ in range(4)] == [0, 0, 0, 60]
    clock.now += 59.5
    assert await throttle.take(LIMIT, "a") == 1
    assert await throttle.is_full(LIMIT, "a")
    clock.now += 0.5
    assert not await throttle.is_full(LIMIT, "a")
    assert [await throttle.take(LIMIT, "a") for _ in range(4)] == [0, 0, 0, 60]


async def test_a_try_is_told_what_is_left_and_for_how_long() -> None:
    clock = Clock()
    throttle = MemoryThrottle(clock)
    assert await throttle.count(LIMIT, "a", 2) == Count(1, 60)
    clock.now += 10.5
    assert await throttle.count(LIMIT, "a", 2) == Count(0, 50)  # It passes the limit, and is counted.
    assert await throttle.count(LIMIT, "a") == Count(0, 50, is_full=True)
    clock.now += 49.5
    assert await throttle.count(LIMIT, "a") == Count(2, 60)
    clock.now = 9.120247  # Of which 60 seconds later are, as floats go, a trifle more than 60 away.
    assert await throttle.count(LIMIT, "b") == Count(2, 60)


async def test_keys_and_limits_are_counted_apart() -> None:
    throttle = MemoryThrottle(Clock())
    for _ in range(3):
        await throttle.take(LIMIT, "a")
    assert await throttle.take(LIMIT, "b") == 0
    assert await throttle.take(Limit("other", 3, 60), "a") == 0


async def test_what_is_given_back_does_not_count() -> None:
    throttle = MemoryThrottle(Clock())
    for _ in range(10):
        await admit(throttle, (LIMIT, "a"))
        await give_back(throttle, (LIMIT, "a"))
    assert [await throttle.take(LIMIT, "a") for _ in range(4)] == [0, 0, 0, 60]


async def test_the_first_full_key_refuses_and_later_ones_count_nothing() -> None:
    throttle, other = MemoryThrottle(Clock()), Limit("other", 10, 60)
    for _ in range(3):
        await admit(throttle, (LIMIT, "a"), (other, "b"))
    for _ in range(20):
        with pytest.raises(Refusal) as refused:
            await admit(throttle, (LIMIT, "a"), (other, "b"))
        assert (refused.value.code, refused.value.details) == (Code.RATE_LIMITED, {"retry_after": 60})
    assert [await throttle.take(other, "b") for _ in range(8)] == [0] * 7 + [60]


async def test_many_keys_push_out_the_oldest_and_only_those() -> None:
    clock = Clock()
    throttle = MemoryThrottle(clock, most_keys=100)
    for number in range(250):
        clock.now += 0.01
        await throttle.take(LIMIT, str(number))
        assert len(throttle._windows) <= 100
    assert ("test", "249") in throttle._windows
    assert ("test", "0") not in throttle._windows


async def test_ended_windows_make_room_first() -> None:
    clock = Clock()
    throttle = MemoryThrottle(clock, most_keys=20)
    lasting = Limit("lasting", 3, 3600)
    await throttle.take(lasting, "kept")
    for number in range(19):
        await throttle.take(LIMIT, str(number))
    clock.now += 61
    await throttle.take(LIMIT, "new")
    assert set(throttle._windows) == {("lasting", "kept"), ("test", "new")}


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_place_is_an_address_or_the_network_of_one_customer(address: str, place: str) -> None:
    assert place_of(address) == place
