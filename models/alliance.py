"""Alliances: their tags and names, and the next harvest that the game's page announced."""

from tortoise import fields
from tortoise.models import Model


class Alliance(Model):
    """An alliance. `tag_key` is the case-folded tag that uniqueness and look-ups go by."""

    id = fields.IntField(primary_key=True)
    tag = fields.CharField(max_length=16)
    tag_key = fields.CharField(max_length=48, unique=True)
    name = fields.CharField(max_length=120)
    next_harvest_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "alliances"
        indexes = (("next_harvest_at",),)
