"""Access tokens: short signed statements of which session speaks. Whether that session still lives is for models."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import jwt

from domain.core.refusal import Code, Refusal

ALGORITHM = "HS256"
ISSUER = "pheromone"
KIND = "access"
_REQUIRED = ["exp", "iat", "iss", "sub", "sid", "rid", "typ"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token states. `role_id` is a hint for clients: rights are read from the database each time."""

    user_id: int
    role_id: int
    session_id: UUID
    expires_at: datetime


def issue(
    secret: str, user_id: int, role_id: int, session_id: UUID, now: datetime, lifetime: int
) -> tuple[str, datetime]:
    """A signed token and the moment it expires; `lifetime` in seconds."""
    expires_at = (now + timedelta(seconds=lifetime)).replace(microsecond=0)
    claims = {
        "iss": ISSUER,
        "typ": KIND,
        "sub": str(user_id),
        "rid": role_id,
        "sid": str(session_id),
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    return jwt.encode(claims, secret, algorithm=ALGORITHM), expires_at


MOST_KNOWN = 4096
_KNOWN: dict[bytes, Claims] = {}
"""What the tokens stated that were found to be this service's, by a digest: no token is kept."""


def read(secret: str, token: str, now: datetime) -> Claims:
    """The claims of a token that this service signed and that has not expired; otherwise UNAUTHENTICATED."""
    digest = sha256(f"{len(secret)} {secret}{token}".encode(errors="surrogatepass")).digest()
    found = _KNOWN.get(digest)
    if found is None:
        found = _verified(secret, token, now)
        if len(_KNOWN) >= MOST_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]
        _KNOWN[digest] = found
    if found.expires_at <= now:
        _KNOWN.pop(digest, None)
        raise Refusal(Code.UNAUTHENTICATED, "expired_token")
    return found


def _verified(secret: str, token: str, now: datetime) -> Claims:
    try:
        # The times are compared below against the passed-in now; PyJWT would use a clock of its own.
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        if claims["typ"] != KIND:
            raise ValueError("not an access token")
        expires_at = datetime.fromtimestamp(int(claims["exp"]), now.tzinfo)
        return Claims(int(claims["sub"]), int(claims["rid"]), UUID(claims["sid"]), expires_at)
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError, AttributeError):
        raise Refusal(Code.UNAUTHENTICATED, "bad_token") from None
