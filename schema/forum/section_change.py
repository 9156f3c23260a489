"""Root fields that change the tree of sections.

Tested in tests/resolvers/forum/tree/test_section_change.py.
"""

from typing import cast

import strawberry

from engine.guard.row_filter import filtered
from engine.operation.change import or_away, said, unless_null
from engine.operation.context import Info
from models.forum.section import SectionView
from permissions.permission import Permission
from permissions.row_filter import RowFilter
from resolvers.forum.tree import section_change
from schema.forum.access import PARENT, SECTION_PLACE, requires_moderation
from schema.forum.section import Section


@strawberry.input(description="A section to place. It is of its parent's alliance, where the parent is of one.")
class SectionInput:
    category_slug: str = strawberry.field(description="The category to place it in, such as `general`.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="A section of kind DISCUSSION in that category; null for the top of the category."
    )
    name: str = strawberry.field(
        description="One line of 1 to 120 characters. CONFLICT if a neighbour has it, whatever its case."
    )
    description: str | None = strawberry.field(default="", description="At most 2,000 characters; empty for none.")
    position: int | None = strawberry.field(
        default=0, description="Place among its neighbours, 0 to 1,000,000; the lowest comes first."
    )
    visible_by_faction_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Opens the section to living characters of this faction alone; null for no restriction.",
    )
    visible_by_clan_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Opens it to living characters of this clan alone, who must be of the faction too if both are set. "
        "BAD_INPUT for a clan of another faction.",
    )
    is_announcement: bool | None = strawberry.field(
        default=False,
        description="Whether only staff, or the alliance's administrators, open topics; whoever sees it may reply.",
    )


@filtered(RowFilter.SECTION_VISIBILITY)
async def create_section(info: Info, input: SectionInput) -> SectionView:  # noqa: A002 - the contract's name
    given = section_change.Given(
        name=input.name,
        description=input.description,
        position=input.position,
        is_announcement=input.is_announcement,
        faction=input.visible_by_faction_id,
        clan=input.visible_by_clan_id,
    )
    changes = section_change.checked(given)
    return await section_change.create_section(info, input.category_slug, input.parent_id, changes)


@filtered(RowFilter.SECTION_VISIBILITY)
async def update_section(
    info: Info,
    id: strawberry.ID,  # noqa: A002
    name: str | None = strawberry.UNSET,
    description: str | None = strawberry.UNSET,
    position: int | None = strawberry.UNSET,
    visible_by_faction_id: strawberry.ID | None = strawberry.UNSET,
    visible_by_clan_id: strawberry.ID | None = strawberry.UNSET,
    is_announcement: bool | None = strawberry.UNSET,  # noqa: FBT001 - clients name every argument
) -> SectionView:
    arguments = section_change.Given(
        name=unless_null(name, "name"),
        description=or_away(description, ""),
        position=unless_null(position, "position"),
        is_announcement=unless_null(is_announcement, "isAnnouncement"),
    )
    given = {**arguments, **said(faction=visible_by_faction_id, clan=visible_by_clan_id)}
    changes = section_change.checked(cast("section_change.Given", given))
    return await section_change.update_section(info, id, changes)


SECTION = "A section that the caller may see; NOT_FOUND for any other."
KEPT = " FORBIDDEN where it, or what is under it, is kept by an alliance's features."


@strawberry.type
class SectionMutation:
    create_section: Section = requires_moderation(
        create_section,
        PARENT,
        Permission.MANAGE_SECTIONS,
        arguments={"input": "Where to place the section, and what it is like."},
        description="A new section of kind DISCUSSION; among equal positions it comes last.",
    )
    update_section: Section = requires_moderation(
        update_section,
        SECTION_PLACE,
        Permission.MANAGE_SECTIONS,
        arguments={
            "id": SECTION,
            "name": "One line of 1 to 120 characters. CONFLICT if a neighbour has it. DISCUSSION alone is renamed.",
            "description": "At most 2,000 characters; empty for none.",
            "position": "Place among its neighbours, 0 to 1,000,000; the lowest comes first.",
            "visible_by_faction_id": "Opens it to living characters of this faction alone; null for no restriction.",
            "visible_by_clan_id": "Opens it to living characters of this clan alone, who must be of the faction too if "
            "both are set; null for no restriction.",
            "is_announcement": "Whether only staff, or the alliance's administrators, open topics in it.",
        },
        description="What is left out stays; null takes a description or a restriction away. The slug stays, so that "
        "links live on.",
    )
    move_section: Section = requires_moderation(
        section_change.move_section,
        SECTION_PLACE,
        Permission.MANAGE_SECTIONS,
        arguments={
            "id": SECTION + KEPT,
            "category_slug": "The category to move it to, such as `general`; its own to stay.",
            "parent_id": "A section of kind DISCUSSION in that category, not under the section itself; null for the "
            "top of the category.",
        },
        description="Its subsections follow it, into another category too.",
    )
    delete_section: bool = requires_moderation(
        section_change.delete_section,
        SECTION_PLACE,
        Permission.MANAGE_SECTIONS,
        arguments={"id": SECTION + KEPT},
        description="Takes the section away with all that is under it. Nothing is lost: restoreSection brings it back.",
    )
    restore_section: Section = requires_moderation(
        section_change.restore_section,
        SECTION_PLACE,
        Permission.MANAGE_SECTIONS,
        arguments={
            "id": "A deleted section, as `deletedSections` lists them; one that is there stays as it is. CONFLICT "
            "where its parent is deleted or a neighbour has its name."
        },
        description="Brings back a deleted section, with the subsections that were deleted along with it.",
    )
