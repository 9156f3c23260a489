"""What hostings add to alliances as clients see them."""

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.hosting import hosting
from schema.alliance.alliance import Alliance
from schema.hosting.alliance_key import KeyUse
from schema.hosting.hosting import Hosting, HostingProposal


@extends(Alliance)
class HostingsOfAlliance:
    hostings: list[Hosting] = resolved(
        hosting.hostings,
        description="As mother and as host, open ones first; empty for those who may not look into the alliance.",
        metadata=price(40),
    )
    hosting_proposals: list[HostingProposal] = resolved(
        hosting.hosting_proposals,
        description="What it asked of others and was asked, the last of each pair, open ones first; empty for all but "
        "those who administer the alliance.",
        metadata=price(20),
    )
    key_trail: list[KeyUse] = resolved(
        hosting.key_trail,
        description="Newest first; empty for all but those who administer the alliance.",
        metadata=price(20),
    )
