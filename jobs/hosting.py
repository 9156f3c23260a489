"""The hosting job: what is left to push, to pull, or to seal under a new key. Models say what that is."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from domain.core.refusal import Refusal
from models.hosting.key.alliance_key import KeyState
from models.hosting.key.key_notification import notify_key_state
from models.hosting.pending_work import pending_work, run_step
from observability.failure import log_failure

logger = logging.getLogger("pheromone.hosting")
Clock = Callable[[], datetime]
Told = Callable[[str, int], None]


async def work_on_hostings(clock: Clock, alliance_id: int | None = None, told: Told | None = None) -> None:
    """Does all that is left, alliance by alliance, in small transactions: whatever stops it, the next run goes on.

    `told` hears the tag and what is still pending after each part. An alliance without its key waits.
    """
    for left in await pending_work(alliance_id):
        if left.state is not KeyState.PRESENT:
            await notify_key_state(left.alliance_id, clock())
            continue
        try:
            while await run_step(left.alliance_id, clock()):
                if told is not None:
                    now_left = await pending_work(left.alliance_id)
                    told(left.tag, sum(one.pending for one in now_left))
                await asyncio.sleep(0)  # Requests of the same process come in between.
        except Refusal as refusal:
            logger.warning("the hosting of %s waits: %s", left.tag, refusal.code)
        except Exception as error:  # noqa: BLE001 - the others are worked on
            log_failure(logger, error, "the hosting of %s failed", left.tag)
