"""Mirrors: which section of a mother is copied into which section of a host, and what was refused there.

models/hosting/sync copies; nothing is sealed or opened here.

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
from models.core.database import execute, fetch
from models.core.row import Rows, column
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


# ---- writing ------------------------------------------------------------------------


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
