"""A sign-in that failed, counted and told in one line whose form does not change: fail2ban reads it.

The line says where from and, where one was signed in, which account by its number; nothing that was typed.

Tested in tests/deploy/test_fail2ban.py.
"""

import logging

from domain.core.refusal import Code, Refusal
from observability.metrics import FAILED_SIGN_INS

logger = logging.getLogger("pheromone.sign_in")
GUESSES = {Code.UNAUTHENTICATED, Code.BAD_INPUT}
"""Of what is refused: others came too often already, or found the service busy."""


def note_failed_sign_in(address: str, account: int | None, refusal: Refusal, by: str) -> None:
    """`by` says what was guessed: a password, or a one-time code."""
    if refusal.code not in GUESSES:
        return
    FAILED_SIGN_INS.labels(by).inc()
    # The address comes first: the filter in deploy/ finds it there.
    logger.warning("sign-in failed", extra={"fields": {"address": address, "by": by, "account": account}})
