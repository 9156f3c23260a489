"""Mirrors: which section of a mother is copied into which section of a host, and what waits to be synchronised.

models/hosting/sync does that; nothing is sealed or opened here.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from domain.alliance.member import shown_member_title
from domain.hosting.mirror_title import read_mirror_title
from models.core.bulk import insert_rows, update_rows
from models.core.database import Row, execute, fetch
from models.core.row import Rows, column
from models.core.transaction import write
from models.hosting.waiting import tell_after_commit
from permissions.visibility import SectionKind

if TYPE_CHECKING:
    from models.forum.section import Section, SectionView


class Mirror(Model):
    """`section` is the mother's, `mirror_section` the host's. `faults` is a JSON list: what was refused there."""

    id = fields.IntField(primary_key=True)
    hosting: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Hosting", related_name="mirrors", on_delete=fields.CASCADE
    )
    hosting_id: int
    section: "fields.ForeignKeyRelation[Section]" = fields.ForeignKeyField(
        "models.Section", related_name="mirrors", on_delete=fields.CASCADE
    )
    section_id: int
    mirror_section: "fields.ForeignKeyRelation[Section]" = fields.ForeignKeyField(
        "models.Section", related_name="mirrored", on_delete=fields.CASCADE
    )
    mirror_section_id: int
    synced_at = fields.DatetimeField(null=True)
    faults = fields.TextField(default="[]")

    class Meta:
        table = "mirrors"
        unique_together = (("hosting_id", "section_id"),)
        indexes = (("section_id",), ("mirror_section_id",))


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


@dataclass(frozen=True, slots=True)
class MirrorFault:
    """A topic or post of a mirror that was refused; `reason` is a SealFault's value."""

    topic: UUID
    post: UUID | None
    reason: str


def _read_faults(text: str) -> list[MirrorFault]:
    return [
        MirrorFault(UUID(one["topic"]), UUID(one["post"]) if one["post"] else None, one["reason"])
        for one in json.loads(text)
    ]


@dataclass(slots=True, eq=False)
class MirrorView:
    """A mirror with its hosting, as its copying and its readers need it. The last fields are set by whoever reads."""

    typename: ClassVar[str] = "Mirror"
    pk: int = field(metadata=column("id"))
    hosting_id: int
    hosting: UUID = field(metadata=column("h.uuid"))
    mother_id: int = field(metadata=column("h.mother_id"))
    host_id: int = field(metadata=column("h.host_id"))
    mother_tag: str = field(metadata=column("a.tag"))
    host_tag: str = field(metadata=column("b.tag"))
    section_id: int
    mirror_section_id: int
    synced_at: datetime | None
    faults: list[MirrorFault] = field(metadata=column(read=_read_faults))
    is_open: bool = field(metadata=column("h.closed_at IS NULL"))
    kind: str = field(metadata=column("k.kind"))
    pending: int = field(default=0, init=False)
    section: "SectionView | None" = field(default=None, init=False)
    mirror_section: "SectionView | None" = field(default=None, init=False)

    def shown_title(self, title: str) -> str | None:
        """What is shown of a title of the mother to those who do not administer her; None for all of it."""
        return shown_member_title(title) if self.kind == SectionKind.MEMBERS else None


MIRRORS = Rows(
    MirrorView,
    """mirrors m JOIN hostings h ON h.id = m.hosting_id JOIN alliances a ON a.id = h.mother_id
    JOIN alliances b ON b.id = h.host_id JOIN sections k ON k.id = m.section_id""",
)


# ---- reading ------------------------------------------------------------------------


async def mirrors_of_hostings(hosting_ids: Sequence[int]) -> list[MirrorView]:
    rows = await fetch(f"{MIRRORS.select} WHERE m.hosting_id = ANY($1) ORDER BY m.id", list(hosting_ids))
    return MIRRORS.read(rows)


async def mirrors_of_mother(alliance_id: int, *, closed: bool = False) -> list[MirrorView]:
    """The mirrors of an alliance's sections, in the order in which they are locked."""
    also = "" if closed else " AND h.closed_at IS NULL"
    rows = await fetch(f"{MIRRORS.select} WHERE h.mother_id = $1{also} ORDER BY m.mirror_section_id, m.id", alliance_id)
    return MIRRORS.read(rows)


async def mirrors_at(mirror_section_ids: Collection[int]) -> list[MirrorView]:
    """All mirrors, of whatever mother, in these sections of hosts."""
    rows = await fetch(f"{MIRRORS.select} WHERE m.mirror_section_id = ANY($1) ORDER BY m.id", list(mirror_section_ids))
    return MIRRORS.read(rows)


async def mirror_by_pk(pk: int) -> MirrorView | None:
    return MIRRORS.first(await fetch(f"{MIRRORS.select} WHERE m.id = $1", pk))


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


async def save_faults(mirror: MirrorView, faults: Sequence[MirrorFault]) -> None:
    """Keeps what is refused at present, if it is not what was."""
    if list(faults) == mirror.faults:
        return
    mirror.faults = list(faults)
    written = [
        {"topic": str(one.topic), "post": str(one.post) if one.post else None, "reason": one.reason} for one in faults
    ]
    await execute("UPDATE mirrors SET faults = $2 WHERE id = $1", mirror.pk, json.dumps(written))


async def forget_mirrors(mirror_ids: Sequence[int]) -> None:
    """Nothing waits, was seen or is refused at these any more: their copies are gone."""
    for table in ("mirror_changes", "mirror_marks"):
        await execute(f"DELETE FROM {table} WHERE mirror_id = ANY($1)", list(mirror_ids))
    await execute("UPDATE mirrors SET faults = '[]', synced_at = NULL WHERE id = ANY($1)", list(mirror_ids))


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
