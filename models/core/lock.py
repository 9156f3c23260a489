"""The written order of locks: every write takes what it locks from the top of this list down, and by ascending number.

Two writes that took two locks the other way round would wait for each other. Tests fail for a lock that is taken
against this order (see `check_order`); what locks which row is said in the `lock` module of each area.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from models.core.transaction import current


class Lock(IntEnum):
    """What a write may lock. A row that it has inserted itself is left out of the order: nobody else can lock it."""

    ALLIANCE = 1  # its members and orders, and the topics of those as a whole
    KEYS = 2  # of an alliance: which one seals, and everything in its vault
    SECTION_TREE = 3  # the shape of the forum; nobody who counts in a section comes in between
    TOPIC = 4
    SECTION = 5  # its counts; taken by whoever adds or removes posts and topics
    MIRROR_SECTION = 6  # the same of a section of sealed rows, and every row in it


class LockOrderError(AssertionError):
    """A lock was taken that another write may hold while it waits for one that this write has."""


_is_checked = False


def check_order(*, on: bool) -> None:
    """Has each lock compared with the order. For tests: it costs a look at all locks of the write."""
    global _is_checked  # noqa: PLW0603 - one switch a process
    _is_checked = on


def note_lock(lock: Lock, pk: int = 0) -> None:
    """Tells of a lock that is about to be taken; one that the write has already is no new one."""
    transaction = current()
    if not _is_checked or transaction.is_alone or (lock, pk) in transaction.own_rows:
        return
    last = max(transaction.locks, default=(0, 0))
    if (lock, pk) < last and (lock, pk) not in transaction.locks:
        raise LockOrderError(f"{lock.name} {pk} after {Lock(last[0]).name} {last[1]}")
    transaction.locks.add((lock, pk))


def note_own_row(lock: Lock, pk: int) -> None:
    """Tells of a row that this write inserted."""
    if _is_checked:
        current().own_rows.add((lock, pk))


@contextmanager
def alone() -> Iterator[None]:
    """Inside, locks have no order: nothing else writes, or a lock that was taken before keeps all others out."""
    transaction = current()
    before, transaction.is_alone = transaction.is_alone, True
    try:
        yield
    finally:
        transaction.is_alone = before
