"""The throttle of several processes: its counts are in Redis. Without Redis each counts for itself meanwhile."""

import hashlib
import logging
from math import ceil

from redis.asyncio import Redis
from redis.exceptions import RedisError

from engine.throttle.throttle import Limit, MemoryThrottle

logger = logging.getLogger("pheromone.throttle")
TIMEOUT_SECONDS = 1.0
# Each script is one step for everybody: the count, its limit and its end cannot come apart.
_TAKE = """
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then
    return math.max(redis.call('PTTL', KEYS[1]), 1)
end
if redis.call('INCRBY', KEYS[1], ARGV[3]) == tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
_GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 1 then return redis.call('DECR', KEYS[1]) end
return redis.call('DEL', KEYS[1])
"""


class SharedThrottle:
    """Counts for all processes that have the same Redis."""

    def __init__(self, url: str, prefix: str = "pheromone:throttle") -> None:
        self._redis = Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
        self._prefix = prefix
        self._own = MemoryThrottle()

    async def close(self) -> None:
        await self._redis.aclose()

    async def take(self, limit: Limit, key: str, amount: int = 1) -> int:
        try:
            left = await self._run(_TAKE, self._place(limit, key), limit.most, limit.seconds * 1000, amount)
        except (RedisError, OSError) as error:
            logger.warning("the shared throttle does not answer: %s", type(error).__name__)
            return await self._own.take(limit, key, amount)
        return ceil(left / 1000)

    async def give_back(self, limit: Limit, key: str) -> None:
        try:
            await self._run(_GIVE_BACK, self._place(limit, key))
        except (RedisError, OSError):
            await self._own.give_back(limit, key)

    async def _run(self, script: str, place: str, *values: int) -> int:
        return int(await self._redis.eval(script, 1, place, *values))

    def _place(self, limit: Limit, key: str) -> str:
        """Addresses and names are not to be read off Redis."""
        return f"{self._prefix}:{limit.name}:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"
