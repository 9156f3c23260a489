"""The throttle of several processes: its counts are in Redis. Without Redis each counts for itself meanwhile."""

import asyncio
import hmac
import logging
from math import ceil
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from engine.throttle.throttle import Count, Limit, MemoryThrottle, wait_of

logger = logging.getLogger("pheromone.throttle")
TIMEOUT_SECONDS = 1.0
PAUSE_SECONDS = 5.0
# Each script is one step for everybody: the count, its limit and its end cannot come apart.
_TAKE = """
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then
    return {-1, math.max(redis.call('PTTL', KEYS[1]), 1)}
end
local count = redis.call('INCRBY', KEYS[1], ARGV[3])
if count == tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {count, redis.call('PTTL', KEYS[1])}
"""
_COUNT = "return tonumber(redis.call('GET', KEYS[1]) or 0)"
_GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 1 then return redis.call('DECR', KEYS[1]) end
return redis.call('DEL', KEYS[1])
"""


class SharedThrottle:
    """Counts for all processes that have the same Redis. Once it fails, nobody waits for it for PAUSE_SECONDS."""

    def __init__(self, url: str, secret: str, prefix: str = "pheromone:throttle") -> None:
        # No retry: whoever asked would wait once more for the same silence.
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._secret = secret.encode()
        self._prefix = prefix
        self._own = MemoryThrottle()
        self._asked_again_at = 0.0
        self._last_error: str | None = None

    async def close(self) -> None:
        await self._redis.aclose()

    async def take(self, limit: Limit, key: str, amount: int = 1) -> int:
        return wait_of(await self.count(limit, key, amount))

    async def count(self, limit: Limit, key: str, amount: int = 1) -> Count:
        said = await self._run(_TAKE, self._place(limit, key), limit.most, limit.seconds * 1000, amount)
        if said is None:
            return await self._own.count(limit, key, amount)
        count, left = said
        return Count(0 if count < 0 else max(0, limit.most - count), max(1, ceil(left / 1000)), is_full=count < 0)

    async def is_full(self, limit: Limit, key: str) -> bool:
        count = await self._run(_COUNT, self._place(limit, key))
        return await self._own.is_full(limit, key) if count is None else int(count) >= limit.most

    async def give_back(self, limit: Limit, key: str) -> None:
        if await self._run(_GIVE_BACK, self._place(limit, key)) is None:
            await self._own.give_back(limit, key)

    async def _run(self, script: str, place: str, *values: int) -> Any:
        """What Redis says; None while it does not answer. Of those who come after a pause only the first asks it."""
        now = asyncio.get_running_loop().time()
        if now < self._asked_again_at:
            return None
        if self._last_error is not None:
            self._asked_again_at = now + PAUSE_SECONDS
        try:
            said = await self._redis.eval(script, 1, place, *values)
        except (RedisError, OSError) as error:
            self._asked_again_at = asyncio.get_running_loop().time() + PAUSE_SECONDS
            self._set_error(type(error).__name__)
            return None
        self._asked_again_at = 0.0
        self._set_error(None)
        return said

    def _set_error(self, error: str | None) -> None:
        if error is not None and self._last_error is None:
            logger.warning("the shared throttle does not answer, each process counts for itself: %s", error)
        elif error is None and self._last_error is not None:
            logger.warning("the shared throttle answers again")
        self._last_error = error

    def _place(self, limit: Limit, key: str) -> str:
        """Keyed: of addresses and names there are so few that whoever reads Redis could try a plain digest of each."""
        digest = hmac.new(self._secret, b"throttle" + key.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
        return f"{self._prefix}:{limit.name}:{digest}"
