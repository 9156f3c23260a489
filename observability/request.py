"""What is noted of each request over HTTP: counts, and a line of the log. Nothing of what it asked or was answered.

Tested in tests/observability/test_log.py.
"""

import logging
from functools import cache
from typing import Any

from observability.metrics import REQUESTS, SECONDS

logger = logging.getLogger("pheromone.endpoint")


@cache
def _count(status: int) -> Any:
    """The count of one status: to look it up by its labels takes a lock."""
    return REQUESTS.labels(status)


def note(status: int, seconds: float, address: str, **operation: object) -> None:
    """Its status, how long it took, where it came from; which operation it was, and whose, where there was one."""
    _count(status).inc()
    SECONDS.observe(seconds)
    if not logger.isEnabledFor(logging.INFO):
        return
    # As `logger.info` makes it, which would walk the stack to find who calls.
    record = logging.LogRecord(logger.name, logging.INFO, __file__, 0, "request", None, None)
    record.fields = {"status": status, "milliseconds": round(seconds * 1000, 1), "address": address, **operation}
    logger.handle(record)
