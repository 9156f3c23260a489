"""Posts and their revisions: rows, named queries and writes."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.character import Character
    from models.topic import Topic
    from models.user import User


class Post(Model):
    """A post. `uuid` names it in every copy of it; `revision` counts its edits from 0."""

    id = fields.IntField(primary_key=True)
    uuid = fields.UUIDField(unique=True)
    topic: "fields.ForeignKeyRelation[Topic]" = fields.ForeignKeyField(
        "models.Topic", related_name="posts", on_delete=fields.CASCADE
    )
    topic_id: int
    body = fields.TextField()
    author: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="posts", on_delete=fields.SET_NULL, null=True
    )
    author_id: int | None
    author_name = fields.CharField(max_length=64)
    character: "fields.ForeignKeyNullableRelation[Character]" = fields.ForeignKeyField(
        "models.Character", related_name="posts", on_delete=fields.SET_NULL, null=True
    )
    character_id: int | None
    revision = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    edited_at = fields.DatetimeField(null=True)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "posts"
        indexes = (("topic_id", "created_at", "id"), ("author_id", "topic_id"))


class PostRevision(Model):
    """What a post said before an edit: `number` 0 is the first text."""

    id = fields.IntField(primary_key=True)
    post: "fields.ForeignKeyRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="revisions", on_delete=fields.CASCADE
    )
    post_id: int
    number = fields.IntField()
    body = fields.TextField()
    editor: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="revisions", on_delete=fields.SET_NULL, null=True
    )
    editor_id: int | None
    editor_name = fields.CharField(max_length=64)
    edited_at = fields.DatetimeField()

    class Meta:
        table = "post_revisions"
        unique_together = (("post_id", "number"),)
