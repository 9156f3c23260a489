"""The throttle in Redis: one count for all processes, in single steps, and each process for itself without Redis."""

import asyncio

from redis.asyncio import Redis

from engine.throttle.shared_throttle import SharedThrottle
from engine.throttle.throttle import Limit
from tests.wire.redis_server import OwnRedis

LIMIT = Limit("test", 3, 60)


async def test_two_processes_share_one_count(redis: OwnRedis) -> None:
    one, other = SharedThrottle(redis.url, "a"), SharedThrottle(redis.url, "a")
    taken = await asyncio.gather(*(each.take(LIMIT, "k") for each in [one, other] * 5))
    assert sorted(taken)[:4] == [0, 0, 0, 60]
    await other.give_back(LIMIT, "k")
    assert [await one.take(LIMIT, "k"), await one.take(LIMIT, "k")] == [0, 60]
    assert await one.take(LIMIT, "other key") == 0
    await asyncio.gather(one.close(), other.close())


async def test_every_count_has_an_end_and_names_nobody(redis: OwnRedis) -> None:
    throttle = SharedThrottle(redis.url, "b")
    for _ in range(3):
        await throttle.take(Limit("test", 3, 1), "ada@example.org")
    async with Redis.from_url(redis.url) as client:
        keys = [key async for key in client.scan_iter("b:*")]
        assert len(keys) == 1
        assert b"ada" not in keys[0]
        assert 0 < await client.pttl(keys[0]) <= 1000
    await asyncio.sleep(1.1)
    assert await throttle.take(Limit("test", 3, 1), "ada@example.org") == 0
    for _ in range(5):
        await throttle.give_back(LIMIT, "never taken")
    await throttle.close()


async def test_without_redis_each_process_counts_for_itself(redis: OwnRedis) -> None:
    throttle = SharedThrottle(redis.url, "c")
    await throttle.take(LIMIT, "k")
    redis.stop()
    assert [await throttle.take(LIMIT, "k") for _ in range(4)] == [0, 0, 0, 60]
    redis.start()
    assert await throttle.take(LIMIT, "k") == 0
    await throttle.close()
