"""What hostings add to alliances as clients see them."""

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.hosting import hosting
from schema.alliance.alliance import Alliance
from schema.hosting.alliance_key import KeyUse
from schema.hosting.hosting import Hosting


@extends(Alliance)
class HostingsOfAlliance:
    hostings: list[Hosting] = resolved(
        hosting.hostings,
        description="As mother and as host, open ones first; empty for those who may not look into the alliance.",
        metadata=price(40),
    )
    key_trail: list[KeyUse] = resolved(
        hosting.key_trail,
        description="Newest first; empty for all but those who administer the alliance.",
        metadata=price(20),
    )
