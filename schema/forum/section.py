"""Sections as clients see them."""

from typing import Annotated, Any

import strawberry

from engine.operation.node_type import Node, id_of
from permissions.visibility import SectionKind
from resolvers.forum import topic
from schema.account.faction import Clan, Faction
from schema.forum.category import Category
from schema.forum.topic import TopicConnection

strawberry.enum(
    SectionKind,
    description=(
        "MEMBERS: one topic a member (outiiil_membre). ORDERS: one topic an order (outiiil_commande). VAULT: the "
        "alliance key, never mirrored. MIRROR: a host's encrypted copy of another alliance's section."
    ),
)


async def _topics(
    root: Any, info: strawberry.Info, *, first: int | None = 20, after: str | None = None, deleted: bool | None = False
) -> TopicConnection:
    return await topic.topics_of(info.context, info, root, first, after, deleted=bool(deleted))  # type: ignore[return-value]


@strawberry.type(description="A section of the forum. Those that the viewer may not see are nowhere.")
class Section(Node):
    id: strawberry.ID = id_of("Section")
    slug: str
    name: str
    description: str
    position: int
    kind: SectionKind
    category: Category
    parent: Annotated["Section", strawberry.lazy("schema.forum.section")] | None
    subsections: list[Annotated["Section", strawberry.lazy("schema.forum.section")]]
    visible_by_faction: Faction | None = strawberry.field(
        description="Only living characters of this faction (and of the clan, if both are set) see the section."
    )
    visible_by_clan: Clan | None
    is_announcement: bool = strawberry.field(
        description="Staff alone open topics here; whoever sees the section may reply."
    )
    topic_count: int = strawberry.field(description="Topics of the section itself, subsections left out.")
    post_count: int = strawberry.field(description="Posts of the section itself, subsections left out.")
    topics: TopicConnection = strawberry.field(
        resolver=_topics,
        description="Pinned ones first, then the last posted in. `deleted` lists the deleted topics instead, for those "
        "who moderate the forum.",
    )
