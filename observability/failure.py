"""How failures are logged: a fault with where it came from, an outage of the database once a second.

Tested in tests/engine/transport/test_unavailable.py.
"""

import logging
import time

from models.core.driver.outage import outage

logger = logging.getLogger("pheromone.database")
TOLD_SECONDS = 1.0


class _Told:
    """When an outage was told last, and how much has failed by it since."""

    at = float("-inf")
    untold = 0


def log_failure(own: logging.Logger, error: BaseException, words: str, *arguments: object) -> None:
    """By the logger of whoever failed, unless it was the database: thousands fail by the same outage."""
    reason = outage(error)
    if reason is None:
        own.error(words, *arguments, exc_info=error)
        return
    _Told.untold += 1
    now = time.monotonic()
    if now - _Told.at >= TOLD_SECONDS:
        logger.warning("the database could not answer: %s", reason, extra={"fields": {"failures": _Told.untold}})
        _Told.at, _Told.untold = now, 0
