"""The history of an alliance's rights as administrators see it, of all members together.

Tested in tests/resolvers/rights/test_rights_history.py.
"""

from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.rights import rights_history
from schema.alliance.access import Parent, requires_alliance_administration
from schema.alliance.alliance import Alliance
from schema.rights.rights_entry import RightsEntryConnection


@extends(Alliance)
class RightsHistoryOfAlliance:
    rights_history: RightsEntryConnection | None = requires_alliance_administration(
        rights_history.rights_history,
        of=Parent("pk"),
        with_topic=True,
        arguments={
            "member_id": "Of this member alone, present or gone: empty for one of another alliance. Null for all.",
            "by_hand": "True leaves the harvests out, so that what administrators changed is left.",
        },
        description="What each harvest wrote of each member, and what administrators changed, newest first.",
        metadata=price(1500),
    )
