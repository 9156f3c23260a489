"""Signing in and out: registration, login, refresh, logout. A login never tells who has an account."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from tortoise.exceptions import IntegrityError

from domain.account.device import device
from domain.account.password import check_password, check_typed_password, is_current
from domain.account.user import check_email, check_username, login_key
from domain.core.refusal import Code, Refusal, forbidden
from engine.operation import token
from engine.operation.context import Context, Info
from engine.operation.selection import below, selection_of
from engine.throttle.throttle import Limit, admit, place_of
from models.account import credential as credentials
from models.account import session as sessions
from models.account.credential import credential, refuse_taken
from models.account.password import matches, new_hash
from models.account.session import OpenSession, Origin, open_session
from models.account.user import UserView
from models.core.transaction import write
from observability.failed_sign_in import note_failed_sign_in
from permissions.viewer import ANONYMOUS
from resolvers.account.invitation import accept_invitation, admitted
from resolvers.account.sign_in.login_throttle import admit_login, admit_place
from resolvers.account.user import fill_users

LONGEST_PLACE = 45
REGISTERED = Limit("register-address", 100, 3600)


@dataclass(slots=True, eq=False)
class Grant:
    """What a client keeps of a sign-in: a short access token and a refresh token for one use."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    user: UserView
    invited_to: str | None = None


class _OtherwiseNowError(Exception):
    """The account is no longer what its password was checked against."""


async def register(info: Info, username: str, email: str, password: str, invitation: str | None) -> Grant:
    """A new account with the role `player`, signed in. Who may not register learns of no name and no address."""
    context = info.context
    name, address = check_username(username), check_email(email)
    check_password(password, name[0], address[0])
    await admit(context.runtime.throttle, (REGISTERED, place_of(context.address)))
    invited = await admitted(context, invitation)
    await refuse_taken(name[1], address[1])
    password_hash = await new_hash(password)

    async def account() -> OpenSession:
        user = await credentials.register(name, address, password_hash, context.now())
        if invited is not None:
            await accept_invitation(context, invited, name[0])
        own = UserView(user.id, user.username, user.is_active, user.created_at, user.role_id)
        return OpenSession(uuid4(), own)

    try:
        grant = await _sign_in(info, account)
    except IntegrityError:
        await refuse_taken(name[1], address[1])
        raise
    grant.invited_to = invited.alliance_tag if invited else None
    return grant


async def login(info: Info, typed: str, password: str) -> Grant:
    """A new session for the account with this name or address.

    An unknown account, a wrong password and a wrong password of an inactive account are one answer after one hash.
    """
    try:
        return await _login(info, typed, password)
    except Refusal as refusal:
        note_failed_sign_in(info.context.address, None, refusal, "password")
        raise


async def _login(info: Info, typed: str, password: str) -> Grant:
    context = info.context
    (key, is_email), place = login_key(typed), place_of(context.address)
    check_typed_password(password)
    await admit_place(context.runtime.throttle, place)
    found = await credential(key, is_email=is_email)
    attempt = await admit_login(context.runtime.throttle, place, key, found.user_id if found else None)
    if not await matches(password, found.password_hash if found else None) or found is None:
        await attempt.failed()
        raise Refusal(Code.UNAUTHENTICATED, "bad_login")
    await attempt.succeeded()
    if not found.is_active:
        raise forbidden("inactive_account")
    better_hash = None if is_current(found.password_hash) else await new_hash(password)

    async def account() -> OpenSession:
        if not await credentials.login(found, better_hash):
            raise _OtherwiseNowError
        return OpenSession(uuid4(), found.user)

    try:
        return await _sign_in(info, account)
    except _OtherwiseNowError:  # Deactivated, or another password: asked anew, by what is so now.
        return await _login(info, typed, password)


async def refresh_session(info: Info, refresh_token: str) -> Grant:
    """New tokens for a session that lives, against the refresh token that was given last."""
    context, successor = info.context, _new_refresh_token()
    now = context.now()
    session = await sessions.refresh_session(
        digest(refresh_token), digest(successor), now, now + _refresh_lifetime(context)
    )
    if session is None:
        raise Refusal(Code.UNAUTHENTICATED, "bad_refresh_token")
    return await _grant(info, session, successor)


async def logout(info: Info) -> bool:
    """Ends the session that the access token speaks for, for the rest of the operation too."""
    context = info.context
    await sessions.logout(context.viewer.session_id or "", context.now())
    context.viewer, context.token_refusal = ANONYMOUS, Refusal(Code.UNAUTHENTICATED, "ended_session")
    return True


async def _sign_in(info: Info, account: Callable[[], Awaitable[OpenSession]]) -> Grant:
    """Opens a session for what `account` gives, in one write with it."""
    context, refresh_token = info.context, _new_refresh_token()
    now, origin = context.now(), Origin(place_of(context.address)[:LONGEST_PLACE], device(context.user_agent))

    async def work() -> OpenSession:
        session = await account()
        await open_session(session, origin, digest(refresh_token), now, now + _refresh_lifetime(context))
        return session

    return await _grant(info, await write(work), refresh_token)


async def _grant(info: Info, session: OpenSession, refresh_token: str) -> Grant:
    context, user = info.context, session.user
    access_token, expires_at = token.issue(
        context.runtime.secret_key,
        user.pk,
        user.role_id,
        session.session_id,
        context.now(),
        context.runtime.access_token_lifetime,
    )
    await fill_users(context, [user], below(selection_of(info), "user"), own_id=user.pk)
    return Grant(access_token, refresh_token, expires_at, user)


def _new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def digest(refresh_token: str) -> str:
    """Kept instead of the token, which is random enough to need no slow hash."""
    return hashlib.sha256(refresh_token.encode("utf-8", "surrogatepass")).hexdigest()


def _refresh_lifetime(context: Context) -> timedelta:
    return timedelta(seconds=context.runtime.refresh_token_lifetime)
