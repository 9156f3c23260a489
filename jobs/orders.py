"""The job of orders: where none is in progress and one waits that may go, it goes. Models say which."""

import logging
from collections.abc import Callable
from datetime import datetime

from domain.core.refusal import Refusal
from models.orders.order_queue import alliances_to_promote, promote
from observability.failure import log_failure

logger = logging.getLogger("pheromone.orders")


async def promote_orders(clock: Callable[[], datetime]) -> None:
    """One statement where there is nothing to do. An alliance that fails stops no other, and is tried again."""
    for alliance_id, tag in (await alliances_to_promote(clock())).items():
        try:
            await promote(alliance_id, clock())
        except Refusal as refusal:
            # Without its key an alliance cannot tell its hosts.
            logger.warning("the orders of %s wait: %s", tag, refusal.code)
        except Exception as error:  # noqa: BLE001 - the others are worked on
            log_failure(logger, error, "the orders of %s failed", tag)
