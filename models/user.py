"""Accounts. Their passwords are kept as hashes only; names and addresses are unique whatever their case."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.database import Row, instant

if TYPE_CHECKING:
    from models.role import Role


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
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "users"


@dataclass(slots=True, eq=False)
class UserView:
    """An account as it is read."""

    typename: ClassVar[str] = "User"
    pk: int
    username: str
    is_active: bool
    created_at: datetime
    role_id: int


USER_COLUMNS = "u.id, u.username, u.is_active, u.created_at, u.role_id"


def user_view(row: Row) -> UserView:
    """The account of a row that is USER_COLUMNS."""
    pk, username, is_active, created_at, role_id = row
    return UserView(pk, username, bool(is_active), instant(created_at), role_id)
