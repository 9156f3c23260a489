"""Categories as clients see them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.operation.node_type import Node, id_of
from permissions.visibility import CategoryAccess

if TYPE_CHECKING:
    from schema.forum.section import Section

strawberry.enum(
    CategoryAccess,
    description=(
        "PUBLIC: everyone (general). AUTHENTICATED: any account (hrp). CHARACTER: a living character (rp). "
        "ALLIANCE: the members of a section's alliance."
    ),
)


@strawberry.type(description="The top of the forum's tree.")
class Category(Node):
    id: strawberry.ID = id_of("Category")
    slug: str
    name: str
    description: str
    position: int
    access: CategoryAccess
    sections: list[Annotated["Section", strawberry.lazy("schema.forum.section")]] = strawberry.field(
        description="Root sections that the viewer may see; each prunes its own subsections."
    )
