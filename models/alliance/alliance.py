"""Alliances: their tags and names, and the next harvest that the game's page announced."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import Row, fetch, instant_or_none, is_postgres

if TYPE_CHECKING:
    from models.forum.section import SectionView


class Alliance(Model):
    """An alliance. `tag_key` is the folded tag that uniqueness and look-ups go by."""

    id = fields.IntField(primary_key=True)
    tag = fields.CharField(max_length=16)
    tag_key = fields.CharField(max_length=48, unique=True)
    name = fields.CharField(max_length=120)
    next_harvest_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "alliances"
        indexes = (("next_harvest_at",),)


@dataclass(slots=True, eq=False)
class AllianceView:
    """An alliance as it is read. `next_harvest_at` and `sections` are set for those who may know them."""

    typename: ClassVar[str] = "Alliance"
    pk: int
    tag: str
    name: str
    announced_harvest_at: datetime | None
    next_harvest_at: datetime | None = None
    sections: "list[SectionView]" = field(default_factory=list)

    @property
    def alliance_id(self) -> int:
        """What guarded fields are judged by."""
        return self.pk


_COLUMNS = "a.id, a.tag, a.name, a.next_harvest_at"


def _view(row: Row) -> AllianceView:
    pk, tag, name, harvest = row
    return AllianceView(pk, tag, name, instant_or_none(harvest))


async def all_alliances() -> list[AllianceView]:
    """Every alliance, by tag."""
    return [_view(row) for row in await fetch(f"SELECT {_COLUMNS} FROM alliances a ORDER BY a.tag_key")]


async def alliances_by_ids(ids: Sequence[int | None]) -> dict[int, AllianceView]:
    if not ids:
        return {}
    rows = await fetch(f"SELECT {_COLUMNS} FROM alliances a WHERE a.id = ANY($1)", list(ids))
    return {view.pk: view for view in map(_view, rows)}


async def alliance_by_key(tag_key: str) -> AllianceView | None:
    rows = await fetch(f"SELECT {_COLUMNS} FROM alliances a WHERE a.tag_key = $1", tag_key)
    return _view(rows[0]) if rows else None


async def hold_alliance(alliance_id: int) -> None:
    """Has changes of an alliance's members and orders follow one another. For use inside write(), before any topic."""
    if is_postgres():
        await fetch("SELECT id FROM alliances WHERE id = $1 FOR NO KEY UPDATE", alliance_id)
