"""Census posts: a member's own report of stocks, hunting ground, levels and units. It reads and writes their text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from domain.alliance.evolution import FACTS, MAX_LEVEL, NAMED, TDP, Evolution, Kind
from domain.alliance.member import MAX_TDC
from domain.core.day import fold
from domain.core.number import LARGEST, read_quantity, write_number
from domain.core.parsing import ParseError, ParseFailure, Reason, parse_error, unwrap

NO_UNIT = "Aucune unité militaire trouvée (ou erreur lors de la récupération)."
MAX_UNITS = 100
"""Kinds of units; the game has under thirty."""


Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Census:
    """Hunting ground in cm². Units that are zero are left out; a level that is left out was never built."""

    food: int
    materials: int
    tdc: int
    workers: int
    levels: dict[Evolution, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)


_HEADINGS = {"constructions": Kind.CONSTRUCTION, "recherches": Kind.RESEARCH, "unites": Kind.RESOURCE}
_STOCKS = {"nourriture": "food", "materiaux": "materials", "terrain de chasse": "tdc"}


def read_census(body: str) -> Census | ParseError | None:
    """None for a post that means no census; otherwise the census, or the first line that is not one's.

    Every line counts: a level that was misread would move everybody's share.
    """
    lines = [line.strip() for line in body.split("\n")]
    if not _is_census_like(lines):
        return None
    draft = _Draft()
    for number, line in enumerate(lines, 1):
        try:
            draft.take(line)
        except ParseFailure as misread:
            return parse_error(number, line, misread.reason)
    try:
        return draft.census()
    except ParseFailure as misread:
        return parse_error(len(lines), lines[-1], misread.reason)


def write_census(census: Census) -> str:
    """The extension's own form. The levels that the rights need are always written."""
    units = [f"{name}: {write_number(count)}" for name, count in census.units.items() if count]
    return "\n".join(
        [
            f"Nourriture: {write_number(census.food)}",
            f"Matériaux: {write_number(census.materials)}",
            f"Terrain de Chasse: {write_number(census.tdc)} cm²",
            "",
            "--- Constructions ---",
            *_write_levels(census, Kind.CONSTRUCTION),
            "",
            "--- Recherches ---",
            *_write_levels(census, Kind.RESEARCH),
            "",
            "--- Unités ---",
            f"Ouvrière: {write_number(census.workers)}",
            *(units or [NO_UNIT]),
        ]
    )


def faults(census: Census) -> Iterator[tuple[str, Reason]]:
    """What keeps a structured census from being written as a text that reads back: the field, and why."""
    bounded = [
        ("food", census.food, LARGEST),
        ("materials", census.materials, LARGEST),
        ("tdc", census.tdc, MAX_TDC),
        ("workers", census.workers, LARGEST),
        *(("levels", level, MAX_LEVEL) for level in census.levels.values()),
        *(("units", count, LARGEST) for count in census.units.values()),
        ("units", len(census.units), MAX_UNITS),
    ]
    for name, value, largest in bounded:
        if not 0 <= value <= largest:
            yield name, Reason.NEGATIVE if value < 0 else Reason.TOO_BIG
    if any(evolution.kind is Kind.RESOURCE for evolution in census.levels):
        yield "levels", Reason.UNKNOWN_NAME
    if not all(map(is_unit, census.units)):
        yield "units", Reason.NOT_A_FIELD


def is_unit(name: str) -> bool:
    """Whether a line can carry it: printable, no colon, not the workers' own name, at most 50 characters."""
    plain = name.isprintable() and name == " ".join(name.split()) and ":" not in name
    return plain and 0 < len(name) <= 50 and fold(name) != "ouvriere" and not name.startswith("--")


def _is_census_like(lines: list[str]) -> bool:
    """A heading of ours, or a first line of stocks: its author meant a census."""
    first = next((line for line in lines if line), "")
    name, colon, _ = first.partition(":")
    stock = _STOCKS.get(fold(name)) if colon else None
    # Of food no one speaks in this form by chance; of the others a line alone may be an offer or a question.
    means_stocks = stock == "food" or (stock is not None and _stock_lines(lines) > 1)
    return means_stocks or any(map(_heading, lines))


def _stock_lines(lines: list[str]) -> int:
    return sum(":" in line and fold(line.partition(":")[0]) in _STOCKS for line in lines)


def _heading(line: str) -> Kind | None:
    return _HEADINGS.get(fold(line.strip("-"))) if line.startswith("---") and line.endswith("---") else None


def _write_levels(census: Census, kind: Kind) -> list[str]:
    return [
        f"{fact.french}: {census.levels.get(evolution, 0)}"
        for evolution, fact in FACTS.items()
        if fact.kind is kind and (evolution in census.levels or evolution in TDP)
    ]


class _Draft:
    """The census as far as it is read."""

    def __init__(self) -> None:
        self.part: Kind | None = None
        self.stocks: dict[str, int] = {}
        self.levels: dict[Evolution, int] = {}
        self.units: dict[str, int] = {}

    def take(self, line: str) -> None:
        """One line; raises Misread where it does not belong."""
        part = _heading(line)
        if part is not None:
            self.part = part
        elif line and not (self.part is Kind.RESOURCE and fold(line).startswith("aucune unite")):
            name, colon, value = line.partition(":")
            if not colon:
                raise ParseFailure(Reason.NOT_A_FIELD)
            self._take_field(name.strip(), value.strip())

    def _take_field(self, name: str, value: str) -> None:
        folded = fold(name)
        if self.part is None:
            self._take_stock(folded, value)
        elif self.part is not Kind.RESOURCE:
            evolution = NAMED.get(folded)
            if evolution is None or evolution.kind is not self.part:
                raise ParseFailure(Reason.UNKNOWN_NAME)
            self._once(self.levels, evolution, value, MAX_LEVEL)
        elif folded == "ouvriere":
            self._once(self.stocks, "workers", value)
        elif is_unit(unit := " ".join(name.split())) and len(self.units) < MAX_UNITS:
            self._once(self.units, unit, value)
        else:
            raise ParseFailure(Reason.UNKNOWN_NAME)

    def _take_stock(self, name: str, value: str) -> None:
        stock = _STOCKS.get(name)
        if stock is None:
            raise ParseFailure(Reason.UNKNOWN_NAME)
        if stock != "tdc":
            return self._once(self.stocks, stock, value)
        if not value.endswith(("cm²", "cm2")):
            raise ParseFailure(Reason.WRONG_UNIT)
        return self._once(self.stocks, stock, value[:-3], MAX_TDC)

    def _once(self, into: dict[Key, int], key: Key, value: str, largest: int = LARGEST) -> None:
        if key in into:
            raise ParseFailure(Reason.TWICE)
        number = unwrap(read_quantity(value))
        if number > largest:
            raise ParseFailure(Reason.TOO_BIG)
        into[key] = number

    def census(self) -> Census:
        """Raises Misread where the post stops short of what the rights are computed from."""
        if not self.stocks.keys() >= {"food", "materials", "tdc", "workers"} or not self.levels.keys() >= set(TDP):
            raise ParseFailure(Reason.MISSING)
        units = {name: count for name, count in self.units.items() if count}
        return Census(**self.stocks, levels=self.levels, units=units)
