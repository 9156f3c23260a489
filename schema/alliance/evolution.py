"""The game's constructions and researches as clients see them."""

import strawberry

from domain.alliance.evolution import Evolution

strawberry.enum(Evolution, description="The game's constructions and researches, in the game's order.")


@strawberry.type
class EvolutionLevel:
    evolution: Evolution
    level: int


@strawberry.input
class LevelInput:
    evolution: Evolution
    level: int = strawberry.field(description="0 to 50.")
