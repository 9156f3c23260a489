"""The shape of the forum, kept in memory for as long as a stamp in the database says that it is as it was.

The database gives a new stamp, which never comes again, to whatever changes a section or a category, in the same
transaction: whoever reads the stamp that a shape was read under sees that very shape. Counts are no part of it.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from functools import cached_property
from operator import attrgetter
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch
from models.core.row import Rows, column
from models.forum.lock import SHARED
from models.forum.section import SECTIONS, SectionView
from models.forum.tree.category import CATEGORIES, CategoryView
from permissions.viewer import Viewer
from permissions.visibility import VisibilityKey, is_narrowed, visibility_key, visible

MOST_SIGHTS = 64
"""Of how many kinds of viewers it is kept what they see: each is a set of numbers."""


class TreeStamp(Model):
    """The one row that says which shape the forum has. Triggers write it."""

    id = fields.IntField(primary_key=True, generated=False)
    stamp = fields.CharField(max_length=36)

    class Meta:
        table = "tree_stamps"


@dataclass(frozen=True, slots=True)
class Place:
    """A living section as far as the rules read it; shared by all who read, and never changed."""

    pk: int = field(metadata=column("id"))
    parent_id: int | None
    access: str = field(metadata=column("c.access"))
    kind: str
    faction_id: int | None = field(metadata=column("visible_by_faction_id"))
    clan_id: int | None = field(metadata=column("visible_by_clan_id"))
    alliance_id: int | None


PLACES = Rows(Place, "sections s JOIN categories c ON c.id = s.category_id")
"""How those that are no part of the tree are read."""


Counts = Mapping[int, Sequence[int]]
"""By section: its number, and how many topics and posts it has."""

_PLACE = attrgetter(*(one.name for one in dataclass_fields(Place)))
_CATEGORY = attrgetter(*(one.name for one in dataclass_fields(CategoryView) if one.init))
_SECTION = attrgetter(*[one.name for one in dataclass_fields(SectionView) if one.init][:-2])


@dataclass(frozen=True)
class Sight:
    """What one kind of viewer sees, in the order in which siblings are shown."""

    places: dict[int, Place]
    whole: list[int]
    """Those of which the viewer sees every topic: a guest is notified of nothing in a mirror, nor finds it."""
    shapes: list[tuple[Any, ...]]
    """All that sections are but for their counts, for rows of a reader's own."""

    def sections(self, counts: Counts) -> dict[int, SectionView]:
        """New rows of them, which their reader may fill and link."""
        return {shape[0]: SectionView(*shape, *counts[shape[0]][1:]) for shape in self.shapes}

    @cached_property
    def sharing(self) -> set[int]:
        """The alliances whose members or orders are among what is seen."""
        return {one.alliance_id for one in self.places.values() if one.kind in SHARED and one.alliance_id is not None}

    def below(self, pk: int) -> list[int]:
        """A section that is seen, and all that is seen under it."""
        found = [pk]
        for above in found:
            found += self._subsections.get(above, [])
        return found

    @cached_property
    def _subsections(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for place in self.places.values():
            found.setdefault(place.parent_id or 0, []).append(place.pk)
        return found


class SectionTree:
    """Every living section as it stood under a stamp."""

    def __init__(self, stamp: str, categories: list[CategoryView], sections: list[SectionView]) -> None:
        self.stamp = stamp
        self.places = {section.pk: Place(*_PLACE(section)) for section in sections}
        self._categories = [_CATEGORY(category) for category in categories]
        self._shapes = {section.pk: _SECTION(section) for section in sections}
        self._sights: OrderedDict[VisibilityKey, Sight] = OrderedDict()

    def sight(self, viewer: Viewer) -> Sight:
        """What the viewer sees, asked of the one predicate once for all viewers of whom it reads the same."""
        key = visibility_key(viewer)
        found = self._sights.get(key)
        if found is None:
            seen = visible(viewer, self.places)
            places = {pk: place for pk, place in self.places.items() if pk in seen}
            whole = [pk for pk, place in places.items() if not is_narrowed(viewer, place)]
            found = self._sights[key] = Sight(places, whole, [self._shapes[pk] for pk in places])
            if len(self._sights) > MOST_SIGHTS:
                self._sights.popitem(last=False)
        else:
            self._sights.move_to_end(key)
        return found

    def categories(self) -> list[CategoryView]:
        """New rows of all categories, in the order in which they are shown."""
        return [CategoryView(*one) for one in self._categories]


_kept: SectionTree | None = None


async def section_tree(stamp: str | None = None) -> SectionTree:
    """The tree as it is now: one statement for its stamp, unless it was read just now, and one where it has changed."""
    global _kept  # noqa: PLW0603 - a process has one database, and stamps tell databases apart too
    kept = _kept
    if stamp is None:
        ((stamp,),) = await fetch("SELECT stamp FROM tree_stamps")
    if kept is None or kept.stamp != stamp:
        kept = _kept = await _read()
    return kept


async def counted_tree() -> tuple[SectionTree, Counts]:
    """The tree as it is now, and what its sections count at that moment: one statement, more where it has changed."""
    while True:
        counts = {row[0]: row for row in await fetch(_COUNTS)}
        tree = await section_tree(counts.pop(0)[3])
        if tree.places.keys() == counts.keys():  # Otherwise it has changed since.
            return tree, {pk: row[:3] for pk, row in counts.items()}


_COUNTS = """SELECT 0, 0, 0, stamp FROM tree_stamps
    UNION ALL SELECT id, topic_count, post_count, NULL FROM sections WHERE deleted_at IS NULL"""
_ALL = f"""SELECT {CATEGORIES.columns}, {SECTIONS.columns}, n.stamp FROM tree_stamps n
    LEFT JOIN categories c ON TRUE LEFT JOIN sections s ON s.category_id = c.id AND s.deleted_at IS NULL
    ORDER BY s.position, s.id"""


async def _read() -> SectionTree:
    # The stamp is read by the statement that reads the rows: all are of one moment.
    rows = await fetch(_ALL)
    categories = {one.pk: one for one in CATEGORIES.read([row for row in rows if row[0] is not None])}
    sections = SECTIONS.read([row for row in rows if row[CATEGORIES.width] is not None], CATEGORIES.width)
    ordered = sorted(categories.values(), key=lambda one: (one.position, one.pk))
    return SectionTree(rows[0]["stamp"], ordered, sections)
