"""Alliances as clients see and found them.

Tested in tests/resolvers/alliance/test_alliance.py.
"""

from datetime import datetime

import strawberry

from engine.execution.field import resolved
from engine.execution.price import price
from engine.guard.row_filter import seen_by
from engine.kept.field import kept
from engine.operation.node_type import Node, id_of
from permissions.row_filter import RowFilter
from resolvers.alliance import alliance, member
from schema.alliance.access import Parent, requires_alliance_administration
from schema.alliance.kept import TABLE
from schema.alliance.member import Member
from schema.core.access import requires_account
from schema.forum.section import Section, SectionConnection


@strawberry.type(
    description="Any account knows its tag and name. Members, orders and convoys are for members who have a topic in "
    "the members section, and for staff; to others the lists are empty."
)
class Alliance(Node):
    id: strawberry.ID = id_of("Alliance")
    tag: str = strawberry.field(
        description="1 to 16 characters, unique whatever its case; what `alliance(tag:)` and `allianceTag` take."
    )
    name: str = strawberry.field(description="One line of 1 to 120 characters; two alliances may share it.")
    viewer_member: Member | None = resolved(
        member.viewer_member, description="The viewer's own place; null for who holds none in this alliance."
    )
    members: list[Member] | None = resolved(
        member.members,
        arguments={"gone": "True adds the members who have left; `leftAt` tells them apart."},
        description="By rank, highest first, then by name. `gone` adds those who have left.",
        metadata=price(150, items=6),
    )
    sections: list[Section] = seen_by(
        RowFilter.SECTION_VISIBILITY, description="Those that the viewer may see.", metadata=price(5)
    )
    deleted_sections: SectionConnection | None = requires_alliance_administration(
        alliance.deleted_sections,
        of=Parent("pk"),
        description="Its own among what `Query.deletedSections` lists, in the same order.",
        metadata=price(60),
    )
    next_harvest_at: datetime | None = strawberry.field(
        description="Minute of the next update of the rights; null until a member has reported one, and to those who "
        "may not look into the alliance."
    )


@strawberry.type
class AllianceQuery:
    alliances: list[Alliance] | None = requires_account(
        alliance.alliances, description="Every alliance, by tag.", metadata=price(60)
    )
    alliance: Alliance | None = requires_account(
        alliance.alliance,
        metadata=kept(TABLE),
        arguments={"tag": "The alliance's `tag`, whatever its case."},
        description="By its tag; null where no alliance has it.",
    )


@strawberry.type
class AllianceMutation:
    create_alliance: Alliance = requires_account(
        alliance.create_alliance,
        arguments={
            "tag": "1 to 16 characters that show; unique whatever its case, otherwise CONFLICT.",
            "name": "One line of 1 to 120 characters.",
            "pseudo": "The founder's name in the game, at most 100 characters; the account's own by default.",
        },
        description="Makes its founder the first member and administrator, and prepares its sections: one of "
        "discussion, and under it members, orders and the vault. For accounts without an alliance, "
        "RATE_LIMITED after five tries in a day, and for staff.",
        metadata=price(1500),
    )
