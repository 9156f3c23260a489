"""How a process hears that the log of events grew: from itself, and through Redis from the others. Carries no event.

Whoever is not told in time reads the log by itself every now and then, so a lost ring costs time and nothing else.
"""

import asyncio
import contextlib
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger("pheromone.bell")
CHANNEL = "pheromone:events"
UNTOLD_SECONDS = 1.0  # How long an event of another process may stay unheard where nobody tells of it.
TOLD_SECONDS = 15.0  # The same where Redis tells of each: no ring is lost but by a fault.
RETRY_SECONDS = 0.5
TIMEOUT_SECONDS = 5.0


class LocalBell:
    """Heard in this process alone: all that one process on SQLite needs."""

    is_shared = False
    trouble: str | None = None

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def open(self) -> None:
        """Starts to listen."""

    async def close(self) -> None:
        """Stops listening, once all that was rung is told."""

    def ring(self) -> None:
        self._rung.set()

    @property
    def patience(self) -> float:
        """Seconds after which the log is looked at unasked."""
        return UNTOLD_SECONDS

    async def heard(self) -> None:
        """Returns when it was rung since the last time, or when patience ends."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), self.patience)
        self._rung.clear()


class RedisBell(LocalBell):
    """Heard in every process that has the same Redis. `trouble` names what keeps it from being heard there."""

    is_shared = True

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        super().__init__()
        self._url = url
        self._channel = channel
        self._untold, self._told = asyncio.Event(), asyncio.Event()
        self._told.set()
        self._tasks: list[asyncio.Task[None]] = []
        self.trouble = "not connected yet"

    async def open(self) -> None:
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]

    async def close(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), 1)
        pending = set(self._tasks)
        while pending:
            for task in pending:
                task.cancel()
            # Again and again: a cancellation that meets the driver while it connects can be lost in it.
            _, pending = await asyncio.wait(pending, timeout=0.1)

    def ring(self) -> None:
        super().ring()
        self._told.clear()
        self._untold.set()

    @property
    def patience(self) -> float:
        return UNTOLD_SECONDS if self.trouble else TOLD_SECONDS

    def _client(self) -> Redis:
        return Redis.from_url(
            self._url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry_on_timeout=False
        )

    async def _listen(self) -> None:
        while True:
            try:
                async with self._client() as client, client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(self._channel)
                    self._set_trouble(None)
                    self._rung.set()  # What was rung while nobody listened.
                    while True:
                        if await pubsub.get_message(timeout=1.0) is not None:
                            self._rung.set()
                        elif not await self._answers(client):
                            break
            except (RedisError, OSError) as error:
                self._set_trouble(type(error).__name__)
            self._rung.set()  # Patience is short from now on.
            await asyncio.sleep(RETRY_SECONDS)

    async def _answers(self, client: Redis) -> bool:
        """A subscription on a dead connection is merely silent, so Redis is asked too."""
        await client.ping()
        return True

    async def _tell(self) -> None:
        while True:
            await self._untold.wait()
            try:
                async with self._client() as client:
                    while True:
                        await self._untold.wait()
                        self._untold.clear()
                        await client.publish(self._channel, b"")
                        if not self._untold.is_set():
                            self._told.set()
            except (RedisError, OSError):
                self._untold.set()
                await asyncio.sleep(RETRY_SECONDS)

    def _set_trouble(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            logger.warning("Redis: %s", trouble or "connected")
        self.trouble = trouble
