"""What waits to be carried between a section and its mirror: topics of which both sides may differ.

models/hosting/sync carries it.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Sequence
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from domain.hosting.mirror_title import read_mirror_title
from models.core.bulk import insert_rows
from models.core.database import Row, fetch
from models.core.transaction import write
from models.hosting.mirror.mirror import Mirror, MirrorView, mirrors_of_mother
from models.hosting.mirror.waiting import tell_after_commit


class MirrorChange(Model):
    """A topic of which both sides may differ: one post of it (`row_uuid`), or all of it.

    `from_host`: it was written at the host, and must be pulled before the mother reads. `is_return`: the mother brought
    back what was deleted.
    """

    id = fields.IntField(primary_key=True)
    mirror: "fields.ForeignKeyRelation[Mirror]" = fields.ForeignKeyField(
        "models.Mirror", related_name="changes", on_delete=fields.CASCADE
    )
    mirror_id: int
    topic_uuid = fields.UUIDField()
    row_uuid = fields.UUIDField(null=True)
    from_host = fields.BooleanField(default=False)
    is_return = fields.BooleanField(default=False)

    class Meta:
        table = "mirror_changes"
        indexes = (("mirror_id", "from_host", "topic_uuid"),)


# ---- reading ------------------------------------------------------------------------


async def pending_counts(mirror_ids: Sequence[int]) -> dict[int, int]:
    """How many topics of each mirror wait; those with none are left out."""
    rows = await fetch(
        "SELECT mirror_id, count(DISTINCT topic_uuid) FROM mirror_changes WHERE mirror_id = ANY($1) GROUP BY mirror_id",
        list(mirror_ids),
    )
    return dict(rows)


async def all_pending() -> int:
    """How many topics wait, over all mirrors."""
    rows = await fetch("SELECT count(*) FROM (SELECT DISTINCT mirror_id, topic_uuid FROM mirror_changes) AS waiting")
    return int(rows[0][0])


async def next_changed(mirror_id: int, limit: int, *, from_host: bool = False) -> list[UUID]:
    """Topics of which something waits, the longest waiting first; those that the host changed alone."""
    also = " AND from_host = $3" if from_host else ""
    rows = await fetch(
        f"SELECT topic_uuid FROM mirror_changes WHERE mirror_id = $1{also} GROUP BY topic_uuid"
        " ORDER BY min(id) LIMIT $2",
        mirror_id,
        limit,
        *((True,) if from_host else ()),
    )
    return [UUID(str(row[0])) for row in rows]


async def changes_of(mirror_id: int, topic: UUID) -> Sequence[Row]:
    """What waits of one topic: `id`, `row_uuid`, `is_return`."""
    return await fetch(
        "SELECT id, row_uuid, is_return FROM mirror_changes WHERE mirror_id = $1 AND topic_uuid = $2", mirror_id, topic
    )


# ---- writing ------------------------------------------------------------------------

_Change = tuple[int, UUID, UUID | None, bool, bool]


async def _enqueue(changes: Sequence[_Change]) -> None:
    names = ("mirror_id", "topic_uuid", "row_uuid", "from_host", "is_return")
    await insert_rows("mirror_changes", names, changes)


async def enqueue_change(
    mirror_id: int, topic: UUID, row: UUID | None, *, from_host: bool = False, is_return: bool = False
) -> None:
    """Has a topic, or one post of it, synchronised later. For use inside write()."""
    await _enqueue([(mirror_id, topic, row, from_host, is_return)])
    if from_host:
        tell_after_commit(mirror_id, topic)


async def enqueue_everything(mirror: MirrorView) -> None:
    """Has every topic of both sides synchronised later, except those that wait already. For use inside write()."""
    rows = await fetch(
        """SELECT uuid, is_sealed, title FROM topics WHERE (section_id = $1 AND is_sealed = $3)
            OR (section_id = $2 AND is_sealed = $4) ORDER BY id""",
        mirror.section_id,
        mirror.mirror_section_id,
        False,
        True,
    )
    waiting = await fetch("SELECT topic_uuid FROM mirror_changes WHERE mirror_id = $1 AND row_uuid IS NULL", mirror.pk)
    known = {str(row[0]) for row in waiting}
    new = {str(uuid): UUID(str(uuid)) for uuid, is_sealed, title in rows if not is_sealed or _is_of(mirror, title)}
    await _enqueue([(mirror.pk, uuid, None, False, False) for name, uuid in new.items() if name not in known])


def _is_of(mirror: MirrorView, title: str) -> bool:
    """By the tag as it is read: another mother's may begin with this one's."""
    read = read_mirror_title(title)
    return read is not None and read.tag == mirror.mother_tag


async def sync_mirrors(alliance_id: int) -> None:
    """Has every topic of every open mirror of an alliance compared."""

    async def work() -> None:
        for mirror in await mirrors_of_mother(alliance_id):
            await enqueue_everything(mirror)

    await write(work)
