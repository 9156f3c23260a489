"""How far the mother has seen each row at a host. What is older there is refused elsewhere.

Tested in tests/models/hosting/sync/test_mirror_faults.py.
"""

from collections.abc import Collection
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.core.bulk import insert_rows, update_rows
from models.core.database import fetch
from models.hosting.mirror.mirror import Mirror


class MirrorMark(Model):
    """The highest revision that the mother has seen of a row at a host: what is older there is a replay."""

    id = fields.IntField(primary_key=True)
    mirror: "fields.ForeignKeyRelation[Mirror]" = fields.ForeignKeyField(
        "models.Mirror", related_name="marks", on_delete=fields.CASCADE
    )
    mirror_id: int
    row_uuid = fields.UUIDField()
    revision = fields.IntField()

    class Meta:
        table = "mirror_marks"
        unique_together = (("row_uuid", "mirror_id"),)
        indexes = (("mirror_id",),)


async def marks_of(mirror_id: int, rows: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """By row, the number of its mark and the highest revision seen."""
    found = await fetch(
        "SELECT row_uuid, id, revision FROM mirror_marks WHERE mirror_id = $1 AND row_uuid = ANY($2)",
        mirror_id,
        list(rows),
    )
    return {UUID(str(row)): (pk, revision) for row, pk, revision in found}


async def highest_revisions(mirror_ids: Collection[int], rows: Collection[UUID]) -> dict[tuple[int, UUID], int]:
    """By mirror and row, the highest revision seen. Nothing is asked where there is nothing to ask about."""
    if not mirror_ids or not rows:
        return {}
    found = await fetch(
        "SELECT mirror_id, row_uuid, revision FROM mirror_marks WHERE row_uuid = ANY($1) AND mirror_id = ANY($2)",
        list(rows),
        list(mirror_ids),
    )
    return {(mirror_id, UUID(str(row))): revision for mirror_id, row, revision in found}


async def set_marks(mirror_id: int, marks: dict[UUID, tuple[int, int]], seen: dict[UUID, int]) -> None:
    """Raises marks to what was seen now."""
    new = [(mirror_id, row, revision) for row, revision in seen.items() if row not in marks]
    raised = [(marks[row][0], revision) for row, revision in seen.items() if row in marks and marks[row][1] < revision]
    await insert_rows("mirror_marks", ("mirror_id", "row_uuid", "revision"), new)
    await update_rows("mirror_marks", ("id", "revision"), raised)
