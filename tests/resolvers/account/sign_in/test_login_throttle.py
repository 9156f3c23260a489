"""Counts of logins: failures and right ones, one account by name and address, and places where it signed in before."""

import pytest

from domain.core.refusal import Refusal
from engine.throttle.throttle import MemoryThrottle, Throttle
from resolvers.account.sign_in.login_throttle import FAILED_HERE, LOGGED_IN, admit_login, admit_place

OWNER = 7


async def try_in(throttle: Throttle, place: str, *, right: bool, key: str = "zoé", user_id: int | None = OWNER) -> bool:
    """Whether a login is let as far as its password."""
    try:
        await admit_place(throttle, place)
        attempt = await admit_login(throttle, place, key, user_id)
    except Refusal:
        return False
    await (attempt.succeeded() if right else attempt.failed())
    return True


async def fail_everywhere(throttle: Throttle) -> None:
    for number in range(100):
        assert await try_in(throttle, f"192.0.2.{number % 10}", right=False)


async def test_failures_from_everywhere_keep_strangers_out() -> None:
    throttle = MemoryThrottle()
    await fail_everywhere(throttle)
    assert not await try_in(throttle, "198.51.100.1", right=True)


async def test_failures_from_everywhere_do_not_keep_an_owner_out_where_they_signed_in_before() -> None:
    throttle = MemoryThrottle()
    assert await try_in(throttle, "198.51.100.1", right=True)
    await fail_everywhere(throttle)
    assert await try_in(throttle, "198.51.100.1", right=True)


async def test_guesses_are_few_at_a_place_where_the_account_signed_in_too() -> None:
    throttle = MemoryThrottle()
    assert await try_in(throttle, "here", right=True)
    assert [await try_in(throttle, "here", right=False) for _ in range(FAILED_HERE.most + 2)].count(True) == 10


async def test_a_place_where_another_account_signed_in_is_not_known() -> None:
    throttle = MemoryThrottle()
    assert await try_in(throttle, "198.51.100.1", right=True, user_id=8)
    await fail_everywhere(throttle)
    assert not await try_in(throttle, "198.51.100.1", right=True)


async def test_right_logins_are_counted_by_account_and_place() -> None:
    throttle = MemoryThrottle()
    allowed = [await try_in(throttle, "here", right=True) for _ in range(LOGGED_IN.most + 5)]
    assert allowed == [True] * LOGGED_IN.most + [False] * 5
    assert ("login-here", f"here \0{OWNER}") not in throttle._windows, "a login too many is no failure"
    assert await try_in(throttle, "there", right=True)
    assert await try_in(throttle, "here", right=True, user_id=8)


@pytest.mark.parametrize("right", [True, False])
async def test_what_a_try_was_not_is_given_back(right: bool) -> None:
    throttle = MemoryThrottle()
    for _ in range(FAILED_HERE.most - 1):
        assert await try_in(throttle, "here", right=right)
    assert await try_in(throttle, "here", right=not right)
    counts = {limit: count for (limit, _), (count, _) in throttle._windows.items() if limit != "login-known"}
    assert counts["login-right"] == (9 if right else 1)
    assert counts["login-here"] == counts["login-address"] == (1 if right else 9)


async def test_the_key_of_an_account_cannot_be_typed() -> None:
    throttle = MemoryThrottle()
    for _ in range(FAILED_HERE.most):
        await try_in(throttle, "here", right=False, key=str(OWNER), user_id=None)
    assert await try_in(throttle, "here", right=True)
