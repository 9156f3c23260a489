"""Characters of the role play. Living ones open sections; the dead stay for their posts' sake."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.faction import Clan, Faction
    from models.user import User


class Character(Model):
    id = fields.IntField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="characters", on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(max_length=64)
    name_key = fields.CharField(max_length=192, unique=True)
    is_alive = fields.BooleanField(default=True)
    faction: "fields.ForeignKeyNullableRelation[Faction]" = fields.ForeignKeyField(
        "models.Faction", related_name="characters", on_delete=fields.RESTRICT, null=True
    )
    faction_id: int | None
    clan: "fields.ForeignKeyNullableRelation[Clan]" = fields.ForeignKeyField(
        "models.Clan", related_name="characters", on_delete=fields.RESTRICT, null=True
    )
    clan_id: int | None
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "characters"
        indexes = (("user_id", "is_alive"),)
