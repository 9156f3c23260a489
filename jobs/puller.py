"""Pulls what this process wrote at hosts as soon as it has committed, so that the mother's subscribers hear of it.

The hosting job does the same each minute for what is left: after a crash, a refusal, or a key that was away.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from domain.core.refusal import Refusal
from models.hosting.mirror.waiting import attach, detach
from models.hosting.sync.topic import sync_topic

logger = logging.getLogger("pheromone.hosting")
STOP_SECONDS = 5.0
"""How long closing waits for the topic under way; what is left then waits for the job."""


class Puller:
    """One topic after the other, each once however often it was written to meanwhile. Nobody waits for it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._waiting: dict[tuple[int, UUID], None] = {}
        self._work: asyncio.Task[None] | None = None

    def open(self) -> None:
        attach(self.wake)

    async def close(self) -> None:
        detach(self.wake)
        self._waiting.clear()
        if self._work is not None:
            await asyncio.wait([self._work], timeout=STOP_SECONDS)

    def wake(self, mirror_id: int, topic: UUID) -> None:
        self._waiting[mirror_id, topic] = None
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            mirror_id, topic = next(iter(self._waiting))
            del self._waiting[mirror_id, topic]
            try:
                # Other processes that pull the same topic wait for its locks, and find nothing then.
                while not await sync_topic(mirror_id, topic, self._clock()):
                    pass
            except Refusal as refusal:
                logger.warning("what a host wrote waits: %s", refusal.code)
            except Exception:
                logger.exception("what a host wrote was not pulled")
