"""Notifications: kept as a kind, a message key and its details, worded for the reader only at the edge."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.post import Post
    from models.topic import Topic
    from models.user import User


class Notification(Model):
    """`message` is a key of the message catalogue, `details` a JSON object of plain values that fills it."""

    id = fields.IntField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="notifications", on_delete=fields.CASCADE
    )
    user_id: int
    kind = fields.CharField(max_length=24)
    level = fields.CharField(max_length=8)
    message = fields.CharField(max_length=64)
    details = fields.TextField(default="{}")
    topic: "fields.ForeignKeyNullableRelation[Topic]" = fields.ForeignKeyField(
        "models.Topic", related_name="notifications", on_delete=fields.CASCADE, null=True
    )
    topic_id: int | None
    post: "fields.ForeignKeyNullableRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="notifications", on_delete=fields.CASCADE, null=True
    )
    post_id: int | None
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        indexes = (("user_id", "id"), ("user_id", "topic_id", "read_at"))
