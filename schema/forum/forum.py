"""Root fields of the forum's tree."""

import strawberry

from engine.execution.price import price
from resolvers.forum import forum
from schema.core.access import public
from schema.forum.category import Category
from schema.forum.section import Section


@strawberry.type
class ForumQuery:
    categories: list[Category] = public(
        forum.categories, description="The categories that the viewer may enter, in order.", metadata=price(100)
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
