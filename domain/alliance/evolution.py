"""The game's constructions and researches: names, costs, base times, and the next level that shortens laying time."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from domain.core.day import fold

MAX_LEVEL = 50
"""No colony comes near it. Past it a hostile level would make numbers that fill the memory."""


class Kind(StrEnum):
    CONSTRUCTION = "CONSTRUCTION"
    RESEARCH = "RESEARCH"
    RESOURCE = "RESOURCE"


class Evolution(StrEnum):
    """In the game's order."""

    CHAMPIGNONNIERE = "CHAMPIGNONNIERE"
    ENTREPOT_NOURRITURE = "ENTREPOT_NOURRITURE"
    ENTREPOT_MATERIAUX = "ENTREPOT_MATERIAUX"
    COUVEUSE = "COUVEUSE"
    SOLARIUM = "SOLARIUM"
    LABORATOIRE = "LABORATOIRE"
    SALLE_ANALYSE = "SALLE_ANALYSE"
    SALLE_COMBAT = "SALLE_COMBAT"
    CASERNE = "CASERNE"
    DOME = "DOME"
    LOGE_IMPERIALE = "LOGE_IMPERIALE"
    ETABLE_PUCERONS = "ETABLE_PUCERONS"
    ETABLE_COCHENILLES = "ETABLE_COCHENILLES"
    TECHNIQUE_PONTE = "TECHNIQUE_PONTE"
    BOUCLIER_THORACIQUE = "BOUCLIER_THORACIQUE"
    ARMES = "ARMES"
    ARCHITECTURE = "ARCHITECTURE"
    COMMUNICATION_ANIMAUX = "COMMUNICATION_ANIMAUX"
    VITESSE_CHASSE = "VITESSE_CHASSE"
    VITESSE_ATTAQUE = "VITESSE_ATTAQUE"
    GENETIQUE = "GENETIQUE"
    ACIDE = "ACIDE"
    POISON = "POISON"
    NOURRITURE = "NOURRITURE"
    MATERIAUX = "MATERIAUX"

    @property
    def french(self) -> str:
        """The name in the forum's texts."""
        return FACTS[self].french

    @property
    def kind(self) -> Kind:
        return FACTS[self].kind


class Fact(NamedTuple):
    """What level 0 costs, and its base time in seconds."""

    french: str
    kind: Kind
    food: int = 0
    materials: int = 0
    workers: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    food: int
    materials: int
    workers: int


_C, _R = Kind.CONSTRUCTION, Kind.RESEARCH
FACTS: dict[Evolution, Fact] = {
    Evolution.CHAMPIGNONNIERE: Fact("Champignonnière", _C, 0, 90, 0, 120),
    Evolution.ENTREPOT_NOURRITURE: Fact("Entrepôt de Nourriture", _C, 0, 600, 0, 180),
    Evolution.ENTREPOT_MATERIAUX: Fact("Entrepôt de Matériaux", _C, 0, 600, 0, 180),
    Evolution.COUVEUSE: Fact("Couveuse", _C, 0, 600, 0, 180),
    Evolution.SOLARIUM: Fact("Solarium", _C, 0, 2000, 0, 1000),
    Evolution.LABORATOIRE: Fact("Laboratoire", _C, 0, 1400, 0, 300),
    Evolution.SALLE_ANALYSE: Fact("Salle d'analyse", _C, 0, 1400, 0, 300),
    Evolution.SALLE_COMBAT: Fact("Salle de combat", _C, 0, 300, 0, 120),
    Evolution.CASERNE: Fact("Caserne", _C, 0, 800, 0, 200),
    Evolution.DOME: Fact("Dôme", _C, 0, 3500, 0, 400),
    Evolution.LOGE_IMPERIALE: Fact("Loge Impériale", _C, 0, 5000, 0, 500),
    Evolution.ETABLE_PUCERONS: Fact("Etable à pucerons", _C, 0, 1500, 0, 500),
    Evolution.ETABLE_COCHENILLES: Fact("Etable à cochenilles", _C, 0, 10000, 0, 150),
    Evolution.TECHNIQUE_PONTE: Fact("Technique de ponte", _R, 120, 120, 0, 120),
    Evolution.BOUCLIER_THORACIQUE: Fact("Bouclier Thoracique", _R, 200, 300, 80, 120),
    Evolution.ARMES: Fact("Armes", _R, 300, 200, 80, 120),
    Evolution.ARCHITECTURE: Fact("Architecture", _R, 100, 200, 0, 200),
    Evolution.COMMUNICATION_ANIMAUX: Fact("Communication avec les animaux", _R, 200, 500, 80, 120),
    Evolution.VITESSE_CHASSE: Fact("Vitesse de chasse", _R, 4000, 2500, 50, 200),
    Evolution.VITESSE_ATTAQUE: Fact("Vitesse d'attaque", _R, 3000, 1000, 0, 200),
    Evolution.GENETIQUE: Fact("Génétique", _R, 3000, 10000, 1000, 180),
    Evolution.ACIDE: Fact("Acide", _R, 100000, 300000, 5000, 2800),
    Evolution.POISON: Fact("Poison", _R, 40000000, 15000000, 250000, 3200),
    Evolution.NOURRITURE: Fact("Nourriture", Kind.RESOURCE),
    Evolution.MATERIAUX: Fact("Materiaux", Kind.RESOURCE),
}

NAMED = {fold(fact.french): evolution for evolution, fact in FACTS.items()}
"""From the folded French name (see `domain.day.fold`)."""

TDP = (Evolution.COUVEUSE, Evolution.SOLARIUM, Evolution.LABORATOIRE)
"""The evolutions that the rights call next TdP, in the game's order."""


def cost(evolution: Evolution, level: int) -> Cost:
    """Of going from `level` to the next one: base × 2^level. A resource costs nothing.

    The Champignonnière grows by 1.85^level, rounded half up. Source: the game's own tables.
    """
    _, _, food, materials, workers, _ = FACTS[evolution]
    if evolution is Evolution.CHAMPIGNONNIERE:
        return Cost(0, (2 * materials * 37**level + 20**level) // (2 * 20**level), 0)
    return Cost(food << level, materials << level, workers << level)


def base_time(evolution: Evolution, level: int) -> float:
    """Seconds for going from `level` to the next one, before Architecture or Salle d'analyse shorten it."""
    growth = 1.7 if evolution.kind is Kind.RESEARCH else 1.6
    return FACTS[evolution].seconds * growth**level


class NextTdp(NamedTuple):
    """The cheapest next level of the three: materials, and seconds of base time."""

    evolution: Evolution
    cost: int
    base_time: float


Trio = tuple[int, int, int]
"""Levels of Couveuse, Solarium and Laboratoire."""


def trio(levels: Mapping[Evolution, int]) -> Trio:
    """An evolution that a census does not name was never built."""
    couveuse, solarium, laboratoire = (levels.get(evolution, 0) for evolution in TDP)
    return couveuse, solarium, laboratoire


@cache
def _step(evolution: Evolution, level: int) -> NextTdp:
    return NextTdp(evolution, cost(evolution, level).materials, base_time(evolution, level))


@lru_cache(maxsize=4096)
def next_tdp(levels: Trio) -> NextTdp:
    """Among equal costs the first in the game's order."""
    steps = (_step(evolution, level) for evolution, level in zip(TDP, levels, strict=True))
    return min(steps, key=lambda step: step.cost)


Place = tuple[int, int]
"""A colony's column and row on the game's map."""

LONGEST_TRAVEL = 637_200
"""Seconds; what the formula of travel_time never passes."""


def travel_time(distance: float, vitesse_attaque: int) -> int:
    """Seconds that a convoy takes over a distance in the game's units: ceil(0.9^VA × 637200 × (1 − e^(−d/350)))."""
    return math.ceil(0.9**vitesse_attaque * LONGEST_TRAVEL * -math.expm1(-distance / 350))


def time_between(start: Place | None, end: Place | None, vitesse_attaque: int | None) -> int | None:
    """Seconds of travel; None where a place or the level is unknown."""
    if start is None or end is None or vitesse_attaque is None:
        return None
    return travel_time(math.dist(start, end), vitesse_attaque)


def carriage(workers: int, tdc: int, etable_pucerons: int) -> int:
    """Food and materials together that free workers carry, 10 + level / 2 each; one works on each cm² of `tdc`.

    Source: what the extension fills a convoy with.
    """
    return max(workers - tdc, 0) * (20 + etable_pucerons) // 2
