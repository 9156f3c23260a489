"""One-time codes by which a password is set without knowing the old one: rows and writes. Kept as digests alone.

Tested in tests/resolvers/account/test_password_reset.py.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from domain.account.one_time_code import CODE_BYTES, code_digest, written_code
from models.core.database import execute, fetch
from models.core.row import Rows, column

BY_HAND = timedelta(hours=24)
"""How long a code holds that an administrator or the operator hands on."""

BY_MAIL = timedelta(hours=1)


class OneTimeCode(Model):
    """A code that has been handed out and not used. An account may have several: none takes another's place."""

    digest = fields.CharField(max_length=64, primary_key=True)
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="one_time_codes", on_delete=fields.CASCADE
    )
    user_id: int
    expires_at = fields.DatetimeField()

    class Meta:
        table = "one_time_codes"
        indexes = (("user_id",), ("expires_at",))


@dataclass(frozen=True, slots=True)
class CodeOwner:
    """The active account that a living code is for, with the words that its password must not be."""

    user_id: int = field(metadata=column("u.id"))
    username: str = field(metadata=column("u.username"))
    email: str = field(metadata=column("u.email"))


CODE_OWNERS = Rows(CodeOwner, "one_time_codes c JOIN users u ON u.id = c.user_id")


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code as it is handed out, once."""

    code: str
    expires_at: datetime


async def make_code(user_id: int, now: datetime, lifetime: timedelta) -> MadeCode:
    """Draws a code for an account, and forgets all that have expired. For use inside write()."""
    await execute("DELETE FROM one_time_codes WHERE expires_at <= $1", now)
    code, expires_at = written_code(secrets.token_bytes(CODE_BYTES)), now + lifetime
    await OneTimeCode.create(digest=code_digest(code), user_id=user_id, expires_at=expires_at)
    return MadeCode(code, expires_at)


async def code_owner(code: str, now: datetime) -> CodeOwner | None:
    """The account that a typed code is for; None for one that is unknown, expired, used or of an inactive account."""
    sql = f"{CODE_OWNERS.select} WHERE c.digest = $1 AND c.expires_at > $2 AND u.is_active = $3"
    return CODE_OWNERS.first(await fetch(sql, code_digest(code), now, True))


async def use_code(code: str, user_id: int) -> bool:
    """Uses a code up, and with it all others of its account; False if that was done before. For use inside write()."""
    used = await execute("DELETE FROM one_time_codes WHERE digest = $1", code_digest(code))
    await forget_codes(user_id)
    return bool(used)


async def forget_codes(user_id: int) -> None:
    """What was sent to an address, or asked for under a password, that are no longer. For use inside write()."""
    await execute("DELETE FROM one_time_codes WHERE user_id = $1", user_id)
