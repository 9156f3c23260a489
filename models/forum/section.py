"""Sections: the tree of the forum. Reads give plain objects; who may see them is asked of permissions by the caller.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.core.slug import slug
from domain.forum.section import section_name_key
from models.core.database import fetch
from models.core.row import Rows, column
from models.forum.tree.category import CategoryView, all_categories

if TYPE_CHECKING:
    from models.account.faction import Clan, Faction
    from models.forum.tree.category import Category


class Section(Model):
    """A section. A deleted one keeps its row and gives up its slug; `name_key` is unique among living siblings.

    The counts are those of its own living topics and their living posts, subsections left out. In a section of
    announcements staff alone open topics; whoever sees it may reply.
    """

    id = fields.IntField(primary_key=True)
    category: "fields.ForeignKeyRelation[Category]" = fields.ForeignKeyField(
        "models.Category", related_name="sections", on_delete=fields.RESTRICT
    )
    category_id: int
    parent: "fields.ForeignKeyNullableRelation[Section]" = fields.ForeignKeyField(
        "models.Section", related_name="subsections", on_delete=fields.RESTRICT, null=True
    )
    parent_id: int | None
    slug = fields.CharField(max_length=160, unique=True, null=True)
    name = fields.CharField(max_length=120)
    name_key = fields.CharField(max_length=360)
    description = fields.CharField(max_length=2000, default="")
    position = fields.IntField(default=0)
    kind = fields.CharField(max_length=16, default="DISCUSSION")
    visible_by_faction: "fields.ForeignKeyNullableRelation[Faction]" = fields.ForeignKeyField(
        "models.Faction", related_name="sections", on_delete=fields.RESTRICT, null=True
    )
    visible_by_faction_id: int | None
    visible_by_clan: "fields.ForeignKeyNullableRelation[Clan]" = fields.ForeignKeyField(
        "models.Clan", related_name="sections", on_delete=fields.RESTRICT, null=True
    )
    visible_by_clan_id: int | None
    alliance: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Alliance", related_name="sections", on_delete=fields.RESTRICT, null=True
    )
    alliance_id: int | None
    is_announcement = fields.BooleanField(default=False)
    topic_count = fields.IntField(default=0)
    post_count = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sections"
        indexes = (("parent_id",), ("category_id",))


@dataclass(slots=True, eq=False)
class SectionView:
    """A section as it is read, its own restriction for permissions.visibility. Its reader sets the last fields."""

    typename: ClassVar[str] = "Section"
    pk: int = field(metadata=column("id"))
    category_id: int
    parent_id: int | None
    access: str = field(metadata=column("c.access"))
    kind: str
    faction_id: int | None = field(metadata=column("visible_by_faction_id"))
    clan_id: int | None = field(metadata=column("visible_by_clan_id"))
    alliance_id: int | None
    slug: str = field(metadata=column("COALESCE(s.slug, '')"))  # A deleted section has none.
    name: str
    description: str
    position: int
    is_announcement: bool
    deleted_at: datetime | None
    topic_count: int
    post_count: int
    category: CategoryView | None = field(default=None, init=False)
    parent: "SectionView | None" = field(default=None, init=False)
    subsections: "list[SectionView]" = field(default_factory=list, init=False)
    visible_by_faction: object = field(default=None, init=False)
    visible_by_clan: object = field(default=None, init=False)
    alliance: object = field(default=None, init=False)


SECTIONS = Rows(SectionView, "sections s JOIN categories c ON c.id = s.category_id")


async def all_sections() -> list[SectionView]:
    """Every living section of the forum in one flat read, in the order that siblings are shown."""
    return SECTIONS.read(await fetch(f"{SECTIONS.select} WHERE s.deleted_at IS NULL ORDER BY s.position, s.id"))


async def section_chain(section_id: int) -> list[SectionView]:
    """A living section and its living ancestors, in no order; empty if it does not live."""
    rows = await fetch(
        f"""WITH RECURSIVE chain (id) AS (
            SELECT id FROM sections WHERE id = $1 AND deleted_at IS NULL
            UNION SELECT p.id FROM chain JOIN sections s ON s.id = chain.id
                JOIN sections p ON p.id = s.parent_id AND p.deleted_at IS NULL)
        {SECTIONS.select} JOIN chain ON chain.id = s.id""",
        section_id,
    )
    return SECTIONS.read(rows)


async def section_and_stamp(name: int | str) -> tuple[SectionView, str] | None:
    """The living section of a number or a slug, with the stamp of the tree that it hangs in."""
    rows = await fetch(
        f"""SELECT {SECTIONS.columns}, n.stamp FROM {SECTIONS.tables} CROSS JOIN tree_stamps n
        WHERE {"s.id" if isinstance(name, int) else "s.slug"} = $1 AND s.deleted_at IS NULL""",
        name,
    )
    return (SECTIONS.read(rows)[0], rows[0]["stamp"]) if rows else None


async def alliance_of_section(pk: int) -> int | None:
    """The alliance that a section is of, deleted or not; None for one of no alliance, as for no section."""
    return await _alliance_of("$1", pk)


async def alliance_of_topic(pk: int) -> int | None:
    """That of a topic's section."""
    return await _alliance_of("(SELECT section_id FROM topics WHERE id = $1)", pk)


async def alliance_of_post(pk: int) -> int | None:
    """That of the section in which a post stands."""
    place = "SELECT t.section_id FROM posts p JOIN topics t ON t.id = p.topic_id WHERE p.id = $1"
    return await _alliance_of(f"({place})", pk)


async def _alliance_of(section: str, pk: int) -> int | None:
    rows = await fetch(f"SELECT alliance_id FROM sections WHERE id = {section}", pk)
    return rows[0][0] if rows else None


async def taken_slugs(name: str) -> set[str]:
    """Of the slugs that a section of this name may get, those that others have."""
    base = slug(name)
    first = [base, *(f"{base}-{number}" for number in range(2, 33))]
    rows = await fetch("SELECT slug FROM sections WHERE slug = ANY($1)", first)
    if len(rows) == len(first):
        rows = await fetch("SELECT slug FROM sections WHERE slug LIKE $1", f"{base}-%")
        return {base, *(row[0] for row in rows)}
    return {row[0] for row in rows}


async def sections_by_ids(section_ids: Collection[int]) -> dict[int, SectionView]:
    """Living sections by their numbers. Who may see them is not asked here."""
    rows = await fetch(f"{SECTIONS.select} WHERE s.id = ANY($1) AND s.deleted_at IS NULL", list(section_ids))
    return {section.pk: section for section in SECTIONS.read(rows)}


async def set_categories(sections: Collection[SectionView]) -> None:
    """Sets the category of sections that were read without the tree."""
    categories = {category.pk: category for category in await all_categories()} if sections else {}
    for section in sections:
        section.category = categories[section.category_id]


async def insert_section(
    category_id: int,
    parent_id: int | None,
    slug: str,
    name: str,
    now: datetime,
    *,
    kind: str = "DISCUSSION",
    description: str = "",
    position: int = 0,
    is_announcement: bool = False,
    faction_id: int | None = None,
    clan_id: int | None = None,
    alliance_id: int | None = None,
) -> int:
    """Adds a section where the caller has seen that it may be; gives its number. For use inside write()."""
    section = await Section.create(
        category_id=category_id,
        parent_id=parent_id,
        slug=slug,
        name=name,
        name_key=section_name_key(name)[:360],
        description=description,
        position=position,
        kind=kind,
        visible_by_faction_id=faction_id,
        visible_by_clan_id=clan_id,
        alliance_id=alliance_id,
        is_announcement=is_announcement,
        created_at=now,
    )
    return section.id
