"""What resource rights add to members as clients see them."""

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.rights import own_rights, rights_entry
from schema.alliance.access import PARENT, requires_alliance_administration
from schema.alliance.member import Member
from schema.rights.rights import ResourceRights
from schema.rights.rights_entry import RightsEntryConnection


@extends(Member)
class RightsOfMember:
    resource_rights: ResourceRights | None = requires_alliance_administration(
        of=PARENT,
        with_topic=True,
        description="Live columns, computed only as far as they are selected; null for a member who has left.",
        metadata=price(8),
    )
    own_rights: ResourceRights | None = resolved(
        own_rights.own_rights,
        description="The same columns for the member themself, who reads no other's. Null to others than the member "
        "and those who administer the alliance, and for a member who has left.",
        metadata=price(8),
    )
    rights_history: RightsEntryConnection | None = requires_alliance_administration(
        rights_entry.rights_history,
        of=PARENT,
        with_topic=True,
        description="What each harvest wrote, and what administrators changed, newest first.",
        metadata=price(75),
    )
