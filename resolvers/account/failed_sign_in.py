"""A sign-in that failed, counted and told in one line whose form does not change: fail2ban reads it.

The line says where from and, where one was meant, which account by its number; nothing that was typed.
"""

import logging

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context
from observability.metrics import FAILED_SIGN_INS

logger = logging.getLogger("pheromone.sign_in")
GUESSES = {Code.UNAUTHENTICATED, Code.BAD_INPUT}
"""Of what is refused: others came too often already, or found the service busy."""


def note_failed_sign_in(context: Context, refusal: Refusal, by: str) -> None:
    """`by` says what was guessed: a password, or a one-time code."""
    if refusal.code not in GUESSES:
        return
    FAILED_SIGN_INS.labels(by).inc()
    # The address comes first: the filter in deploy/ finds it there.
    fields: dict[str, object] = {"address": context.address, "by": by, "account": context.viewer.user_id}
    logger.warning("sign-in failed", extra={"fields": fields})
