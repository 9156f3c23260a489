"""How a process hears that the log of events grew: from itself, and through Redis from the others. Carries no event.

Whoever is not told in time reads the log by itself every now and then, so a lost signal costs time and nothing else.
"""

import asyncio
import contextlib
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger("pheromone.wake_signal")
CHANNEL = "pheromone:events"
POLL_SECONDS = 1.0  # How long an event of another process may stay unheard where nobody tells of it.
RARE_POLL_SECONDS = 15.0  # The same where Redis tells of each: none is lost but by a fault.
RETRY_SECONDS = 0.5
TIMEOUT_SECONDS = 5.0


class LocalSignal:
    """Heard in this process alone: all that one process on SQLite needs."""

    is_shared = False
    last_error: str | None = None

    def __init__(self) -> None:
        self._notified = asyncio.Event()

    async def open(self) -> None:
        """Starts to listen."""

    async def close(self) -> None:
        """Stops listening, once all that was notified is told."""

    def notify(self) -> None:
        self._notified.set()

    @property
    def poll_interval(self) -> float:
        """Seconds after which the log is looked at unasked."""
        return POLL_SECONDS

    async def wait(self) -> None:
        """Returns when it was notified since the last time, or when the poll interval ends."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._notified.wait(), self.poll_interval)
        self._notified.clear()


class RedisSignal(LocalSignal):
    """Heard in every process that has the same Redis. `last_error` names what keeps it from being heard there."""

    is_shared = True

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        super().__init__()
        self._url = url
        self._channel = channel
        self._untold, self._told = asyncio.Event(), asyncio.Event()
        self._told.set()
        self._tasks: list[asyncio.Task[None]] = []
        self.last_error = "not connected yet"

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

    def notify(self) -> None:
        super().notify()
        self._told.clear()
        self._untold.set()

    @property
    def poll_interval(self) -> float:
        return POLL_SECONDS if self.last_error else RARE_POLL_SECONDS

    def _client(self) -> Redis:
        return Redis.from_url(
            self._url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry_on_timeout=False
        )

    async def _listen(self) -> None:
        while True:
            try:
                async with self._client() as client, client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(self._channel)
                    self._set_error(None)
                    self._notified.set()  # What was notified while nobody listened.
                    while True:
                        if await pubsub.get_message(timeout=1.0) is not None:
                            self._notified.set()
                        elif not await self._answers(client):
                            break
            except (RedisError, OSError) as error:
                self._set_error(type(error).__name__)
            self._notified.set()  # The interval is short from now on.
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

    def _set_error(self, error: str | None) -> None:
        if error != self.last_error:
            logger.warning("Redis: %s", error or "connected")
        self.last_error = error
