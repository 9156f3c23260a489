"""Harvests as clients see them."""

from datetime import datetime

import strawberry

from engine.execution.described_enum import described_enum
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from models.rights.harvest import HarvestOutcome

described_enum(
    HarvestOutcome,
    "What became of a harvest.",
    {
        HarvestOutcome.APPLIED: "Every present member's rights were updated and saved.",
        HarvestOutcome.BLOCKED: "Nothing was saved for anyone, for want of a census; the next one covers its half "
        "hours too.",
    },
)


@strawberry.type(
    description="One update of an alliance's rights, every half hour at the minute that the game shows (seed: récolte)."
)
class Harvest(Node):
    id: strawberry.ID = id_of("Harvest")
    harvest_at: datetime = strawberry.field(description="The slot's own minute, however late it was applied.")
    outcome: HarvestOutcome = strawberry.field(description="Whether it was saved, for all members or for none.")
    missing_census: list[str] = strawberry.field(
        description="Pseudos of the members with a coefficient and no census, who block it; empty if applied."
    )


HarvestConnection = Connection[Harvest]
