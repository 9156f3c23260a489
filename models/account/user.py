"""Accounts. Their passwords are kept as hashes only; names and addresses are unique whatever their case.

Tested in tests/resolvers/account/test_user.py.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.live.notification import NotificationKind, NotificationLevel, notify

if TYPE_CHECKING:
    from models.account.character import CharacterView
    from models.account.role import Role, RoleView
    from models.account.session_list import SessionView


class User(Model):
    """An account. `username_key` and `email_key` are the case-folded forms that uniqueness and login go by."""

    id = fields.IntField(primary_key=True)
    username = fields.CharField(max_length=32)
    username_key = fields.CharField(max_length=96, unique=True)
    email = fields.CharField(max_length=254)
    email_key = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=255)
    role: "fields.ForeignKeyRelation[Role]" = fields.ForeignKeyField(
        "models.Role", related_name="users", on_delete=fields.RESTRICT
    )
    role_id: int
    is_active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "users"


@dataclass(slots=True, eq=False)
class UserView:
    """An account as it is read. The last fields are set where selected, the address only for those who may see it."""

    typename: ClassVar[str] = "User"
    pk: int = field(metadata=column("id"))
    username: str
    is_active: bool
    created_at: datetime
    role_id: int
    role: "RoleView | None" = field(default=None, init=False)
    shown_email: str | None = field(default=None, init=False)
    characters: "list[CharacterView]" = field(default_factory=list, init=False)
    sessions: "list[SessionView] | None" = field(default=None, init=False)


USERS = Rows(UserView, "users u")


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which accounts a list is of. `search_key` is looked for anywhere in the keys of name and address."""

    search_key: str = ""
    role: str | None = None
    is_active: bool | None = None


async def users_by_id(ids: Collection[int]) -> list[UserView]:
    return USERS.read(await fetch(f"{USERS.select} WHERE u.id = ANY($1)", list(ids)))


async def user_page(wanted: UserFilter, after_id: int, limit: int) -> list[UserView]:
    """Accounts in the order of their registration, from the first after an id."""
    where, values = _where(wanted)
    after = f"u.id > CAST(${len(values) + 1} AS BIGINT)"
    rows = await fetch(f"{USERS.select}{where} AND {after} ORDER BY u.id LIMIT {limit:d}", *values, after_id)
    return USERS.read(rows)


async def user_count(wanted: UserFilter) -> int:
    where, values = _where(wanted)
    return int((await fetch(f"SELECT count(*) FROM users u{where}", *values))[0][0])


async def emails_of(ids: Collection[int]) -> dict[int, str]:
    """Addresses; the caller asks only for those that its viewer may see."""
    rows = await fetch("SELECT id, email FROM users WHERE id = ANY($1)", list(ids))
    return {row[0]: row[1] for row in rows}


def _where(wanted: UserFilter) -> tuple[str, list[object]]:
    join, conditions, values = "", ["1 = 1"], list[object]()
    if wanted.search_key:
        escaped = wanted.search_key.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values.append(f"%{escaped}%")
        conditions.append(
            f"(u.username_key LIKE ${len(values)} ESCAPE '!' OR u.email_key LIKE ${len(values)} ESCAPE '!')"
        )
    if wanted.role is not None:
        values.append(wanted.role)
        join = " JOIN roles r ON r.id = u.role_id"
        conditions.append(f"r.name = ${len(values)}")
    if wanted.is_active is not None:
        values.append(wanted.is_active)
        conditions.append(f"u.is_active = ${len(values)}")
    return f"{join} WHERE {' AND '.join(conditions)}", values


async def update_user_role(user_id: int, role_id: int, now: datetime) -> bool:
    """False if the account has that role already or is not there. For use inside write()."""
    sql = "UPDATE users SET role_id = $1, updated_at = $2 WHERE id = $3 AND role_id <> $1"
    return bool(await execute(sql, role_id, now, user_id))


async def tell_role(user_id: int, label: str, now: datetime) -> None:
    """Tells an account which role it has now. For use inside write()."""
    words = NotificationKind.ACCOUNT, NotificationLevel.INFO, "role_changed"
    await notify([user_id], *words, {"role": label}, None, now)


async def activate_user(user_id: int, now: datetime) -> bool:
    """False if the account was active already or is not there. For use inside write()."""
    return await _set_active(user_id, is_active=True, now=now)


async def deactivate_user(user_id: int, now: datetime) -> bool:
    """False if the account was inactive already or is not there. For use inside write()."""
    return await _set_active(user_id, is_active=False, now=now)


async def _set_active(user_id: int, *, is_active: bool, now: datetime) -> bool:
    sql = "UPDATE users SET is_active = $1, updated_at = $2 WHERE id = $3 AND is_active <> $1"
    return bool(await execute(sql, is_active, now, user_id))
