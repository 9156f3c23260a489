"""Census posts: a member's own report of stocks, hunting ground, levels and units. It reads and writes their text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from domain.alliance.evolution import FACTS, MAX_LEVEL, NAMED, TDP, Evolution, Kind
from domain.alliance.member import MAX_TDC
from domain.core.bbcode import own_words, without_tags
from domain.core.day import fold
from domain.core.number import LARGEST, read_quantity, write_number
from domain.core.parsing import ParseError, ParseFailure, Reason, parse_error, unwrap

NO_UNIT = "Aucune unité militaire trouvée (ou erreur lors de la récupération)."
MAX_UNITS = 100
"""Kinds of units; the game has under thirty."""

MAX_HEADING = 80
"""Characters of a heading with what frames it."""


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


_HEADINGS = {
    "construction": Kind.CONSTRUCTION, "constructions": Kind.CONSTRUCTION,
    "recherche": Kind.RESEARCH, "recherches": Kind.RESEARCH,
    "unite": Kind.RESOURCE, "unites": Kind.RESOURCE,
}  # fmt: skip
_STOCKS = {
    "nourriture": "food", "nourritures": "food", "materiau": "materials", "materiaux": "materials",
    "terrain de chasse": "tdc", "tdc": "tdc",
}  # fmt: skip
_WORKERS = {"ouvriere", "ouvrieres"}
_NEEDED = {"food": "Nourriture", "materials": "Matériaux", "tdc": "Terrain de Chasse"}
_PARTS = {Kind.CONSTRUCTION: "Constructions", Kind.RESEARCH: "Recherches", Kind.RESOURCE: "Unités"}
_BULLET = re.compile(r"\A[-–—•*>]\s+(?=\w)")
_HAS_DIGIT = re.compile(r"\d")
_HEADING_FRAME = " \t-–—=_~*#:"
_TDC = re.compile(r"(.*?)\s*(?:cm\s*(?:²|\^?2)?)?", re.IGNORECASE)


def read_census(body: str) -> Census | ParseError | None:
    """None for a post that means no census; otherwise the census, or the first line that is not one's.

    Words before its first line are their author's own, and after its last; so are lines without a digit that name
    nothing of it. All others count: a level that was misread would move everybody's share. What is quoted is nobody's.
    """
    lines = [_plain(line) for line in own_words(body).split("\n")]
    if not _is_census_like(lines):
        return None
    draft = _Draft()
    for number, line in enumerate(lines, 1):
        try:
            draft.take(line)
        except ParseFailure as misread:
            return parse_error(number, line, misread.reason, misread.wanted)
    try:
        return draft.census()
    except ParseFailure as misread:
        number = max(at for at, line in enumerate(lines, 1) if line)
        return parse_error(number, lines[number - 1], misread.reason, misread.wanted)


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
    """Whether a line can carry it: at most 50 printable characters, no colon or digit, no ornament, no name of ours."""
    plain = name.isprintable() and name == " ".join(_plain(name).split()) and ":" not in name
    return (
        plain and 0 < len(name) <= 50 and not _HAS_DIGIT.search(name) and not _is_named(name) and _heading(name) is None
    )


def _plain(line: str) -> str:
    """A line without what only decorates it: tags of bold and the like, and the sign of a list."""
    return _BULLET.sub("", without_tags(line).strip()).strip()


def _is_named(name: str) -> bool:
    folded = fold(name)
    return folded in _STOCKS or folded in _WORKERS or folded in NAMED or folded.startswith("aucune unite")


def _is_census_like(lines: list[str]) -> bool:
    """A heading of ours, or lines of stocks: its author meant a census."""
    stocks = [stock for line in lines if (stock := _stock(line)) is not None]
    # Of food no one begins in this form by chance; of the others a line alone may be an offer or a question.
    first = next((line for line in lines if line), "")
    return (
        _stock(first) == "food"
        or len(set(stocks)) > 1
        or any(line.startswith("---") and _heading(line) for line in lines)
    )


def _stock(line: str) -> str | None:
    name, colon, _ = line.partition(":")
    return _STOCKS.get(fold(name)) if colon else None


def _heading(line: str) -> Kind | None:
    return _HEADINGS.get(fold(line.strip(_HEADING_FRAME))) if len(line) <= MAX_HEADING else None


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
        self.parts: set[Kind] = set()
        self.is_over = False
        self.stocks: dict[str, int] = {}
        self.levels: dict[Evolution, int] = {}
        self.units: dict[str, int] = {}

    def take(self, line: str) -> None:
        """One line; raises ParseFailure where it does not belong."""
        part = _heading(line)
        if part is not None:
            if part in self.parts:
                raise ParseFailure(Reason.TWICE)
            self.part, self.is_over = part, False
            self.parts.add(part)
        elif not line:
            self.is_over = "workers" in self.stocks  # What follows a blank line after the units is words.
        elif not self._is_words(line):
            name, colon, value = line.partition(":")
            if not colon or self.is_over:
                raise ParseFailure(Reason.NOT_A_FIELD)
            self._take_field(name.strip(), value.strip())

    def _is_words(self, line: str) -> bool:
        name, colon, value = line.partition(":")
        if _is_named(name) and (colon or not self.is_over):
            return fold(line).startswith("aucune unite") or not (self.stocks or self.parts or _stock(line))
        if not _HAS_DIGIT.search(line):
            return True
        begun = self.stocks or self.parts
        return not begun or (self.is_over and isinstance(read_quantity(value), Reason))

    def _take_field(self, name: str, value: str) -> None:
        folded = fold(name)
        evolution = NAMED.get(folded)
        if self.part is None and folded in _STOCKS:
            self._take_stock(_STOCKS[folded], value)
        elif evolution is not None and evolution.kind is not Kind.RESOURCE:
            self._check_part(evolution.kind)
            self._once(self.levels, evolution, value, MAX_LEVEL)
        elif folded in _WORKERS:
            self._check_part(Kind.RESOURCE)
            self._once(self.stocks, "workers", value)
        elif self.part is Kind.RESOURCE and is_unit(unit := " ".join(name.split())) and len(self.units) < MAX_UNITS:
            self._once(self.units, unit, value)
        else:
            raise ParseFailure(Reason.UNKNOWN_NAME)

    def _check_part(self, kind: Kind) -> None:
        """A line of another part has its place there, or that part's heading is missing."""
        if self.part is not kind:
            raise ParseFailure(Reason.ELSEWHERE, _PARTS[kind])

    def _take_stock(self, stock: str, value: str) -> None:
        if stock != "tdc":
            return self._once(self.stocks, stock, value)
        match = _TDC.fullmatch(value)
        number = match[1] if match else value
        if number[-1:].isalpha() or number[-1:] == "²":
            raise ParseFailure(Reason.WRONG_UNIT)
        return self._once(self.stocks, stock, number, MAX_TDC)

    def _once(self, into: dict[Key, int], key: Key, value: str, largest: int = LARGEST) -> None:
        if key in into:
            raise ParseFailure(Reason.TWICE)
        number = unwrap(read_quantity(value))
        if number > largest:
            raise ParseFailure(Reason.TOO_BIG)
        into[key] = number

    def census(self) -> Census:
        """Raises ParseFailure, with what is missing, where the post lacks what the rights are computed from."""
        for wanted in self._missing():
            raise ParseFailure(Reason.MISSING, wanted)
        units = {name: count for name, count in self.units.items() if count}
        return Census(**self.stocks, levels=self.levels, units=units)

    def _missing(self) -> Iterator[str]:
        """In the order of a census; of a part that is missing the part alone."""
        yield from (name for key, name in _NEEDED.items() if key not in self.stocks)
        if Kind.CONSTRUCTION not in self.parts:
            yield _PARTS[Kind.CONSTRUCTION]
        yield from (FACTS[evolution].french for evolution in TDP if evolution not in self.levels)
        if Kind.RESOURCE not in self.parts:
            yield _PARTS[Kind.RESOURCE]
        if "workers" not in self.stocks:
            yield "Ouvrière"
