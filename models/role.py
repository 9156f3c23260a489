"""Roles: the four of the house and any that an administrator adds. What a role allows is said in permissions."""

from tortoise import fields
from tortoise.models import Model


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


async def active_roles() -> list[Role]:
    """The roles in use, highest level first."""
    return await Role.filter(is_active=True).order_by("-level", "id")
