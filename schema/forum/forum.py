"""Root fields of the forum's tree."""

import strawberry

from engine.execution.price import price
from engine.kept.field import kept
from permissions.permission import Permission
from resolvers.forum.tree import deleted_section, forum
from schema.core.access import public, requires_permission
from schema.forum.category import Category
from schema.forum.kept import TREE
from schema.forum.section import Section, SectionConnection


@strawberry.type
class ForumQuery:
    categories: list[Category] = public(
        forum.categories,
        description="The categories that the viewer may enter, in order.",
        metadata=price(100) | kept(TREE),
    )
    category: Category | None = public(
        forum.category,
        arguments={"slug": "Such as `general`, `hrp`, `rp` or `alliances`."},
        description="One of `categories`; null where there is none that the viewer may enter.",
    )
    section: Section | None = public(
        forum.section,
        arguments={"slug": "The section's `slug`, exactly."},
        description="FORBIDDEN for a section that exists and is closed to the viewer; null if there is none.",
    )
    deleted_sections: SectionConnection | None = requires_permission(
        Permission.MANAGE_SECTIONS,
        deleted_section.deleted_sections,
        description="What `restoreSection` brings back, the last deleted first: each with the subsections that went "
        "along with it, which are no rows of their own. Its topics are shown once it is back; `parent` is null where "
        "that is deleted too.",
        metadata=price(60),
    )
