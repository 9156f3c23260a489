"""How a process is told to stop, and that it then ends. Knows nothing of what is to be stopped."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

logger = logging.getLogger("pheromone.stop")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
END_SECONDS = 24.0
"""After so long a process is ended as it is: less than systemd's TimeoutStopSec, more than the sum of what is awaited.

What is not committed by then is undone by the database; nobody was told that it was done.
"""


@contextmanager
def told_to_stop(callback: Callable[[], None], *, pass_on: bool = True) -> Iterator[None]:
    """Has `callback` called as soon as the process is told to stop, by SIGTERM, SIGINT or a terminal that is closed.

    `pass_on`: whoever handled the signals before is told as well; SIGHUP is a SIGTERM to them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGHUP)}
    if before[signal.SIGHUP] is not signal.SIG_DFL:  # Such as under nohup.
        del before[signal.SIGHUP]

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(callback)
        _end_at_last()
        told = signal.SIGTERM if number == signal.SIGHUP else signal.Signals(number)
        handler = before[told]
        if pass_on and callable(handler):
            handler(told, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_at_last() -> None:
    """Ends the process in END_SECONDS, whatever it waits for then: a thread of SQLite's, a server that hangs."""
    timer = threading.Timer(END_SECONDS, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    logger.error("not ended %s s after it was told to: it ends as it is", END_SECONDS)
    os._exit(1)
