"""Censuses: what members reported of themselves, each read off one post. The newest of a member is the current one."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.member import Member
    from models.post import Post


class Census(Model):
    """Hunting ground in cm². `levels` and `units` are JSON objects: by name of an Evolution, by the unit's name.

    The three levels that the rights are computed from stand beside them, so that they are read without the texts.
    """

    id = fields.IntField(primary_key=True)
    member: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="censuses", on_delete=fields.CASCADE
    )
    member_id: int
    post: "fields.OneToOneRelation[Post]" = fields.OneToOneField(
        "models.Post", related_name="census", on_delete=fields.CASCADE
    )
    post_id: int
    recorded_at = fields.DatetimeField()
    tdc = fields.BigIntField()
    food = fields.BigIntField()
    materials = fields.BigIntField()
    workers = fields.BigIntField()
    couveuse = fields.IntField()
    solarium = fields.IntField()
    laboratoire = fields.IntField()
    levels = fields.TextField()
    units = fields.TextField()

    class Meta:
        table = "censuses"
        indexes = (("member_id", "recorded_at", "id"),)


NEWEST = """c.id = (SELECT n.id FROM censuses n WHERE n.member_id = {member}
    ORDER BY n.recorded_at DESC, n.id DESC LIMIT 1)"""
"""A join's condition: census `c` is the current one of the member whose id `{member}` names."""
