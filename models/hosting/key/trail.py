"""The audit trail of alliances' keys: who did what with which, by name for ever.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch
from models.core.row import Rows

if TYPE_CHECKING:
    from models.account.user import User
    from models.alliance.alliance import Alliance


class KeyAction(StrEnum):
    """What is written into the trail."""

    CREATED = "CREATED"
    EXPORTED = "EXPORTED"
    RESTORED = "RESTORED"
    ROTATED = "ROTATED"
    ABANDONED = "ABANDONED"


class KeyUse(Model):
    """A line of the audit trail: who did what with which key. The name stays when the account goes."""

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="key_uses", on_delete=fields.CASCADE
    )
    alliance_id: int
    action = fields.CharField(max_length=16)
    user: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="key_uses", on_delete=fields.SET_NULL, null=True
    )
    user_id: int | None
    user_name = fields.CharField(max_length=64)
    kid = fields.CharField(max_length=16)
    at = fields.DatetimeField()

    class Meta:
        table = "alliance_key_uses"
        indexes = (("alliance_id", "id"),)


@dataclass(slots=True, eq=False)
class KeyUseView:
    """A line of the trail as it is read."""

    action: KeyAction
    user_name: str
    kid: str
    at: datetime


USES = Rows(KeyUseView, "alliance_key_uses u")


async def key_uses(alliance_ids: Sequence[int]) -> dict[int, list[KeyUseView]]:
    """The trail of each alliance, newest first."""
    rows = await fetch(
        f"SELECT {USES.columns}, u.alliance_id FROM alliance_key_uses u WHERE u.alliance_id = ANY($1)"
        " ORDER BY u.id DESC LIMIT 1000",
        list(alliance_ids),
    )
    found: dict[int, list[KeyUseView]] = {alliance_id: [] for alliance_id in alliance_ids}
    for view, row in zip(USES.read(rows), rows, strict=True):
        found[row["alliance_id"]].append(view)
    return found


# ---- writing ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever handles a key; its name is kept in the trail."""

    user_id: int | None
    name: str


async def record_key_use(alliance_id: int, action: KeyAction, kid: str, by: Actor, now: datetime) -> None:
    """Adds a line to the trail. For use inside write()."""
    await KeyUse.create(
        alliance_id=alliance_id, action=action.value, user_id=by.user_id, user_name=by.name, kid=kid, at=now
    )
