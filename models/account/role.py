"""Roles: the four of the house and any that an administrator adds. What a role allows is said in permissions.

Tested in tests/resolvers/account/test_user.py.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch
from models.core.row import Rows, column


class Role(Model):
    """A role; `level` orders them, higher allows more."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=32, unique=True)
    label = fields.CharField(max_length=64)
    description = fields.CharField(max_length=500)
    level = fields.IntField()
    is_active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "roles"


@dataclass(slots=True, eq=False)
class RoleView:
    """A role as it is read."""

    typename: ClassVar[str] = "Role"
    pk: int = field(metadata=column("id"))
    name: str
    label: str
    description: str
    level: int
    is_active: bool


ROLES = Rows(RoleView, "roles r")


async def all_roles() -> list[RoleView]:
    """Every role, also those no longer in use, highest level first."""
    return ROLES.read(await fetch(f"{ROLES.select} ORDER BY r.level DESC, r.id"))
