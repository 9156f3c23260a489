"""Censuses as clients see and submit them."""

from datetime import datetime

import strawberry

from domain.alliance.census import Census as CensusValue
from engine.execution.scalar import BigInt
from engine.operation.access import requires_membership
from engine.operation.node_type import Node, id_of
from resolvers.alliance import census as censuses
from schema.alliance.evolution import EvolutionLevel, LevelInput


@strawberry.type
class UnitCount:
    name: str
    count: BigInt


@strawberry.type(description="What a member reported of their colony. Each is a post in the member's topic.")
class Census(Node):
    id: strawberry.ID = id_of("Census")
    recorded_at: datetime
    tdc: BigInt = strawberry.field(description="Hunting ground, cm².")
    food: BigInt
    materials: BigInt
    workers: BigInt
    levels: list[EvolutionLevel] = strawberry.field(
        description="In the game's order; what is left out was never built."
    )
    units: list[UnitCount]


@strawberry.input
class UnitInput:
    name: str
    count: BigInt


@strawberry.input
class CensusInput:
    food: BigInt
    materials: BigInt
    tdc: BigInt = strawberry.field(description="Hunting ground, cm².")
    workers: BigInt
    levels: list[LevelInput]
    units: list[UnitInput] | None = strawberry.field(default_factory=list)


async def _submit(
    info: strawberry.Info, alliance_tag: str, census: CensusInput | None = None, text: str | None = None
) -> Census:
    given = None if census is None else _read(census)
    return await censuses.submit(info.context, alliance_tag, given, text)  # type: ignore[return-value]


def _read(given: CensusInput) -> CensusValue:
    stocks = {
        "food": int(given.food),
        "materials": int(given.materials),
        "tdc": int(given.tdc),
        "workers": int(given.workers),
    }
    levels = [(one.evolution, one.level) for one in given.levels]
    return censuses.census_of(stocks, levels, [(one.name, int(one.count)) for one in given.units or ()])


@strawberry.type
class CensusMutation:
    submit_census: Census = requires_membership(
        _submit,
        description="The viewer's own census: structured, or the text that the game extension posts; exactly one of "
        "the two. It becomes a post in the viewer's topic.",
    )
