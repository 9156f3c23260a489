"""Alliances: their tags and names, and the next harvest that the game's page announced.

Tested in tests/resolvers/alliance/test_alliance.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.forum.section import SectionView


class Alliance(Model):
    """An alliance. `tag_key` is the folded tag that uniqueness and look-ups go by.

    `doubted_by_id` is the member who announced `doubted_harvest_at`, which disagrees with the rhythm that is kept.
    """

    id = fields.IntField(primary_key=True)
    tag = fields.CharField(max_length=16)
    tag_key = fields.CharField(max_length=48, unique=True)
    name = fields.CharField(max_length=120)
    next_harvest_at = fields.DatetimeField(null=True)
    harvest_failed_at = fields.DatetimeField(null=True)
    doubted_harvest_at = fields.DatetimeField(null=True)
    doubted_by_id = fields.IntField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "alliances"
        indexes = (("next_harvest_at",),)


@dataclass(slots=True, eq=False)
class AllianceView:
    """An alliance as it is read. `next_harvest_at` and `sections` are set for those who may know them."""

    typename: ClassVar[str] = "Alliance"
    pk: int = field(metadata=column("id"))
    tag: str
    name: str
    announced_harvest_at: datetime | None = field(metadata=column("next_harvest_at"))
    next_harvest_at: datetime | None = field(default=None, init=False)
    sections: "list[SectionView]" = field(default_factory=list, init=False)

    @property
    def alliance_id(self) -> int:
        """What guarded fields are judged by."""
        return self.pk


ALLIANCES = Rows(AllianceView, "alliances a")


async def all_alliances() -> list[AllianceView]:
    """Every alliance, by tag."""
    return ALLIANCES.read(await fetch(f"{ALLIANCES.select} ORDER BY a.tag_key"))


async def alliances_by_ids(ids: Sequence[int | None]) -> dict[int, AllianceView]:
    if not ids:
        return {}
    rows = await fetch(f"{ALLIANCES.select} WHERE a.id = ANY($1)", list(ids))
    return {view.pk: view for view in ALLIANCES.read(rows)}


async def alliance_by_key(tag_key: str) -> AllianceView | None:
    return ALLIANCES.first(await fetch(f"{ALLIANCES.select} WHERE a.tag_key = $1", tag_key))
