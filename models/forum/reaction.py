"""Reactions: one of a kind for each user and post.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from domain.forum.reaction import ReactionKind
from models.core.database import execute, fetch, is_postgres
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.account.user import User


class Reaction(Model):
    id = fields.IntField(primary_key=True)
    post: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
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
        indexes = (("user_id",),)


@dataclass(slots=True, eq=False)
class ReactionCountView:
    post_id: int
    kind: str
    count: int = field(metadata=column("count(*)"))
    reacted_by_me: bool = field(metadata=column("max(CASE WHEN r.user_id = $2 THEN 1 ELSE 0 END) = 1"))


COUNTS = Rows(ReactionCountView, "reactions r")


_ORDER = {kind.value: place for place, kind in enumerate(ReactionKind)}


async def reaction_counts(post_ids: Sequence[int], user_id: int | None) -> dict[int, list[ReactionCountView]]:
    """How often each post was reacted to, by kind in the enum's order; kinds that nobody chose are left out."""
    rows = await fetch(
        f"SELECT {COUNTS.columns} FROM reactions r WHERE r.post_id = ANY($1) GROUP BY r.post_id, r.kind",
        list(post_ids),
        user_id,
    )
    found: dict[int, list[ReactionCountView]] = {post_id: [] for post_id in post_ids}
    for view in sorted(COUNTS.read(rows), key=_place):
        found[view.post_id].append(view)
    return found


def counted_in(post: str, reader: str) -> str:
    """An expression that gives how a post was reacted to in one text, for `read_counted`; both arguments are SQL."""
    joined = "string_agg" if is_postgres() else "group_concat"
    return f"""(SELECT {joined}(c.kind || ' ' || c.many || ' ' || c.mine, ',') FROM (
        SELECT r.kind, count(*) AS many, max(CASE WHEN r.user_id = {reader} THEN 1 ELSE 0 END) AS mine
        FROM reactions r WHERE r.post_id = {post} GROUP BY r.kind) AS c)"""


def read_counted(post_id: int, text: str | None) -> list[ReactionCountView]:
    """By kind in the enum's order, as `reaction_counts` gives them."""
    if not text:
        return []
    parts = map(str.split, text.split(","))
    found = [ReactionCountView(post_id, kind, int(many), mine == "1") for kind, many, mine in parts]
    if len(found) > 1:
        found.sort(key=_place)
    return found


def _place(one: ReactionCountView) -> int:
    return _ORDER[one.kind]


async def react(post_id: int, user_id: int, kind: ReactionKind) -> None:
    """Once is enough: a second time changes nothing."""
    await execute(
        "INSERT INTO reactions (post_id, user_id, kind) VALUES ($1, $2, $3)"
        " ON CONFLICT (post_id, user_id, kind) DO NOTHING",
        post_id,
        user_id,
        kind.value,
    )


async def unreact(post_id: int, user_id: int, kind: ReactionKind) -> None:
    await execute(
        "DELETE FROM reactions WHERE post_id = $1 AND user_id = $2 AND kind = $3", post_id, user_id, kind.value
    )
