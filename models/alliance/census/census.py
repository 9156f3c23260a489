"""Censuses: what members reported of themselves, each read off one post. The newest of a member is the current one.

Tested in tests/resolvers/alliance/test_census.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.alliance import census as domain_census
from domain.alliance.evolution import Evolution, trio
from models.core.batch import fetch_for_each
from models.core.count import capped
from models.core.database import execute, fetch, insert, is_postgres
from models.core.keyset import Keyset, Window
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.forum.post import Post


class Census(Model):
    """Hunting ground in cm². `levels` and `units` are JSON objects: by name of an Evolution, by the unit's name.

    The three levels that the rights are computed from stand beside them, so that they are read without the texts.
    """

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Member", related_name="censuses", on_delete=fields.CASCADE
    )
    member_id: int
    post: "fields.OneToOneRelation[Post]" = fields.OneToOneField(
        "models.Post", related_name="census", on_delete=fields.CASCADE
    )
    post_id: int
    recorded_at = fields.DatetimeField()
    tdc = fields.BigIntField()
    food = fields.BigIntField()
    materials = fields.BigIntField()
    workers = fields.BigIntField()
    couveuse = fields.IntField()
    solarium = fields.IntField()
    laboratoire = fields.IntField()
    levels = fields.TextField()
    units = fields.TextField()

    class Meta:
        table = "censuses"
        indexes = (("member_id", "recorded_at", "id"),)


@dataclass(slots=True, eq=False)
class LevelView:
    evolution: Evolution
    level: int


@dataclass(slots=True, eq=False)
class UnitView:
    name: str
    count: int


def _read_levels(text: str) -> list[LevelView]:
    known: dict[str, int] = json.loads(text)
    return [LevelView(evolution, known[evolution]) for evolution in Evolution if evolution in known]


def _read_units(text: str) -> list[UnitView]:
    return [UnitView(name, count) for name, count in json.loads(text).items()]


@dataclass(slots=True, eq=False)
class CensusView:
    """A census as it is read: levels in the game's order, units in its author's."""

    typename: ClassVar[str] = "Census"
    pk: int = field(metadata=column("id"))
    member_id: int
    recorded_at: datetime
    tdc: int
    food: int
    materials: int
    workers: int
    levels: list[LevelView] = field(metadata=column(read=_read_levels))
    units: list[UnitView] = field(metadata=column(read=_read_units))

    def level(self, evolution: Evolution) -> int | None:
        """None where the census does not name it."""
        return next((one.level for one in self.levels if one.evolution is evolution), None)


CENSUSES = Rows(CensusView, "censuses c")

_NEWEST = "FROM censuses n WHERE n.member_id = {member} ORDER BY n.recorded_at DESC, n.id DESC LIMIT 1"


def newest(member: str, join: str = "JOIN") -> str:
    """A join with census `c`, the current one of the member whose number this SQL names; an index look-up each."""
    if is_postgres():  # It would look each up twice where they are joined by their numbers.
        return f"{join} LATERAL (SELECT * {_NEWEST.format(member=member)}) c ON TRUE"
    return f"{join} censuses c ON c.id = (SELECT n.id {_NEWEST.format(member=member)})"


async def current_censuses(member_ids: Sequence[int]) -> dict[int, CensusView]:
    """The newest census of each member that has one."""
    rows = await fetch(
        f"SELECT {CENSUSES.columns} FROM members m {newest('m.id')} WHERE m.id = ANY($1)",
        list(member_ids),
    )
    return {view.member_id: view for view in CENSUSES.read(rows)}


def census_key(census: CensusView) -> tuple[datetime, int]:
    """What orders the censuses of a member, newest first."""
    return census.recorded_at, census.pk


ORDER = Keyset(("c.recorded_at", "c.id"), is_descending=True)


async def censuses_of(member_ids: Sequence[int], window: Window) -> dict[int, list[CensusView]]:
    """A window on the censuses of each member, newest first."""
    part = ORDER.part(window, 3)
    rows = await fetch_for_each(
        f"{CENSUSES.select} WHERE c.member_id = $1{part.where} ORDER BY {part.order} LIMIT $2",
        member_ids,
        window.limit,
        *part.values,
    )
    found: dict[int, list[CensusView]] = {member_id: [] for member_id in member_ids}
    for view in sorted(CENSUSES.read(rows), key=census_key, reverse=True):
        found[view.member_id].append(view)
    return found


async def count_censuses(member_ids: Sequence[int]) -> dict[int, int]:
    """How many censuses each member has; 1,001 for more than 1,000."""
    count = capped("censuses c WHERE c.member_id = m.id")
    return dict(await fetch(f"SELECT m.id, {count} FROM members m WHERE m.id = ANY($1)", list(member_ids)))


async def census_by_id(pk: int) -> CensusView | None:
    return CENSUSES.first(await fetch(f"{CENSUSES.select} WHERE c.id = $1", pk))


async def census_of_post(post_id: int) -> CensusView | None:
    return CENSUSES.first(await fetch(f"{CENSUSES.select} WHERE c.post_id = $1", post_id))


async def record_census(member_id: int, post_id: int, recorded_at: datetime, census: domain_census.Census) -> None:
    """What a post says, in the row that the post has or in a new one. For use inside the write of the post."""
    couveuse, solarium, laboratoire = trio(census.levels)
    await execute(
        """INSERT INTO censuses (member_id, post_id, recorded_at, tdc, food, materials, workers,
            couveuse, solarium, laboratoire, levels, units) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (post_id) DO UPDATE SET tdc = excluded.tdc, food = excluded.food, materials = excluded.materials,
            workers = excluded.workers, couveuse = excluded.couveuse, solarium = excluded.solarium,
            laboratoire = excluded.laboratoire, levels = excluded.levels, units = excluded.units""",
        member_id,
        post_id,
        recorded_at,
        census.tdc,
        census.food,
        census.materials,
        census.workers,
        couveuse,
        solarium,
        laboratoire,
        json.dumps(census.levels),
        json.dumps(census.units, ensure_ascii=False),
    )


async def delete_census(post_id: int) -> list[int]:
    """Gives whose census it was: one number, or none."""
    return [
        row["member_id"] for row in await insert("DELETE FROM censuses WHERE post_id = $1 RETURNING member_id", post_id)
    ]
