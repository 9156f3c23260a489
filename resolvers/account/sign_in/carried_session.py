"""A sign-in carried on by a browser's cookie: a refresh token for new tokens, and its end. Sets no cookie itself."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from engine.operation import token
from engine.operation.context import Context
from models.account import session as sessions
from resolvers.account.sign_in.session import digest

REPEATED_WITHIN = timedelta(seconds=30)
"""After a refresh token was used, how long a browser that repeats itself gets the same answer again."""


@dataclass(frozen=True, slots=True)
class Carried:
    """New tokens of a session that lives, and whose it is."""

    access_token: str
    expires_at: datetime
    refresh_token: str
    user_id: int
    username: str


async def carry_on(context: Context, refresh_token: str) -> Carried | None:
    """New tokens for old; None where the session is over, or is ended since its token came a second time.

    A browser may lose an answer: its page is left, or two of its pages ask at once. What follows a token is made of it
    and the service's key, so that who repeats it at once is given the same again, and no second chain begins.
    """
    now, runtime = context.now(), context.runtime
    successor = _successor(runtime.secret_key, refresh_token)
    session = await sessions.refresh_session(
        digest(refresh_token),
        digest(successor),
        now,
        now + timedelta(seconds=runtime.refresh_token_lifetime),
        repeated_since=now - REPEATED_WITHIN,
    )
    if session is None:
        return None
    user = session.user
    ids = user.pk, user.role_id, session.session_id
    access_token, expires_at = token.issue(runtime.secret_key, *ids, now, runtime.access_token_lifetime)
    return Carried(access_token, expires_at, successor, user.pk, user.username)


async def end_carried(context: Context, refresh_token: str) -> None:
    """Ends the session of a refresh token, be it the newest or an older one."""
    await sessions.end_session_of(digest(refresh_token), context.now())


def _successor(secret: str, refresh_token: str) -> str:
    made = hmac.digest(secret.encode(), b"successor " + refresh_token.encode(errors="surrogatepass"), sha256)
    return urlsafe_b64encode(made).decode().rstrip("=")
