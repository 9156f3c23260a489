"""The throttle in Redis: one count for all processes, in single steps, and each process for itself without Redis."""

import asyncio
from hashlib import sha256

import pytest
from redis.asyncio import Redis

from engine.throttle import shared_throttle
from engine.throttle.shared_throttle import SharedThrottle
from engine.throttle.throttle import Count, Limit
from tests.wire.client import SECRET
from tests.wire.redis_server import OwnRedis

LIMIT = Limit("test", 3, 60)


async def test_two_processes_share_one_count(redis: OwnRedis) -> None:
    one, other = SharedThrottle(redis.url, SECRET, "a"), SharedThrottle(redis.url, SECRET, "a")
    taken = await asyncio.gather(*(each.take(LIMIT, "k") for each in [one, other] * 5))
    assert sorted(taken)[:4] == [0, 0, 0, 60]
    assert [await each.is_full(LIMIT, "k") for each in (one, other)] == [True, True]
    await other.give_back(LIMIT, "k")
    assert [await one.take(LIMIT, "k"), await one.take(LIMIT, "k")] == [0, 60]
    assert await one.take(LIMIT, "other key") == 0
    assert not await other.is_full(LIMIT, "other key")
    await asyncio.gather(one.close(), other.close())


async def test_processes_are_told_what_all_of_them_left(redis: OwnRedis) -> None:
    one, other = SharedThrottle(redis.url, SECRET, "left"), SharedThrottle(redis.url, SECRET, "left")
    assert await one.count(LIMIT, "k", 2) == Count(1, 60)
    await asyncio.sleep(1.1)
    counts = [await other.count(LIMIT, "k", 2), await one.count(LIMIT, "k")]
    assert [(count.left, count.is_full) for count in counts] == [(0, False), (0, True)]
    assert all(55 <= count.ends_in <= 59 for count in counts)
    redis.stop()
    assert await one.count(LIMIT, "k", 2) == Count(1, 60)  # Its own.
    redis.start()
    await asyncio.gather(one.close(), other.close())


async def test_every_count_has_an_end_and_names_nobody(redis: OwnRedis) -> None:
    throttle = SharedThrottle(redis.url, SECRET, "b")
    for _ in range(3):
        await throttle.take(Limit("test", 3, 1), "ada@example.org")
    async with Redis.from_url(redis.url) as client:
        keys = [key async for key in client.scan_iter("b:*")]
        assert len(keys) == 1
        for told in (b"ada", sha256(b"ada@example.org").hexdigest().encode()):
            assert told not in keys[0]
        assert 0 < await client.pttl(keys[0]) <= 1000
    await asyncio.sleep(1.1)
    assert await throttle.take(Limit("test", 3, 1), "ada@example.org") == 0
    for _ in range(5):
        await throttle.give_back(LIMIT, "never taken")
    await throttle.close()


async def test_without_redis_each_process_counts_for_itself(redis: OwnRedis, caplog: pytest.LogCaptureFixture) -> None:
    throttle = SharedThrottle(redis.url, SECRET, "c")
    await throttle.take(LIMIT, "k")
    redis.stop()
    assert [await throttle.take(LIMIT, "k") for _ in range(4)] == [0, 0, 0, 60]
    assert await throttle.is_full(LIMIT, "k")
    await throttle.give_back(LIMIT, "k")
    assert await throttle.take(LIMIT, "k") == 0
    assert len(caplog.records) == 1
    redis.start()
    throttle._asked_again_at = 0.0
    assert await throttle.take(LIMIT, "k") == 0
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    await throttle.close()


async def test_a_slow_redis_makes_nobody_wait_twice(
    redis: OwnRedis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared_throttle, "PAUSE_SECONDS", 2.0)
    throttle, loop = SharedThrottle(redis.url, SECRET, "d"), asyncio.get_running_loop()
    await throttle.take(LIMIT, "k")
    redis.freeze()
    waits = []
    began = loop.time()
    while loop.time() - began < 4.5:
        before = loop.time()
        await asyncio.gather(*(throttle.take(LIMIT, f"{number}") for number in range(10)))
        waits.append(loop.time() - before)
        await asyncio.sleep(0.05)
    assert len([wait for wait in waits if wait > 0.2]) == 2
    assert max(waits) < 1.5
    assert len(caplog.records) == 1
    await throttle.close()
