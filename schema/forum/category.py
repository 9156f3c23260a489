"""Categories as clients see them.

Tested in tests/resolvers/forum/tree/test_forum.py.
"""

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.execution.described_enum import described_enum
from engine.guard.row_filter import seen_by
from engine.operation.node_type import Node, id_of
from permissions.row_filter import RowFilter
from permissions.visibility import CategoryAccess

if TYPE_CHECKING:
    from schema.forum.section import Section

described_enum(
    CategoryAccess,
    "Whom a category is for, before its sections narrow it. Staff enter all of them.",
    {
        CategoryAccess.PUBLIC: "Everyone, without an account too (seed: general).",
        CategoryAccess.AUTHENTICATED: "Any signed-in account (seed: hrp).",
        CategoryAccess.CHARACTER: "Accounts with a living character (seed: rp).",
        CategoryAccess.ALLIANCE: "The members of the alliance that a section belongs to.",
    },
)


@strawberry.type(description="The top of the forum's tree.")
class Category(Node):
    id: strawberry.ID = id_of("Category")
    slug: str = strawberry.field(
        description="What `category(slug:)` takes, such as `general`; unique among categories."
    )
    name: str = strawberry.field(description="For people to read, in French.")
    description: str = strawberry.field(description="What the category is for; empty for nothing said.")
    position: int = strawberry.field(description="Place among categories; the lowest comes first.")
    access: CategoryAccess = strawberry.field(description="Whom the category is for.")
    sections: list[Annotated["Section", strawberry.lazy("schema.forum.section")]] = seen_by(
        RowFilter.SECTION_VISIBILITY,
        description="Root sections that the viewer may see; each prunes its own subsections.",
    )
