"""Reading marks: how far each user has read each topic; unread counts are read off them."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.topic import Topic
    from models.user import User


class ReadingMark(Model):
    """`last_post_id` is the newest post, by id, that the user has seen in the topic."""

    id = fields.IntField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="reading_marks", on_delete=fields.CASCADE
    )
    user_id: int
    topic: "fields.ForeignKeyRelation[Topic]" = fields.ForeignKeyField(
        "models.Topic", related_name="reading_marks", on_delete=fields.CASCADE
    )
    topic_id: int
    last_post_id = fields.IntField()

    class Meta:
        table = "reading_marks"
        unique_together = (("user_id", "topic_id"),)
