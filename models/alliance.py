"""Alliances and their members' identities: who belongs where, and who administers."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.user import User


class Alliance(Model):
    id = fields.IntField(primary_key=True)
    tag = fields.CharField(max_length=16)
    tag_key = fields.CharField(max_length=48, unique=True)
    name = fields.CharField(max_length=120)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "alliances"


class Member(Model):
    """A player of an alliance. `user` is set while an account holds the place; `left_at` when the player has gone."""

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="members", on_delete=fields.CASCADE
    )
    alliance_id: int
    pseudo = fields.CharField(max_length=64)
    pseudo_key = fields.CharField(max_length=192)
    user: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="memberships", on_delete=fields.SET_NULL, null=True
    )
    user_id: int | None
    can_administer = fields.BooleanField(default=False)
    left_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "members"
        unique_together = (("alliance_id", "pseudo_key"),)
        indexes = (("user_id",),)
