"""Deleted sections: what may be brought back. Who may list them is asked by the caller.

Tested in tests/resolvers/forum/test_deleted_section.py.
"""

from datetime import datetime

from models.core.count import capped
from models.core.database import fetch
from models.core.keyset import Keyset, Window
from models.forum.section import SECTIONS, SectionView

# What went with the section above it comes back with that one, and is no row of its own.
_TOPS = """s.deleted_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM sections above WHERE above.id = s.parent_id AND above.deleted_at = s.deleted_at)"""

ORDER = Keyset(("s.deleted_at", "s.id"), is_descending=True)


def deleted_key(section: SectionView) -> tuple[datetime | None, int]:
    """What orders deleted sections, from the highest down."""
    return section.deleted_at, section.pk


async def deleted_sections(window: Window) -> list[SectionView]:
    """A window on the sections that were deleted, each with all that went with it, the last ones first."""
    part = ORDER.part(window, 2)
    sql = f"{SECTIONS.select} WHERE {_TOPS}{part.where} ORDER BY {part.order} LIMIT $1"
    rows = SECTIONS.read(await fetch(sql, window.limit, *part.values))
    return list(reversed(rows)) if window.is_backward else rows


async def count_deleted_sections() -> int:
    """How many there are; 1,001 for more than 1,000."""
    return int((await fetch(f"SELECT {capped(f'sections s WHERE {_TOPS}')}"))[0][0])
