"""Hashing beside the event loop: few at once, few waiting, hashes of imported accounts too."""

import asyncio
import threading

import bcrypt
import pytest

from domain.core.refusal import Code, Refusal
from models.account import password
from models.account.password import AT_ONCE, MOST_WAITING, NOBODYS, matches, new_hash


async def test_a_new_hash_is_salted_and_matches_its_password_alone() -> None:
    kept, other = await asyncio.gather(new_hash("password123"), new_hash("password123"))
    assert kept != other
    assert await matches("password123", kept)
    assert not await matches("password124", kept)


@pytest.mark.parametrize("prefix", ["2a", "2b", "2y"])
async def test_bcrypt_hashes_of_imported_accounts_match(prefix: str) -> None:
    kept = bcrypt.hashpw(b"password123", bcrypt.gensalt(4)).decode().replace("$2b$", f"${prefix}$")
    assert await matches("password123", kept)
    assert not await matches("password124", kept)


async def test_bcrypt_looked_at_72_bytes_only() -> None:
    kept = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert await matches("x" * 100, kept)


@pytest.mark.parametrize("kept", [None, "", "!", "$2b$10$broken", "$argon2id$broken", NOBODYS])
async def test_what_is_no_hash_matches_nothing(kept: str | None) -> None:
    assert not await matches("", kept)
    assert not await matches("password123", kept)


async def test_few_hashes_run_at_once_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate, lock = 0, threading.Event(), threading.Lock()

    def slow(_password: str, _kept: str) -> bool:
        nonlocal entered
        with lock:
            entered += 1
        return gate.wait(10)

    monkeypatch.setattr(password, "verify_argon2", slow)
    tasks = [asyncio.create_task(matches("x", "$argon2id$")) for _ in range(6)]
    await asyncio.sleep(0.05)
    assert entered == AT_ONCE
    gate.set()
    assert await asyncio.gather(*tasks) == [True] * 6
    assert entered == 6


async def test_a_flood_is_refused_instead_of_queued_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(password, "verify_argon2", lambda _password, _kept: gate.wait(10))
    tasks = [asyncio.create_task(matches("x", "$argon2id$")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal) as refused:
        await matches("x", "$argon2id$")
    assert refused.value.code is Code.RATE_LIMITED
    for task in tasks[AT_ONCE:]:
        task.cancel()  # Callers that go away give their places back.
    await asyncio.gather(*tasks[AT_ONCE:], return_exceptions=True)
    gate.set()
    assert await asyncio.gather(*tasks[:AT_ONCE]) == [True] * AT_ONCE
    assert await asyncio.gather(*(matches("x", "$argon2id$") for _ in range(MOST_WAITING))) == [True] * MOST_WAITING
