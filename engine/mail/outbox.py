"""What is to be mailed, in the order in which it was asked for. A task writes and sends it, beside every request.

In memory alone: a code that is mailed is kept nowhere else, and whoever gets none asks again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MOST_WAITING = 200
TRIES, PAUSE_SECONDS = 2, 3.0
CLOSING_SECONDS = 5.0
logger = logging.getLogger("pheromone.mail")


@dataclass(frozen=True, slots=True)
class Mail:
    """A text for one address."""

    to: str
    subject: str
    text: str


Write = Callable[[], Awaitable[Mail | None]]
"""Writes a mail once its turn has come; None where there is nobody to write to."""


class Outbox:
    """Mails that wait. `send` hands one in, and raises what keeps it from doing so."""

    def __init__(self, send: Callable[[Mail], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: asyncio.Queue[Write] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def post(self, write: Write) -> bool:
        """Has a mail written and sent; False where too many wait. What it takes is not seen by who asks."""
        try:
            self._waiting.put_nowait(write)
        except asyncio.QueueFull:
            return False
        return True

    def open(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Sends what waits, as far as it goes in a few seconds."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._waiting.join()
        except TimeoutError:
            logger.warning("mails that were not sent: %s", self._waiting.qsize())
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _work(self) -> None:
        while True:
            write = await self._waiting.get()
            try:
                mail = await write()
                if mail is not None:
                    await self._try(mail)
            except Exception as error:  # noqa: BLE001 - the next mail is sent all the same
                # What it says may hold the address, and no log does.
                logger.error("a mail could not be sent: %s", type(error).__name__)  # noqa: TRY400
            finally:
                self._waiting.task_done()

    async def _try(self, mail: Mail) -> None:
        for _ in range(TRIES - 1):
            try:
                await self._send(mail)
            except OSError:
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return
        await self._send(mail)
