"""How often an account is signed in to: failures and logins counted by account and by place. Checks no password."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.core.refusal import Refusal
from engine.throttle.throttle import Limit, Throttle, admit, give_back

# Guessing one account's password from one place is stopped soonest. The count of one account from everywhere is much
# higher, or anybody could keep anybody else out by failing in their name; and it does not hold where its owner has
# signed in before, or a hundred failures from ten places still could.
FAILED_HERE = Limit("login-here", 10, 900)
FAILED_ACCOUNT = Limit("login-account", 100, 900)
FAILED_ADDRESS = Limit("login-address", 100, 900)
# Right passwords cost a hash and a session too.
LOGGED_IN = Limit("login-right", 30, 900)
KNOWN_PLACE = Limit("login-known", 1, 30 * 86400)
"""Not a limit but a mark: full where the account was signed in to within a month."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One login under way. Counted as a failure and as a login; what it was not is given back."""

    throttle: Throttle
    here: str
    failures: Sequence[tuple[Limit, str]]

    async def failed(self) -> None:
        await give_back(self.throttle, (LOGGED_IN, self.here))

    async def succeeded(self) -> None:
        await give_back(self.throttle, *self.failures)
        await self.throttle.take(KNOWN_PLACE, self.here)


async def admit_place(throttle: Throttle, place: str) -> None:
    """Comes first: once a place is full, names made up there take no room from the counts of others."""
    await admit(throttle, (FAILED_ADDRESS, place))


async def admit_login(throttle: Throttle, place: str, key: str, user_id: int | None) -> Attempt:
    """RATE_LIMITED, or the attempt. An account is one, by its name or its address; without one the typed key counts."""
    account = key if user_id is None else f"\0{user_id}"  # No key has a NUL: nobody can type another account's.
    here = f"{place} {account}"
    limits = [(FAILED_HERE, here)]
    if not await throttle.is_full(KNOWN_PLACE, here):
        limits.append((FAILED_ACCOUNT, account))
    await admit(throttle, *limits)
    try:
        await admit(throttle, (LOGGED_IN, here))
    except Refusal:
        await give_back(throttle, *limits)
        raise
    return Attempt(throttle, here, ((FAILED_ADDRESS, place), *limits))
