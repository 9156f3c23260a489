"""Sessions: one a sign-in, with its chain of refresh tokens, of which only digests are kept.

Tested in tests/resolvers/account/sign_in/test_session.py.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.account.user import UserView
from models.core.database import execute, fetch
from models.core.prune import BATCH
from models.core.row import Rows, column
from models.core.transaction import write
from models.live.event import EventKind, publish

if TYPE_CHECKING:
    from models.account.user import User


class Session(Model):
    """A sign-in. Revoked by logout, by deactivation, or when one of its refresh tokens is used twice."""

    id = fields.UUIDField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="sessions", on_delete=fields.CASCADE
    )
    user_id: int
    created_at = fields.DatetimeField()
    place = fields.CharField(max_length=45, default="")
    device = fields.CharField(max_length=60, default="")
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sessions"
        indexes = (("user_id",),)


class RefreshToken(Model):
    """One refresh token of a session: good for one use. `digest` is the SHA-256 of the token, in hexadecimal."""

    digest = fields.CharField(max_length=64, primary_key=True)
    session: "fields.ForeignKeyRelation[Session]" = fields.ForeignKeyField(
        "models.Session", related_name="refresh_tokens", on_delete=fields.CASCADE
    )
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_tokens"
        indexes = (("session_id",), ("expires_at",))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from: an address, as throttles take it, and a device in words."""

    place: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A living session, and its active account as it is now."""

    session_id: UUID = field(metadata=column("id"))
    user: UserView


LONGEST_ACCESS = timedelta(days=1)
"""The longest that an access token may be set to live: it wants its session, whose refresh tokens may be over."""

OPEN_SESSIONS = Rows(
    OpenSession,
    "sessions s JOIN users u ON u.id = s.user_id",
    {"pk": "u.id"} | {name: f"u.{name}" for name in ("username", "is_active", "created_at", "role_id")},
)


async def open_session(session: OpenSession, origin: Origin, digest: str, now: datetime, expires_at: datetime) -> None:
    """Adds a session with its first refresh token. For use inside write()."""
    await Session.create(
        id=session.session_id, user_id=session.user.pk, created_at=now, place=origin.place, device=origin.device
    )
    await _insert_token(session, digest, now, expires_at)


async def refresh_session(
    digest: str, successor: str, now: datetime, expires_at: datetime, repeated_since: datetime | None = None
) -> OpenSession | None:
    """Uses up a refresh token and adds its successor; None for a token that is unknown, expired, ended or used.

    A token that was used already is in two hands, and nobody can tell which are the owner's: its session ends. That
    holds for two requests of one client at the same moment too, of which the first one wins. But what was used after
    `repeated_since`, for this very successor, which nobody has used yet, was repeated by whom it was given to.
    """

    async def work() -> OpenSession | None:
        used = await execute(
            "UPDATE refresh_tokens SET used_at = $1 WHERE digest = $2 AND used_at IS NULL AND expires_at > $1",
            now,
            digest,
        )
        if not used:
            repeated = repeated_since and await _session_before(successor, digest, repeated_since)
            if repeated:
                return repeated
            ended = await execute(
                "UPDATE sessions SET revoked_at = $1 WHERE revoked_at IS NULL AND id ="
                " (SELECT session_id FROM refresh_tokens WHERE digest = $2 AND used_at IS NOT NULL)",
                now,
                digest,
            )
            if ended:
                publish(EventKind.SESSION, 0, 0)
            return None
        session = await _session_of(digest)
        if session is not None:
            await _insert_token(session, successor, now, expires_at)
        return session

    return await write(work)


async def _insert_token(session: OpenSession, digest: str, now: datetime, expires_at: datetime) -> None:
    await RefreshToken.create(digest=digest, session_id=session.session_id, issued_at=now, expires_at=expires_at)


async def _session_of(digest: str) -> OpenSession | None:
    rows = await fetch(
        f"{OPEN_SESSIONS.select} AND u.is_active = $2"
        " JOIN refresh_tokens t ON t.session_id = s.id WHERE t.digest = $1 AND s.revoked_at IS NULL",
        digest,
        True,
    )
    return OPEN_SESSIONS.first(rows)


async def _session_before(successor: str, digest: str, since: datetime) -> OpenSession | None:
    """The living session in which a token was used since then, and followed by one that was not."""
    rows = await fetch(
        f"{OPEN_SESSIONS.select} AND u.is_active = $4"
        " JOIN refresh_tokens t ON t.session_id = s.id JOIN refresh_tokens n ON n.session_id = s.id"
        " WHERE t.digest = $1 AND t.used_at > $2 AND n.digest = $3 AND n.used_at IS NULL AND s.revoked_at IS NULL",
        digest,
        since,
        successor,
        True,
    )
    return OPEN_SESSIONS.first(rows)


async def end_session_of(digest: str, now: datetime) -> None:
    """Ends the session that a refresh token is of, used or not; where there is none nothing is written or told."""
    rows = await fetch(
        "SELECT s.id FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id"
        " WHERE t.digest = $1 AND s.revoked_at IS NULL",
        digest,
    )
    if rows:
        await logout(str(rows[0][0]), now)


async def logout(session_id: str, now: datetime) -> None:
    """Ends one session: its access token and its refresh tokens are worth nothing from now on."""

    async def work() -> None:
        await execute("UPDATE sessions SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL", now, UUID(session_id))
        publish(EventKind.SESSION, 0, 0)

    await write(work)


async def revoke_all_of(user_id: int, now: datetime) -> None:
    """Ends every session of an account. For use inside write()."""
    await execute("UPDATE sessions SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL", now, user_id)
    publish(EventKind.SESSION, 0, 0)


async def forget_expired(now: datetime) -> int:
    """Removes a batch of refresh tokens that are long over, and the sessions that have none left; tells how many rows.

    A session goes with its last token. By then the last access token, which wants its session, is over too.
    """

    async def work() -> int:
        rows = await fetch(
            "SELECT digest, session_id FROM refresh_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2",
            now - LONGEST_ACCESS,
            BATCH,
        )
        tokens = await execute("DELETE FROM refresh_tokens WHERE digest = ANY($1)", [row[0] for row in rows])
        sessions = await execute(
            "DELETE FROM sessions WHERE id = ANY($1)"
            " AND NOT EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.session_id = sessions.id)",
            list({row[1] for row in rows}),
        )
        return tokens + sessions

    return await write(work)
