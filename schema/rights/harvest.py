"""Harvests as clients see them."""

from datetime import datetime

import strawberry

from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from models.rights.harvest import HarvestOutcome

strawberry.enum(HarvestOutcome, description="BLOCKED: nothing was saved for anyone, for want of a census.")


@strawberry.type(description="One update of an alliance's rights.")
class Harvest(Node):
    id: strawberry.ID = id_of("Harvest")
    harvest_at: datetime = strawberry.field(description="The slot's own minute, however late it was applied.")
    outcome: HarvestOutcome
    missing_census: list[str] = strawberry.field(description="Pseudos without a census.")


HarvestConnection = Connection[Harvest]
