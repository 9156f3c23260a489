"""Mirrors as clients see them: which section is copied where, how far that has come, and what was refused.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from datetime import datetime

import strawberry

from engine.guard.row_filter import seen_by
from engine.operation.node_type import Node, id_of
from permissions.row_filter import RowFilter
from schema.forum.section import Section


@strawberry.type(
    description="A topic or post of a mirror that was refused: tampered with, swapped, replayed or cut. It is neither "
    "read nor written over, and the alliance's own copy stays as it is."
)
class MirrorFault:
    topic: strawberry.ID = strawberry.field(description="The UUID that both copies share.")
    post: strawberry.ID | None = strawberry.field(description="Null for the topic itself.")
    reason: str = strawberry.field(
        description="One of `oversize`, `non-canonical`, `truncated`, `unknown kid`, `wrong key`, `swapped`, "
        "`replayed`."
    )


@strawberry.type(description="A shared section and its encrypted copy at a host.")
class Mirror(Node):
    id: strawberry.ID = id_of("Mirror")
    section: Section = seen_by(
        RowFilter.ALLIANCE_INSIGHT, description="The mother's own section, of kind MEMBERS or ORDERS."
    )
    mirror_section: Section = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="The host's section of kind MIRROR. All of its mothers share it: titles tell whose a topic is.",
    )
    synced_at: datetime | None = strawberry.field(
        description="When nothing was left to copy; null before the first time."
    )
    pending: int = strawberry.field(description="Topics that are still to be copied or compared.")
    faults: list[MirrorFault] = seen_by(
        RowFilter.ALLIANCE_INSIGHT, description="What was refused and still is; at most 100."
    )
