"""Hashing and checking passwords without stopping the event loop, a few at a time. Keeps nothing, decides nothing."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

import bcrypt

from domain.account.password import HASH_BYTES, LANES, MEMORY_KIB, PASSES, SALT_BYTES, hash_password, verify_argon2
from domain.core.refusal import Code, Refusal

AT_ONCE = 2
"""Hashes worked on at the same time in one process: 2 × 19 MiB, and the cores stay free for everybody else."""

MOST_WAITING = 64
"""Hashes under way or waiting; more are refused, since each waits some 25 ms for every one before it."""

BCRYPT_BYTES = 72
"""All that bcrypt ever looked at; the library refuses more."""

# Nobody's hash, at today's cost: an unknown account is answered after the same work as a wrong password.
NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * -(-HASH_BYTES * 4 // 3)}"

T = TypeVar("T")
_workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
_places = BoundedSemaphore(MOST_WAITING)


async def new_hash(password: str) -> str:
    """The Argon2id hash to keep. RATE_LIMITED when too many wait already."""
    salt = secrets.token_bytes(SALT_BYTES)
    return await _in_thread(lambda: hash_password(password, salt))


async def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one behind a kept hash; None, for an account that is not there, is as much work."""
    return await _in_thread(lambda: _verify(password, kept or NOBODYS))


def _verify(password: str, kept: str) -> bool:
    if kept.startswith("$2"):
        try:
            return bcrypt.checkpw(password.encode()[:BCRYPT_BYTES], kept.encode())
        except ValueError:
            return False
    if not kept.startswith("$argon2id$"):
        kept = NOBODYS
    return verify_argon2(password, kept) and kept != NOBODYS


async def _in_thread(work: Callable[[], T]) -> T:
    """Runs in one of the few threads. Their number, unlike that of waiting tasks, bounds work whose caller has gone."""
    if not _places.acquire(blocking=False):
        raise Refusal(Code.RATE_LIMITED, "rate_limited", retry_after=1)
    future = _workers.submit(work)
    future.add_done_callback(lambda _: _places.release())
    return await asyncio.wrap_future(future)
