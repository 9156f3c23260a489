"""Who hears that the log grew: this process at once, the others through Redis, and without it all in a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.live.wake_signal import POLL_SECONDS, RARE_POLL_SECONDS, LocalSignal, RedisSignal
from tests.wire.redis_server import OwnRedis


@asynccontextmanager
async def connected(redis: OwnRedis, channel: str = "test") -> AsyncIterator[RedisSignal]:
    signal = RedisSignal(redis.url, channel)
    await signal.open()
    try:
        async with asyncio.timeout(10):
            while signal.last_error:
                await signal.wait()
        yield signal
    finally:
        await asyncio.wait_for(signal.close(), 5)


async def test_what_was_rung_before_is_heard_at_once_and_only_once() -> None:
    signal = LocalSignal()
    signal.notify()
    signal.notify()
    await asyncio.wait_for(signal.wait(), 0.5)
    waiting = asyncio.create_task(signal.wait())
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    signal.notify()
    await asyncio.wait_for(waiting, 0.5)


async def test_another_process_hears_it_on_its_channel_alone(redis: OwnRedis) -> None:
    async with connected(redis) as one, connected(redis) as other, connected(redis, "elsewhere") as stranger:
        for signal in (one, other, stranger):
            signal._notified.clear()
        one.notify()
        async with asyncio.timeout(5):
            await other._notified.wait()
        assert not stranger._notified.is_set()


async def test_patience_is_short_for_as_long_as_redis_is_away(redis: OwnRedis) -> None:
    async with connected(redis) as signal:
        assert (signal.last_error, signal.poll_interval) == (None, RARE_POLL_SECONDS)
        redis.stop()
        async with asyncio.timeout(10):
            while signal.last_error is None:
                await signal.wait()
        assert signal.poll_interval == POLL_SECONDS
        redis.start()
        async with asyncio.timeout(10):
            while signal.last_error:
                await signal.wait()
        assert signal.poll_interval == RARE_POLL_SECONDS
    # It is closed while it connects for its first question, where a cancellation can be lost in the driver.
