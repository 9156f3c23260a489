"""Root fields of the forum's tree."""

import strawberry

from engine.operation.selection import selection_of
from resolvers.forum import forum
from schema.core.access import public
from schema.forum.category import Category
from schema.forum.section import Section


async def _categories(info: strawberry.Info) -> list[Category]:
    return await forum.categories(info.context, selection_of(info))  # type: ignore[return-value]


async def _category(info: strawberry.Info, slug: str) -> Category | None:
    return await forum.category(info.context, slug, selection_of(info))  # type: ignore[return-value]


async def _section(info: strawberry.Info, slug: str) -> Section | None:
    return await forum.section(info.context, slug, selection_of(info))  # type: ignore[return-value]


@strawberry.type
class ForumQuery:
    categories: list[Category] = public(_categories, description="The categories that the viewer may enter, in order.")
    category: Category | None = public(
        _category,
        arguments={"slug": "Such as `general`, `hrp`, `rp` or `alliances`."},
        description="One of `categories`; null where there is none that the viewer may enter.",
    )
    section: Section | None = public(
        _section,
        arguments={"slug": "The section's `slug`, exactly."},
        description="FORBIDDEN for a section that exists and is closed to the viewer; null if there is none.",
    )
