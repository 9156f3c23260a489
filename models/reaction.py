"""Reactions: one of a kind for each user and post."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.post import Post
    from models.user import User


class Reaction(Model):
    id = fields.IntField(primary_key=True)
    post: "fields.ForeignKeyRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="reactions", on_delete=fields.CASCADE
    )
    post_id: int
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="reactions", on_delete=fields.CASCADE
    )
    user_id: int
    kind = fields.CharField(max_length=16)

    class Meta:
        table = "reactions"
        unique_together = (("post_id", "user_id", "kind"),)
