"""Sections as clients see them.

Tested in tests/resolvers/forum/tree/test_forum.py.
"""

from datetime import datetime
from typing import Annotated

import strawberry

from engine.execution.described_enum import described_enum
from engine.execution.field import resolved
from engine.execution.price import price
from engine.guard.row_filter import seen_by
from engine.kept.field import number
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from models.live.attention import Attention
from permissions.row_filter import RowFilter
from permissions.visibility import SectionKind
from resolvers.forum import attention, topic
from schema.account.faction import Clan, Faction
from schema.forum.category import Category
from schema.forum.kept import POST_COUNT, TOPIC_COUNT
from schema.forum.topic import TopicConnection

described_enum(
    SectionKind,
    "What a section holds. All kinds but DISCUSSION are made and kept by an alliance's features.",
    {
        SectionKind.DISCUSSION: "Topics that people open by hand.",
        SectionKind.MEMBERS: "One topic a member, opened by the service (seed: outiiil_membre).",
        SectionKind.ORDERS: "One topic an order, opened by the service (seed: outiiil_commande).",
        SectionKind.VAULT: "The alliance's key; for its administrators alone, and never mirrored.",
        SectionKind.MIRROR: "A host's encrypted copy of sections of the alliances that it houses players of.",
    },
)


@strawberry.type(description="A section of the forum. Those that the viewer may not see are nowhere.")
class Section(Node):
    id: strawberry.ID = id_of("Section")
    slug: str = strawberry.field(
        description="What `section(slug:)` takes: made from the first name, unique, kept until a deletion."
    )
    name: str = strawberry.field(
        description="One line of 1 to 120 characters; no two neighbours share a name, whatever its case."
    )
    description: str = strawberry.field(description="At most 2,000 characters; empty for none.")
    position: int = strawberry.field(description="Place among its neighbours, 0 to 1,000,000; the lowest comes first.")
    kind: SectionKind = strawberry.field(description="What the section holds, set when it is made.")
    category: Category = seen_by(
        RowFilter.CATEGORY_ENTRY, description="The category at the top of the section's branch."
    )
    parent: Annotated["Section", strawberry.lazy("schema.forum.section")] | None = seen_by(
        RowFilter.SECTION_VISIBILITY, description="The section right above; null at the top of its category."
    )
    subsections: list[Annotated["Section", strawberry.lazy("schema.forum.section")]] = seen_by(
        RowFilter.SECTION_VISIBILITY,
        description="Sections right below that the viewer may see, by position.",
    )
    visible_by_faction: Faction | None = strawberry.field(
        description="Only living characters of this faction (and of the clan, if both are set) see the section."
    )
    visible_by_clan: Clan | None = strawberry.field(
        description="Only living characters of this clan (and of the faction, if both are set) see the section."
    )
    is_announcement: bool = strawberry.field(
        description="Only staff, or the alliance's administrators, open topics; whoever sees it may reply."
    )
    topic_count: int = strawberry.field(
        description="Topics of the section itself, subsections left out.", metadata=number(TOPIC_COUNT)
    )
    post_count: int = strawberry.field(
        description="Posts of the section itself, subsections left out.", metadata=number(POST_COUNT)
    )
    deleted_at: datetime | None = strawberry.field(description="Set in lists of `deletedSections` alone.")
    viewer_attention: Attention = resolved(
        attention.viewer_attention,
        description="What the viewer set by `setSectionAttention`; NORMAL without an account.",
        metadata=price(25),
    )
    topics: TopicConnection | None = resolved(
        topic.topics,
        description="Pinned ones first, then the last posted in. `deleted` lists the deleted topics instead, for those "
        "who moderate the forum.",
        metadata=price(15),
    )


SectionConnection = Connection[Section]
