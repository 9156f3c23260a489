"""Tells of what a host wrote, once that has committed: whoever listens pulls it at once. It is in the queue besides.

Tested in tests/jobs/test_puller.py.
"""

from collections.abc import Callable
from uuid import UUID

from models.core.transaction import after_commit

Listener = Callable[[int, UUID], None]
"""Called with a mirror's number and a topic of it. It must not wait: a write has just ended."""

_listeners: set[Listener] = set()


def attach(listener: Listener) -> None:
    """Has `listener` told by every write of this process that leaves something for the mother to pull."""
    _listeners.add(listener)


def detach(listener: Listener) -> None:
    _listeners.discard(listener)


def tell_after_commit(mirror_id: int, topic: UUID) -> None:
    """For use inside write()."""

    def tell() -> None:
        for listener in _listeners:
            listener(mirror_id, topic)

    after_commit(tell)
