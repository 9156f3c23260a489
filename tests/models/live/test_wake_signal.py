"""Who hears that the log grew: this process at once, the others through Redis, and without it all in a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.live.wake_signal import TOLD_SECONDS, UNTOLD_SECONDS, LocalBell, RedisBell
from tests.wire.redis_server import OwnRedis


@asynccontextmanager
async def connected(redis: OwnRedis, channel: str = "test") -> AsyncIterator[RedisBell]:
    bell = RedisBell(redis.url, channel)
    await bell.open()
    try:
        async with asyncio.timeout(10):
            while bell.trouble:
                await bell.heard()
        yield bell
    finally:
        await asyncio.wait_for(bell.close(), 5)


async def test_what_was_rung_before_is_heard_at_once_and_only_once() -> None:
    bell = LocalBell()
    bell.ring()
    bell.ring()
    await asyncio.wait_for(bell.heard(), 0.5)
    waiting = asyncio.create_task(bell.heard())
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    bell.ring()
    await asyncio.wait_for(waiting, 0.5)


async def test_another_process_hears_it_on_its_channel_alone(redis: OwnRedis) -> None:
    async with connected(redis) as one, connected(redis) as other, connected(redis, "elsewhere") as stranger:
        for bell in (one, other, stranger):
            bell._rung.clear()
        one.ring()
        async with asyncio.timeout(5):
            await other._rung.wait()
        assert not stranger._rung.is_set()


async def test_patience_is_short_for_as_long_as_redis_is_away(redis: OwnRedis) -> None:
    async with connected(redis) as bell:
        assert (bell.trouble, bell.patience) == (None, TOLD_SECONDS)
        redis.stop()
        async with asyncio.timeout(10):
            while bell.trouble is None:
                await bell.heard()
        assert bell.patience == UNTOLD_SECONDS
        redis.start()
        async with asyncio.timeout(10):
            while bell.trouble:
                await bell.heard()
        assert bell.patience == TOLD_SECONDS
    # It is closed while it connects for its first question, where a cancellation can be lost in the driver.
