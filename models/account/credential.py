"""What an account signs in with, and how an account comes to be: rows and writes. Knows no password, only hashes.

Tested in tests/resolvers/account/sign_in/test_session.py.
"""

from dataclasses import dataclass, field
from datetime import datetime

from domain.account.look_alike import look
from domain.core.refusal import Code, Refusal
from models.account.role import Role
from models.account.user import User, UserView
from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.live.notification import NotificationKind, NotificationLevel, notify
from permissions.permission import GAME_MASTER


@dataclass(frozen=True, slots=True)
class Credential:
    """An account as far as signing in needs it."""

    user_id: int = field(metadata=column("id"))
    role_id: int
    username: str
    email: str
    password_hash: str
    is_active: bool
    created_at: datetime

    @property
    def user(self) -> UserView:
        """The account as others see it."""
        return UserView(self.user_id, self.username, self.is_active, self.created_at, self.role_id)


CREDENTIALS = Rows(Credential, "users u")


async def credential(key: str, *, is_email: bool) -> Credential | None:
    """The account behind a login key."""
    login = "email_key" if is_email else "username_key"
    return CREDENTIALS.first(await fetch(f"{CREDENTIALS.select} WHERE u.{login} = $1", key))


async def credential_of(user_id: int) -> Credential | None:
    """That of an account by its number, if it is active."""
    return CREDENTIALS.first(await fetch(f"{CREDENTIALS.select} WHERE u.id = $1 AND u.is_active = $2", user_id, True))


async def login(found: Credential, new_hash: str | None) -> bool:
    """Locks an account that signs in, until its session is there, and replaces an outdated hash.

    False if it is inactive, or if its password is another one meanwhile: what was checked is worth nothing then.
    """
    return bool(
        await execute(
            "UPDATE users SET password_hash = $2 WHERE id = $3 AND is_active = $4 AND password_hash = $1",
            found.password_hash,
            new_hash or found.password_hash,
            found.user_id,
            True,
        )
    )


async def change_password(user_id: int, new_hash: str, now: datetime, *, instead_of: str | None = None) -> bool:
    """Has the account sign in by another password, and tells its owner. For use inside write().

    False, with nothing changed, if it no longer has the hash that the change was decided by.
    """
    same, values = ("", []) if instead_of is None else (" AND password_hash = $4", [instead_of])
    sql = f"UPDATE users SET password_hash = $1, updated_at = $2 WHERE id = $3{same}"
    changed = bool(await execute(sql, new_hash, now, user_id, *values))
    if changed:
        await _tell(user_id, "password_changed", now)
    return changed


async def change_email(user_id: int, email: tuple[str, str], now: datetime) -> None:
    """Gives the account another address, which comes with its key, and tells its owner. For use inside write()."""
    sql = "UPDATE users SET email = $1, email_key = $2, updated_at = $3 WHERE id = $4"
    await execute(sql, *email, now, user_id)
    await _tell(user_id, "email_changed", now)


async def _tell(user_id: int, message: str, now: datetime) -> None:
    notify([user_id], NotificationKind.ACCOUNT, NotificationLevel.WARNING, message, {}, None, now)


_STAFF = "SELECT u.username_key FROM users u JOIN roles r ON r.id = u.role_id WHERE r.level >= $1"


async def refuse_taken_email(email_key: str, own_id: int) -> None:
    """CONFLICT for an address that another account has."""
    if await fetch("SELECT 1 FROM users WHERE email_key = $1 AND id <> $2", email_key, own_id):
        raise Refusal(Code.CONFLICT, "email_taken", "email")


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
