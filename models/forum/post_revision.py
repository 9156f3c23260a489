"""What posts said before their edits, and who edited them when.

Tested in tests/resolvers/forum/test_post.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch
from models.core.row import Rows

if TYPE_CHECKING:
    from models.account.user import User


class PostRevision(Model):
    """What a post said before an edit: `number` counts from 0, the first text. Editor and time are those of that edit.

    Of an edit here and one in a mirror at the same time both texts are kept, so that there may be more of them than
    the post counts edits.
    """

    id = fields.IntField(primary_key=True)
    post: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
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


REVISIONS = Rows(PostRevisionView, "post_revisions r")


async def revisions_of(post_ids: Sequence[int]) -> dict[int, list[PostRevisionView]]:
    """The earlier texts of each post, oldest first."""
    rows = await fetch(
        f"SELECT {REVISIONS.columns}, r.post_id FROM post_revisions r WHERE r.post_id = ANY($1) ORDER BY r.number",
        list(post_ids),
    )
    found: dict[int, list[PostRevisionView]] = {post_id: [] for post_id in post_ids}
    for view, row in zip(REVISIONS.read(rows), rows, strict=True):
        found[row["post_id"]].append(view)
    return found


async def texts_before(post_id: int) -> set[str]:
    """All earlier texts of a post."""
    return {row[0] for row in await fetch("SELECT body FROM post_revisions WHERE post_id = $1", post_id)}


async def keep_revision(post_id: int, body: str, editor_id: int | None, editor_name: str, at: datetime) -> None:
    """Keeps a text that gives way to an edit, or lost against another one. For use inside write()."""
    await _insert(post_id, None, body, editor_id, editor_name[:64], at)


async def keep_token(post_id: int, revision: int, token: str, name: str, at: datetime) -> None:
    """Keeps a sealed text under the revision that it was sealed for. For use inside write()."""
    await _insert(post_id, revision, token, None, name, at)


async def _insert(
    post_id: int, number: int | None, body: str, editor_id: int | None, editor_name: str, at: datetime
) -> None:
    """Under a number that is given, unless it is kept already, or the next one."""
    await execute(
        """INSERT INTO post_revisions (post_id, number, body, editor_id, editor_name, edited_at)
        SELECT CAST($1 AS INTEGER),
            COALESCE(CAST($6 AS INTEGER), (SELECT max(number) + 1 FROM post_revisions WHERE post_id = $1), 0),
            CAST($2 AS TEXT), CAST($3 AS INTEGER), CAST($4 AS TEXT), $5 WHERE TRUE
        ON CONFLICT (post_id, number) DO NOTHING""",
        post_id,
        body,
        editor_id,
        editor_name,
        at,
        number,
    )


async def delete_revisions(ids: Sequence[int]) -> None:
    """Tokens of earlier texts, once the other side has them."""
    await execute("DELETE FROM post_revisions WHERE id = ANY($1)", list(ids))
