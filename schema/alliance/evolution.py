"""The game's constructions and researches as clients see them."""

import strawberry

from domain.alliance.evolution import FACTS, TDP, Evolution, Kind
from engine.execution.described_enum import described_enum


def _words(evolution: Evolution) -> str:
    """The game's name, and what the first level costs and takes."""
    french, kind, *stocks, seconds = FACTS[evolution]
    if kind is Kind.RESOURCE:
        return f"{french}: the resource itself, which an order may ask for; it has no level."
    parts = zip(stocks, ("food", "materials", "workers"), strict=True)
    cost = ", ".join(f"{amount:,} {stock}" for amount, stock in parts if amount)
    trio = " One of the TdP trio." if evolution in TDP else ""
    return f"{french}, a {kind.lower()}; at level 0: {cost}; {seconds:,} s.{trio}"


described_enum(
    Evolution,
    "The game's constructions and researches, in the game's order, and its two resources. From level L to the next: "
    "the cost at level 0 × 2^L (Champignonnière: 1.85^L), and the base time at level 0 × 1.6^L (researches: 1.7^L), "
    "before Architecture or Salle d'analyse shorten it.",
    {evolution: _words(evolution) for evolution in Evolution},
)


@strawberry.type(description="How far a colony has taken one evolution.")
class EvolutionLevel:
    evolution: Evolution = strawberry.field(description="A construction or a research, never a resource.")
    level: int = strawberry.field(description="0 to 50; 0 for one that was never built.")


@strawberry.input(description="How far a colony has taken one evolution.")
class LevelInput:
    evolution: Evolution = strawberry.field(description="A construction or a research; BAD_INPUT for a resource.")
    level: int = strawberry.field(description="0 to 50; 0 for one that was never built.")
