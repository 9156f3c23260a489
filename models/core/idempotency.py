"""The answers of mutations that were sent with an idempotency key, for the day in which they are sent again.

What is kept and what a key may be is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch, insert
from models.core.prune import BATCH
from models.core.row import Rows
from models.core.transaction import write

KEPT_FOR = timedelta(hours=24)


class KeptAnswer(Model):
    """One answer. `fingerprint` stands for the operation and its variables, `answer` is JSON."""

    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="kept_answers", on_delete=fields.CASCADE
    )
    user_id: int
    key = fields.CharField(max_length=255)
    fingerprint = fields.CharField(max_length=64)
    answer = fields.TextField()
    created_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "kept_answers"
        unique_together = (("user_id", "key"),)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered under a key, and to what."""

    fingerprint: str
    answer: str


KEPT = Rows(Kept, "kept_answers k")


async def claim(user_id: int, key: str, fingerprint: str, now: datetime) -> Kept | None:
    """Takes a key for the current write, or gives what is kept under it. For use inside write().

    Whoever comes second waits here until the first has committed or given up: nobody ever reads a claim without its
    answer.
    """
    taken = await insert(
        """INSERT INTO kept_answers (user_id, key, fingerprint, answer, created_at) VALUES ($1, $2, $3, '', $4)
        ON CONFLICT (user_id, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, answer = '', created_at = excluded.created_at
            WHERE kept_answers.created_at <= $5
        RETURNING id""",
        user_id,
        key,
        fingerprint,
        now,
        now - KEPT_FOR,
    )
    if taken:
        return None
    return KEPT.first(await fetch(f"{KEPT.select} WHERE k.user_id = $1 AND k.key = $2", user_id, key))


async def keep(user_id: int, key: str, answer: str) -> None:
    """Puts the answer beside the claim. For use inside write(), the same that claimed the key."""
    await execute("UPDATE kept_answers SET answer = $3 WHERE user_id = $1 AND key = $2", user_id, key, answer)


async def forget_answers(now: datetime) -> int:
    """Removes a batch of answers whose day is over; tells how many."""
    sql = "DELETE FROM kept_answers WHERE id IN (SELECT id FROM kept_answers WHERE created_at <= $1 LIMIT $2)"
    return await write(lambda: execute(sql, now - KEPT_FOR, BATCH))
