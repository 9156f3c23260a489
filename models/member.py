"""Members of alliances: who they are, who plays them, and what the last update of the rights saved."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.alliance import Alliance
    from models.topic import Topic
    from models.user import User


class Member(Model):
    """A player of an alliance: `pseudo` in any case names one row, which stays when the player goes (`left_at`).

    `user` holds the place once an administrator confirmed the claim of `claimed_by`. `rank` and `rank_order` come
    together or not at all. `coefficient` is percent, `tdc` cm², rights thousandths of materials.
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="members", on_delete=fields.CASCADE
    )
    alliance_id: int
    pseudo = fields.CharField(max_length=100)
    pseudo_key = fields.CharField(max_length=300)
    player_id = fields.IntField(null=True)
    x = fields.IntField(null=True)
    y = fields.IntField(null=True)
    rank = fields.CharField(max_length=100, null=True)
    rank_order = fields.IntField(null=True)
    topic: "fields.OneToOneNullableRelation[Topic]" = fields.OneToOneField(
        "models.Topic", related_name="member", on_delete=fields.SET_NULL, null=True
    )
    topic_id: int | None
    hosted_by: "fields.ForeignKeyNullableRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="guests", on_delete=fields.SET_NULL, null=True
    )
    hosted_by_id: int | None
    user: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="memberships", on_delete=fields.SET_NULL, null=True
    )
    user_id: int | None
    claimed_by: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="claims", on_delete=fields.SET_NULL, null=True
    )
    claimed_by_id: int | None
    claimed_at = fields.DatetimeField(null=True)
    can_administer = fields.BooleanField(default=False)
    tdc = fields.BigIntField(default=0)
    coefficient = fields.FloatField(default=0.0)
    adjustment = fields.CharField(max_length=8, default="EXACT")
    tdc_at_last_update = fields.BigIntField(default=0)
    last_updated_at = fields.DatetimeField(auto_now_add=True)
    accumulated_thousandths = fields.BigIntField(default=0)
    joined_at = fields.DatetimeField(auto_now_add=True)
    left_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "members"
        unique_together = (("alliance_id", "pseudo_key"),)
        indexes = (("user_id",), ("claimed_by_id",))
