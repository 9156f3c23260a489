"""Deliveries: what each post means for the rights of one member, and how much of it these have counted.

Whoever reads posts tells what one says, or that it says nothing any more; the row stays, so that a harvest can take
back what it had counted. Two rows a convoy: of who sent it, and of who asked for it. Knows no order.

Tested in tests/models/orders/test_ledger.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from domain.core.day import minute_of
from models.core.bulk import update_rows
from models.core.database import Row, execute, fetch, instant
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.alliance.alliance import Alliance
    from models.alliance.member import Member
    from models.forum.post import Post


class Delivery(Model):
    """`materials` is what the post says now, 0 once it says nothing; `counted` what of it is in the member's rights.

    `is_sent`: the member sent it; otherwise it was sent to the member's order. `sent_at` is the instant of the post.
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="deliveries", on_delete=fields.CASCADE
    )
    alliance_id: int
    post: "fields.ForeignKeyRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="deliveries", on_delete=fields.CASCADE
    )
    post_id: int
    member: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="deliveries", on_delete=fields.CASCADE
    )
    member_id: int
    is_sent = fields.BooleanField()
    materials = fields.BigIntField()
    counted = fields.BigIntField(default=0)
    sent_at = fields.DatetimeField()

    class Meta:
        table = "deliveries"
        unique_together = (("post_id", "member_id", "is_sent"),)
        indexes = (("alliance_id", "sent_at"), ("member_id",))


@dataclass(slots=True, eq=False)
class DeliveryView:
    """A delivery as it is read."""

    pk: int = field(metadata=column("id"))
    member_id: int
    is_sent: bool
    materials: int
    counted: int
    sent_at: datetime


DELIVERIES = Rows(DeliveryView, "deliveries d")


# ---- reading ------------------------------------------------------------------------


async def is_delivery(post_id: int) -> bool:
    """Whether a post says something that rights count, or once did."""
    return bool(await fetch("SELECT 1 FROM deliveries WHERE post_id = $1 LIMIT 1", post_id))


# ---- told by those who read posts ---------------------------------------------------


async def record_delivery(
    alliance_id: int, post_id: int, sender_id: int, requester_id: int, materials: int, sent_at: datetime
) -> None:
    """What a post says. Who sent it or asked for it before, if somebody else did, has to give it back."""
    await withdraw_delivery(post_id)
    await execute(
        """INSERT INTO deliveries (alliance_id, post_id, member_id, is_sent, materials, counted, sent_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6), ($1, $2, $7, $8, $5, 0, $6)
        ON CONFLICT (post_id, member_id, is_sent) DO UPDATE SET materials = excluded.materials""",
        alliance_id,
        post_id,
        sender_id,
        True,
        materials,
        sent_at,
        requester_id,
        False,
    )


async def withdraw_delivery(post_id: int) -> None:
    """A post says nothing any more."""
    await execute("UPDATE deliveries SET materials = 0 WHERE post_id = $1", post_id)


async def withdraw_deliveries(topic_id: int) -> None:
    """The posts of a topic say nothing any more."""
    await execute(
        "UPDATE deliveries SET materials = 0 WHERE post_id IN (SELECT id FROM posts WHERE topic_id = $1)", topic_id
    )


# ---- counting -----------------------------------------------------------------------


async def save_counted(counted: Sequence[DeliveryView]) -> None:
    """The rights hold what these said when they were read. Rows are locked in the order of their numbers."""
    await update_rows("deliveries", ("id", "counted"), sorted((one.pk, one.materials) for one in counted))


async def count_as_imported(post_ids: Sequence[int]) -> None:
    """Of posts that were just imported, rights that were brought along or begin now hold what is older than they are.

    Somebody who was here when such a post was written has not been given its materials: the next harvest does so.
    """
    rows = await fetch(
        """SELECT d.id, d.materials, d.sent_at, m.last_updated_at, m.joined_at FROM deliveries d
        JOIN members m ON m.id = d.member_id WHERE d.post_id = ANY($1)""",
        list(post_ids),
    )
    await _save_older(rows)


async def count_as_saved(member_id: int) -> None:
    """A member's rights were replaced by others that hold what is older than their last update, and nothing else."""
    rows = await fetch(
        """SELECT d.id, d.materials, d.sent_at, m.last_updated_at, m.last_updated_at FROM deliveries d
        JOIN members m ON m.id = d.member_id WHERE d.member_id = $1""",
        member_id,
    )
    await execute("UPDATE deliveries SET counted = 0 WHERE member_id = $1", member_id)
    await _save_older(rows)


async def _save_older(rows: Sequence[Row]) -> None:
    older = [
        (pk, materials)
        for pk, materials, sent_at, *starts in rows
        if instant(sent_at) < min(minute_of(instant(start)) for start in starts)
    ]
    await update_rows("deliveries", ("id", "counted"), older)
