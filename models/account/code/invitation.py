"""Invitations by which accounts are registered: rows and writes. Their codes are kept as digests alone.

An invitation to an alliance says which; it gives no place there, which is claimed and confirmed as ever.

Tested in tests/resolvers/account/test_invitation.py.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.account.one_time_code import CODE_BYTES, code_digest, written_code
from domain.core.refusal import Code, Refusal
from models.core.database import execute, fetch
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.account.user import UserView

MOST_INVITATIONS = 100
"""Of an alliance, or of the service: they are listed without pages."""


class Invitation(Model):
    id = fields.IntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True)
    alliance: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Alliance", related_name="invitations", on_delete=fields.CASCADE, null=True
    )
    alliance_id: int | None
    created_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="invitations", on_delete=fields.SET_NULL, null=True
    )
    created_by_id: int | None
    uses = fields.IntField()
    used = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "invitations"
        indexes = (("alliance_id",), ("expires_at",))


@dataclass(slots=True, eq=False)
class InvitationView:
    """An invitation as it is read. `created_by` is set where it is selected."""

    typename: ClassVar[str] = "Invitation"
    pk: int = field(metadata=column("id"))
    uses: int
    used: int
    created_at: datetime
    expires_at: datetime
    created_by_id: int | None
    alliance_id: int | None
    alliance_tag: str | None = field(metadata=column("a.tag"))
    created_by: "UserView | None" = field(default=None, init=False)


INVITATIONS = Rows(InvitationView, "invitations i LEFT JOIN alliances a ON a.id = i.alliance_id")


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """An invitation with its code, which is handed out once."""

    code: str
    invitation: InvitationView


async def invitations_by_ids(ids: Collection[int]) -> dict[int, InvitationView]:
    rows = await fetch(f"{INVITATIONS.select} WHERE i.id = ANY($1)", list(ids))
    return {one.pk: one for one in INVITATIONS.read(rows)}


async def invitations_of(alliance_id: int | None, now: datetime) -> list[InvitationView]:
    """Those of an alliance, or of the service, by which somebody may still register, newest first."""
    rows = await fetch(f"{INVITATIONS.select} WHERE {_OF} AND {_USABLE} ORDER BY i.id DESC", alliance_id or 0, now)
    return INVITATIONS.read(rows)


_OF = "coalesce(i.alliance_id, 0) = $1"
_USABLE = "i.used < i.uses AND i.expires_at > $2"


async def make_invitation(
    alliance_id: int | None, created_by_id: int | None, uses: int, lifetime: timedelta, now: datetime
) -> MadeInvitation:
    """Draws a code, and forgets invitations that have expired. For use inside write()."""
    await execute("DELETE FROM invitations WHERE expires_at <= $1", now)
    if len(await invitations_of(alliance_id, now)) >= MOST_INVITATIONS:
        raise Refusal(Code.CONFLICT, "too_many_invitations", most=MOST_INVITATIONS)
    code = written_code(secrets.token_bytes(CODE_BYTES))
    made = await Invitation.create(
        digest=code_digest(code),
        alliance_id=alliance_id,
        created_by_id=created_by_id,
        uses=uses,
        created_at=now,
        expires_at=now + lifetime,
    )
    return MadeInvitation(code, (await invitations_by_ids([made.id]))[made.id])


async def usable_invitation(code: str, now: datetime) -> InvitationView | None:
    """The invitation of a typed code; None for one that is unknown, expired, revoked or used up."""
    rows = await fetch(f"{INVITATIONS.select} WHERE i.digest = $1 AND {_USABLE}", code_digest(code), now)
    return INVITATIONS.first(rows)


async def use_invitation(pk: int, now: datetime) -> bool:
    """Counts one use; False if another registration took the last, or it was revoked. For use inside write()."""
    sql = "UPDATE invitations SET used = used + 1 WHERE id = $1 AND used < uses AND expires_at > $2"
    return bool(await execute(sql, pk, now))


async def revoke_invitation(pk: int) -> bool:
    """Takes it away; False if it is not there. For use inside write()."""
    return bool(await execute("DELETE FROM invitations WHERE id = $1", pk))
