"""Factions and the clans inside or beside them."""

from tortoise import fields
from tortoise.models import Model


class Faction(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    slug = fields.CharField(max_length=80, unique=True)

    class Meta:
        table = "factions"


class Clan(Model):
    """A clan; `faction` is empty for a clan of no faction."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    slug = fields.CharField(max_length=80, unique=True)
    faction: "fields.ForeignKeyNullableRelation[Faction]" = fields.ForeignKeyField(
        "models.Faction", related_name="clans", on_delete=fields.RESTRICT, null=True
    )
    faction_id: int | None

    class Meta:
        table = "clans"
