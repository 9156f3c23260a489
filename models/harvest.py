"""Harvests: which slots of which alliance were applied or blocked. One row a slot, whoever tried."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.alliance import Alliance


class Harvest(Model):
    """`outcome` is APPLIED or BLOCKED; `missing` is a JSON list of the pseudos without a census."""

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="harvests", on_delete=fields.CASCADE
    )
    alliance_id: int
    harvest_at = fields.DatetimeField()
    outcome = fields.CharField(max_length=8)
    missing = fields.TextField(default="[]")
    created_at = fields.DatetimeField()

    class Meta:
        table = "harvests"
        unique_together = (("alliance_id", "harvest_at"),)
