"""Topics: their rows, named queries and writes."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.character import Character
    from models.section import Section
    from models.user import User


class Topic(Model):
    """A topic. `uuid` names it in every copy of it; `last_post_at` orders its section.

    `author_name` stays when the account or the character goes. A deleted topic keeps its row and posts.
    """

    id = fields.IntField(primary_key=True)
    uuid = fields.UUIDField(unique=True)
    section: "fields.ForeignKeyRelation[Section]" = fields.ForeignKeyField(
        "models.Section", related_name="topics", on_delete=fields.RESTRICT
    )
    section_id: int
    slug = fields.CharField(max_length=160, unique=True, null=True)
    title = fields.CharField(max_length=200)
    author: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="topics", on_delete=fields.SET_NULL, null=True
    )
    author_id: int | None
    author_name = fields.CharField(max_length=64)
    character: "fields.ForeignKeyNullableRelation[Character]" = fields.ForeignKeyField(
        "models.Character", related_name="topics", on_delete=fields.SET_NULL, null=True
    )
    character_id: int | None
    is_pinned = fields.BooleanField(default=False)
    is_locked = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()
    last_post_at = fields.DatetimeField()
    post_count = fields.IntField(default=0)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "topics"
        indexes = (("section_id", "is_pinned", "last_post_at", "id"),)
