"""Accounts. Their passwords are kept as hashes only; names and addresses are unique whatever their case.

Tested in tests/resolvers/account/test_user.py.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.core.name import name_key
from models.core.count import MOST_COUNTED, capped
from models.core.database import execute, fetch, is_postgres
from models.core.keyset import Keyset, Window
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
        indexes = (("role_id", "id"),)


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
    """Which accounts a list is of. Their key of name or address begins with `search_key`; so does, where that begins
    with an @, their address from there on.
    """

    search_key: str = ""
    role: str | None = None
    is_active: bool | None = None


async def users_by_id(ids: Collection[int]) -> list[UserView]:
    return USERS.read(await fetch(f"{USERS.select} WHERE u.id = ANY($1)", list(ids)))


async def user_id_of(username: str) -> int | None:
    """The number of the account of this name, whatever its case."""
    rows = await fetch("SELECT id FROM users WHERE username_key = $1", name_key(username))
    return int(rows[0][0]) if rows else None


ORDER = Keyset(("u.id",))


async def user_page(wanted: UserFilter, window: Window) -> list[UserView]:
    """A window on the accounts, in the order of their registration."""
    where, values = await _where(wanted)
    part = ORDER.part(window, len(values) + 1)
    sql = f"{USERS.select} WHERE {where}{part.where} ORDER BY {part.order} LIMIT {window.limit:d}"
    return sorted(USERS.read(await fetch(sql, *values, *part.values)), key=lambda user: user.pk)


async def user_count(wanted: UserFilter) -> int:
    """How many there are; 1,001 for more than 1,000."""
    where, values = await _where(wanted)
    return int((await fetch(f"SELECT {capped(f'users u WHERE {where}')}", *values))[0][0])


async def emails_of(ids: Collection[int]) -> dict[int, str]:
    """Addresses; the caller asks only for those that its viewer may see."""
    rows = await fetch("SELECT id, email FROM users WHERE id = ANY($1)", list(ids))
    return {row[0]: row[1] for row in rows}


# What a search looks at: PostgreSQL reads the beginning of a text off an index only if that is ordered by its bytes.
_LAST_LETTER = chr(0x10FFFF)
_KEYS = {
    True: ('u.username_key COLLATE "C"', 'u.email_key COLLATE "C"', "substr(u.email_key, strpos(u.email_key, '@'))"),
    False: ("u.username_key", "u.email_key", "substr(u.email_key, instr(u.email_key, '@'))"),
}


def _beginnings(search_key: str) -> list[str]:
    """Conditions, of which one suffices: texts from $1 on that lie before $2."""
    name, address, host = _KEYS[is_postgres()]
    keys = (
        [name, address, f'{host} COLLATE "C"' if is_postgres() else host] if search_key[0] == "@" else [name, address]
    )
    return [f"({key} >= $1 AND {key} < $2)" for key in keys]


async def _where(wanted: UserFilter) -> tuple[str, list[object]]:
    conditions, values = ["1 = 1"], list[object]()
    if wanted.search_key:
        beginnings, bounds = _beginnings(wanted.search_key), (wanted.search_key, wanted.search_key + _LAST_LETTER)
        each = [f"SELECT u.id FROM users u WHERE {one} LIMIT {MOST_COUNTED}" for one in beginnings]
        halves = " UNION ".join(f"SELECT id FROM ({one}) AS half{number}" for number, one in enumerate(each))
        found = [row[0] for row in await fetch(halves, *bounds)]
        # Few are looked up by number. Many are met soon by whoever reads accounts in their order.
        few = len(found) < MOST_COUNTED
        values += [found] if few else bounds
        conditions.append("u.id = ANY($1)" if few else f"({' OR '.join(beginnings)})")
    if wanted.role is not None:
        values.append(wanted.role)
        conditions.append(f"u.role_id = (SELECT r.id FROM roles r WHERE r.name = ${len(values)})")
    if wanted.is_active is not None:
        conditions.append("u.is_active" if wanted.is_active else "NOT u.is_active")
    return " AND ".join(conditions), values


async def update_user_role(user_id: int, role_id: int, now: datetime) -> bool:
    """False if the account has that role already or is not there. For use inside write()."""
    sql = "UPDATE users SET role_id = $1, updated_at = $2 WHERE id = $3 AND role_id <> $1"
    return bool(await execute(sql, role_id, now, user_id))


async def tell_role(user_id: int, label: str, now: datetime) -> None:
    """Tells an account which role it has now. For use inside write()."""
    words = NotificationKind.ACCOUNT, NotificationLevel.INFO, "role_changed"
    notify([user_id], *words, {"role": label}, None, now)


async def activate_user(user_id: int, now: datetime) -> bool:
    """False if the account was active already or is not there. For use inside write()."""
    return await _set_active(user_id, is_active=True, now=now)


async def deactivate_user(user_id: int, now: datetime) -> bool:
    """False if the account was inactive already or is not there. For use inside write()."""
    return await _set_active(user_id, is_active=False, now=now)


async def _set_active(user_id: int, *, is_active: bool, now: datetime) -> bool:
    sql = "UPDATE users SET is_active = $1, updated_at = $2 WHERE id = $3 AND is_active <> $1"
    return bool(await execute(sql, is_active, now, user_id))
