"""What posts said before their edits, and who edited them when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.database import fetch, instant

if TYPE_CHECKING:
    from models.post import Post
    from models.user import User


class PostRevision(Model):
    """What a post said before an edit: `number` 0 is the first text. Editor and time are those of that edit."""

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


@dataclass(slots=True, eq=False)
class PostRevisionView:
    body: str
    editor_name: str
    edited_at: datetime


async def revisions_of(post_ids: Sequence[int]) -> dict[int, list[PostRevisionView]]:
    """The earlier texts of each post, oldest first."""
    rows = await fetch(
        "SELECT post_id, body, editor_name, edited_at FROM post_revisions WHERE post_id = ANY($1) ORDER BY number",
        list(post_ids),
    )
    found: dict[int, list[PostRevisionView]] = {post_id: [] for post_id in post_ids}
    for post_id, body, editor_name, edited_at in rows:
        found[post_id].append(PostRevisionView(body, editor_name, instant(edited_at)))
    return found
