"""What an account signs in with, and how an account comes to be: rows and writes. Knows no password, only hashes.

Tested in tests/resolvers/account/test_session.py.
"""

from dataclasses import dataclass, field
from datetime import datetime

from domain.account.look_alike import look
from domain.core.refusal import Code, Refusal
from models.account.role import Role
from models.account.user import User
from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.live.notification import NotificationKind, NotificationLevel, notify
from permissions.permission import GAME_MASTER


@dataclass(frozen=True, slots=True)
class Credential:
    """An account as far as signing in needs it."""

    user_id: int = field(metadata=column("id"))
    role_id: int
    password_hash: str
    is_active: bool


CREDENTIALS = Rows(Credential, "users u")


async def credential(key: str, *, is_email: bool) -> Credential | None:
    """The account behind a login key."""
    login = "email_key" if is_email else "username_key"
    return CREDENTIALS.first(await fetch(f"{CREDENTIALS.select} WHERE u.{login} = $1", key))


async def login(found: Credential, new_hash: str | None) -> bool:
    """Locks an account that signs in, until its session is there, and replaces an outdated hash; False if inactive."""
    return bool(
        await execute(
            "UPDATE users SET password_hash = CASE WHEN password_hash = $1 THEN $2 ELSE password_hash END"
            " WHERE id = $3 AND is_active = $4",
            found.password_hash,
            new_hash or found.password_hash,
            found.user_id,
            True,
        )
    )


async def change_password(user_id: int, new_hash: str, now: datetime) -> None:
    """Has the account sign in by another password, and tells its owner. For use inside write()."""
    await execute("UPDATE users SET password_hash = $1, updated_at = $2 WHERE id = $3", new_hash, now, user_id)
    words = NotificationKind.ACCOUNT, NotificationLevel.WARNING, "password_changed"
    await notify([user_id], *words, {}, None, now)


_STAFF = "SELECT u.username_key FROM users u JOIN roles r ON r.id = u.role_id WHERE r.level >= $1"


async def refuse_taken(username_key: str, email_key: str) -> None:
    """CONFLICT, with the field, for a name or an address that an account has, and a name that reads like staff's."""
    rows = await fetch(
        "SELECT username_key FROM users WHERE username_key = $1 OR email_key = $2", username_key, email_key
    )
    if any(row[0] == username_key for row in rows):
        raise Refusal(Code.CONFLICT, "username_taken", "username")
    if rows:
        raise Refusal(Code.CONFLICT, "email_taken", "email")
    if look(username_key) in {look(row[0]) for row in await fetch(_STAFF, GAME_MASTER)}:
        raise Refusal(Code.CONFLICT, "username_like_staff", "username")


async def register(username: tuple[str, str], email: tuple[str, str], password_hash: str, now: datetime) -> User:
    """Adds an account with the role `player`; name and address each come with their key. For use inside write()."""
    return await insert_user(username, email, password_hash, (await Role.get(name="player")).id, now)


async def insert_user(
    username: tuple[str, str], email: tuple[str, str], password_hash: str, role_id: int, now: datetime
) -> User:
    """Adds an account with any role. For use inside write()."""
    return await User.create(
        username=username[0],
        username_key=username[1],
        email=email[0],
        email_key=email[1],
        password_hash=password_hash,
        role_id=role_id,
        created_at=now,
        updated_at=now,
    )
