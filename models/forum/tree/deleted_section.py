"""Deleted sections: what may be brought back. Who may list them, and which, is asked by the caller.

Tested in tests/resolvers/forum/tree/test_deleted_section.py.
"""

from collections.abc import Collection
from datetime import datetime

from models.core.database import fetch
from models.core.keyset import Keyset, Window
from models.forum.section import SECTIONS, SectionView
from models.forum.tree.section_tree import PLACES, Place

# What went with the section above it comes back with that one, and is no row of its own.
_IS_TOP = """NOT EXISTS (
    SELECT 1 FROM sections above WHERE above.id = s.parent_id AND above.deleted_at = s.deleted_at)"""

ORDER = Keyset(("s.deleted_at", "s.id"), is_descending=True)


def deleted_key(section: SectionView) -> tuple[datetime | None, int]:
    """What orders deleted sections, from the highest down."""
    return section.deleted_at, section.pk


async def deleted_places() -> tuple[dict[int, Place], set[int]]:
    """Every deleted section as the rules read it, and the numbers of those that come back with all that went along."""
    rows = await fetch(f"SELECT {PLACES.columns}, {_IS_TOP} FROM {PLACES.tables} WHERE s.deleted_at IS NOT NULL")
    return {one.pk: one for one in PLACES.read(rows)}, {row[0] for row in rows if row[PLACES.width]}


async def deleted_sections(pks: Collection[int], window: Window) -> list[SectionView]:
    """A window on these sections, the last deleted ones first."""
    part = ORDER.part(window, 3)
    sql = f"{SECTIONS.select} WHERE s.id = ANY($1){part.where} ORDER BY {part.order} LIMIT $2"
    rows = SECTIONS.read(await fetch(sql, list(pks), window.limit, *part.values))
    return list(reversed(rows)) if window.is_backward else rows
