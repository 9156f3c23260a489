"""What tables that only grow are kept to: prunes in batches, each a write of its own, and so many a run.

What a batch takes is said by the models.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from models.account.session import forget_expired
from models.core.idempotency import forget_answers
from models.live.event import forget_old_events, forget_old_posts
from models.live.notification import forget_read_notifications
from models.rights.history_fold import HistoryFold
from observability.metrics import PRUNED

logger = logging.getLogger("pheromone.retention")
MOST_BATCHES = 500
"""Batches of one run of a prune. What is left over waits for the next run, an hour later."""

Batch = Callable[[], Awaitable[int]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days, or how many events, things are kept; 0 is for ever."""

    history_days: int = 90
    notification_days: int = 90
    post_events: int = 1_000_000


async def prune(name: str, batch: Batch) -> int:
    """Takes batches until one finds nothing; tells in a line, and in the metrics, how many rows they were.

    Between two batches others have as long as the last one took. Whoever is stopped leaves off after a batch.
    """
    rows = batches = 0
    while batches < MOST_BATCHES:
        started = time.monotonic()
        taken = await batch()
        if not taken:
            break
        rows, batches = rows + taken, batches + 1
        PRUNED.labels(name).inc(taken)
        await asyncio.sleep(time.monotonic() - started)
    logger.info("%s: %d rows in %d batches%s", name, rows, batches, ", and more" if batches == MOST_BATCHES else "")
    return rows


def prunes(clock: Clock, retention: Retention) -> dict[str, Callable[[], Awaitable[int]]]:
    """Every prune that is not switched off, by its name."""
    batches: dict[str, Batch] = {
        "sessions": lambda: forget_expired(clock()),
        "idempotency": lambda: forget_answers(clock()),
        "events": forget_old_events,
    }
    if retention.history_days:
        past, fold = timedelta(days=retention.history_days), HistoryFold()
        batches["rights_history"] = lambda: fold.batch(clock() - past)
    if retention.post_events:
        batches["post_events"] = lambda: forget_old_posts(retention.post_events)
    if retention.notification_days:
        days = timedelta(days=retention.notification_days)
        batches["notifications"] = lambda: forget_read_notifications(clock() - days)
    return {name: partial(prune, name, batch) for name, batch in batches.items()}
