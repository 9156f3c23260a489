"""Censuses as clients see and submit them.

Tested in tests/resolvers/alliance/test_census.py.
"""

from datetime import datetime

import strawberry

from domain.alliance.census import Census as CensusValue
from engine.execution.price import price
from engine.execution.scalar import BigInt
from engine.operation.context import Info
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from models.alliance.census.census import CensusView
from permissions.viewer import Membership
from resolvers.alliance import census as censuses
from schema.alliance.access import by_tag, requires_membership
from schema.alliance.evolution import EvolutionLevel, LevelInput


@strawberry.type(description="How many units of one kind a colony has.")
class UnitCount:
    name: str = strawberry.field(description="The game's French name, such as `Naine d’Elite`; at most 50 characters.")
    count: BigInt = strawberry.field(description="Units, at least 1.")


@strawberry.type(description="What a member reported of their colony. Each is a post in the member's topic.")
class Census(Node):
    id: strawberry.ID = id_of("Census")
    recorded_at: datetime = strawberry.field(description="When its post was written; the newest one counts.")
    tdc: BigInt = strawberry.field(description="Hunting ground, cm² (seed: terrain de chasse).")
    food: BigInt = strawberry.field(description="Food in stock (seed: nourriture).")
    materials: BigInt = strawberry.field(description="Materials in stock (seed: matériaux).")
    workers: BigInt = strawberry.field(description="Workers of the colony (seed: ouvrières).")
    levels: list[EvolutionLevel] = strawberry.field(
        description="In the game's order; what is left out was never built.", metadata=price(4)
    )
    units: list[UnitCount] = strawberry.field(
        description="In the order of the report; kinds that the colony has none of are left out.",
        metadata=price(4),
    )


CensusConnection = Connection[Census]


@strawberry.input(description="How many units of one kind a colony has.")
class UnitInput:
    name: str = strawberry.field(
        description="The game's French name: 1 to 50 characters without a colon, and not the workers'."
    )
    count: BigInt = strawberry.field(description="Units, 0 to 2^63 - 1; none is as good as left out.")


@strawberry.input(description="A member's report of the colony. BAD_INPUT names the field that is wrong.")
class CensusInput:
    food: BigInt = strawberry.field(description="Food in stock, 0 to 2^63 - 1.")
    materials: BigInt = strawberry.field(description="Materials in stock, 0 to 2^63 - 1.")
    tdc: BigInt = strawberry.field(description="Hunting ground, cm², 0 to 10^12.")
    workers: BigInt = strawberry.field(description="Workers of the colony, 0 to 2^63 - 1.")
    levels: list[LevelInput] = strawberry.field(
        description="Each evolution once; what is left out was never built. NOURRITURE and MATERIAUX have no level."
    )
    units: list[UnitInput] | None = strawberry.field(
        default_factory=list, description="At most 100 kinds, each once, workers apart."
    )


async def submit_census(
    info: Info, membership: Membership, census: CensusInput | None = None, text: str | None = None
) -> CensusView:
    return await censuses.submit_census(info, membership, None if census is None else _read(census), text)


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
        submit_census,
        of=by_tag("alliance_tag"),
        arguments={
            "census": "The structured report; null if `text` is given.",
            "text": "The text that the game extension posts, at most 60,000 characters; null if `census` is given. "
            "BAD_INPUT names the line that cannot be read.",
        },
        description="The viewer's own census: structured, or the text that the game extension posts; exactly one of "
        "the two. It becomes a post in the viewer's topic.",
    )
