"""Proves that censuses read back, and that the first line that is not one's is named, not passed over."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alliance.census import NO_UNIT, Census, faults, is_unit, read_census, write_census
from domain.alliance.evolution import MAX_LEVEL, TDP, Evolution, Kind
from domain.alliance.member import MAX_TDC
from domain.core.number import LARGEST
from domain.core.parsing import ParseError, Reason

LEVELS = {evolution: at for at, evolution in enumerate(Evolution) if evolution.kind is not Kind.RESOURCE}
CENSUS = Census(12345, 678, 793800, 9, LEVELS, {"Naine d’Elite": 1026173, "Tank d’élite": 5})
TEXT = """Nourriture: 12 345
Matériaux: 678
Terrain de Chasse: 793 800 cm²

--- Constructions ---
Champignonnière: 0
Entrepôt de Nourriture: 1
Entrepôt de Matériaux: 2
Couveuse: 3
Solarium: 4
Laboratoire: 5
Salle d'analyse: 6
Salle de combat: 7
Caserne: 8
Dôme: 9
Loge Impériale: 10
Etable à pucerons: 11
Etable à cochenilles: 12

--- Recherches ---
Technique de ponte: 13
Bouclier Thoracique: 14
Armes: 15
Architecture: 16
Communication avec les animaux: 17
Vitesse de chasse: 18
Vitesse d'attaque: 19
Génétique: 20
Acide: 21
Poison: 22

--- Unités ---
Ouvrière: 9
Naine d’Elite: 1 026 173
Tank d’élite: 5"""

quantities = st.integers(0, LARGEST)
levels = st.dictionaries(st.sampled_from(list(LEVELS)), st.integers(0, MAX_LEVEL)).map(
    lambda drawn: {**dict.fromkeys(TDP, 0), **drawn}
)
units = st.dictionaries(st.text(min_size=1, max_size=20).filter(is_unit), st.integers(1, LARGEST), max_size=20)
censuses = st.builds(Census, quantities, quantities, st.integers(0, MAX_TDC), quantities, levels, units)


@given(censuses)
def test_censuses_read_back(census: Census) -> None:
    assert not list(faults(census))
    assert read_census(write_census(census)) == census


def test_the_canonical_form() -> None:
    assert write_census(CENSUS) == TEXT
    assert read_census(TEXT) == CENSUS
    bare = Census(0, 0, 1, 0, dict.fromkeys(TDP, 0), {"Tank": 0})
    assert write_census(bare).endswith(f"Ouvrière: 0\n{NO_UNIT}")
    assert write_census(Census(0, 0, 1, 0)) == write_census(bare)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (": ", " : "),
        (": ", "\u00a0:\u00a0"),
        ("12 345", "12\u00a0345"),
        ("12 345", "12\u202f345"),
        ("\n", "\r\n"),
        ("Etable", "Étable"),
        ("d'a", "d’a"),
        ("cm²", "cm2"),
        (" cm²", "cm²"),
        ("Tank", "Soldate: 0\nTank"),
        ("Nourriture: 12", "\n\nNourriture: 12"),
    ],
)
def test_variants_that_are_met(old: str, new: str) -> None:
    assert old in TEXT
    assert read_census(TEXT.replace(old, new)) == CENSUS


@pytest.mark.parametrize("first", ["Matériaux: 5", "MATERIAUX : 5", "Terrain de Chasse: 5 cm²"])
def test_stocks_alone_are_meant_for_a_census_whichever_comes_first(first: str) -> None:
    found = read_census(f"{first}\nNourriture: 5")
    assert isinstance(found, ParseError)
    assert (found.line, found.text, found.reason) == (2, "Nourriture: 5", Reason.MISSING)


def test_no_unit_at_all() -> None:
    text = TEXT[: TEXT.index("Naine")]
    alone = Census(12345, 678, 793800, 9, LEVELS)
    assert read_census(text) == read_census(text + NO_UNIT) == alone


@pytest.mark.parametrize("body", ["", " ", "Bonjour", "J'ai posté : 5", "--- fin ---", "-" * 100_000, "Matériaux: 5"])
def test_what_means_no_census(body: str) -> None:
    assert read_census(body) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("Couveuse: 3", "Couveuse 3", 9, Reason.NOT_A_FIELD),
        ("Couveuse: 3", "Couveuse", 9, Reason.NOT_A_FIELD),
        ("Couveuse: 3", "Couveuse: trois", 9, Reason.NOT_A_NUMBER),
        ("Couveuse: 3", "Couveuse: -3", 9, Reason.NEGATIVE),
        ("Couveuse: 3", f"Couveuse: {MAX_LEVEL + 1}", 9, Reason.TOO_BIG),
        ("Couveuse: 3", "Couveuse: " + "9" * 5000, 9, Reason.TOO_BIG),
        ("Couveuse: 3", "Couveuze: 3", 9, Reason.UNKNOWN_NAME),
        ("Couveuse: 3", "Armes: 3", 9, Reason.ELSEWHERE),
        ("--- Constructions ---\n", "", 5, Reason.ELSEWHERE),
        ("--- Recherches ---\n", "", 20, Reason.ELSEWHERE),
        ("--- Unités ---\n", "", 32, Reason.ELSEWHERE),
        ("--- Unités ---", "--- Recherches ---", 32, Reason.TWICE),
        ("Couveuse: 3", "Nourriture: 3", 9, Reason.UNKNOWN_NAME),
        ("Couveuse: 3", "Solarium: 3", 10, Reason.TWICE),
        ("Couveuse: 3", "Couveuse: 3,5", 9, Reason.NOT_A_NUMBER),
        ("12 345", "12.34", 1, Reason.NOT_A_NUMBER),
        ("12 345", "12.345 678", 1, Reason.NOT_A_NUMBER),
        ("793 800 cm²", "793 800 km²", 3, Reason.WRONG_UNIT),
        ("793 800 cm²", "793 800 cm3", 3, Reason.NOT_A_NUMBER),
        ("793 800 cm²", "793 800 m²", 3, Reason.WRONG_UNIT),
        ("793 800 cm²", "9 000 000 000 000 cm²", 3, Reason.TOO_BIG),
        ("Matériaux: 678", "Or: 678", 2, Reason.UNKNOWN_NAME),
        ("Tank d’élite: 5", "Tank d’élite 5", 35, Reason.NOT_A_FIELD),
        ("Tank d’élite: 5", "\nTank d’élite: 5", 36, Reason.NOT_A_FIELD),
        ("Tank d’élite: 5", "Armes: 5", 35, Reason.ELSEWHERE),
        ("Tank d’élite: 5", ": 5", 35, Reason.UNKNOWN_NAME),
        ("Tank d’élite: 5", "Ouvrière: 5", 35, Reason.TWICE),
    ],
)
def test_a_hostile_line_is_named(old: str, new: str, line: int, reason: Reason) -> None:
    assert TEXT.count(old) == 1
    body = TEXT.replace(old, new)
    found = read_census(body)
    assert isinstance(found, ParseError)
    assert (found.line, found.text, found.reason) == (line, body.split("\n")[line - 1][:80].strip(), reason)


@pytest.mark.parametrize(
    ("old", "wanted"),
    [
        ("Nourriture: 12 345\n", "Nourriture"),
        ("Matériaux: 678\n", "Matériaux"),
        ("Terrain de Chasse: 793 800 cm²\n", "Terrain de Chasse"),
        (TEXT[TEXT.index("--- Const") : TEXT.index("--- Rech")], "Constructions"),
        ("Couveuse: 3\n", "Couveuse"),
        ("Laboratoire: 5\n", "Laboratoire"),
        (TEXT[TEXT.index("\n--- Unit") :], "Unités"),
        ("Ouvrière: 9\n", "Ouvrière"),
    ],
)
def test_what_is_missing_is_named(old: str, wanted: str) -> None:
    assert TEXT.count(old) == 1
    found = read_census(TEXT.replace(old, ""))
    assert isinstance(found, ParseError)
    assert (found.reason, found.wanted) == (Reason.MISSING, wanted)


# ---- as tired players write it ------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 345", "12.345"),
        ("793 800 cm²", "793.800"),
        ("793 800 cm²", "793 800 CM²"),
        ("793 800 cm²", "793 800 cm^2"),
        ("Terrain de Chasse", "TdC"),
        ("Nourriture: 12", "Nourritures : 12"),
        ("Ouvrière", "Ouvrières"),
        ("--- Unités ---", "=== Unité ==="),
        ("--- Constructions ---", "[b]Constructions :[/b]"),
        ("Couveuse: 3", "- Couveuse: 3"),
        ("Couveuse: 3", "[b]Couveuse[/b]: 3"),
        (TEXT, f"Bonjour à tous,\nrecensement du 21/11/2026 à 20:15 :\n{TEXT}"),
        (TEXT, f"{TEXT}\nBonne journée"),
        (TEXT, f"{TEXT}\n\nPS : je pars 3 jours, à ce soir 20h"),
        (TEXT, f"{TEXT}\n\n-- \nZoé, le 21/11"),
        (TEXT, f"[quote=Zoé]{TEXT.replace('12 345', '1')}[/quote]\n{TEXT}"),
        (TEXT[: TEXT.index("Naine")], TEXT[: TEXT.index("Naine")].upper()),
    ],
)
def test_what_tired_players_write_reads_alike(old: str, new: str) -> None:
    assert old in TEXT
    assert read_census(TEXT.replace(old, new)) == CENSUS


spaces = st.sampled_from([" ", "\u00a0", "\u202f", "."])
words = st.lists(st.sampled_from(["Bonjour", "le", "21/11", "20:15", "Recensement", "3", "\n", "😀", "[b]", "PS"]))


@st.composite
def decorated(draw: st.DrawFn) -> str:
    """The canonical text under what players do to it."""
    mark = draw(spaces)
    lines = [re.sub(r"(?<=\d) (?=\d)", mark, line) for line in TEXT.split("\n")]
    for at in draw(st.sets(st.integers(0, len(lines) - 1), max_size=6)):
        line = lines[at]
        lines[at] = draw(
            st.sampled_from(
                [line, line.upper(), f"  {line}  ", f"[b]{line}[/b]", f"- {line}", line.replace(":", " :"), ""]
            )
        )
    for _ in range(draw(st.integers(0, 2))):
        lines.insert(draw(st.integers(0, len(lines))), " ".join(draw(words)))
    return "\n".join([" ".join(draw(words)), *lines, " ".join(draw(words))])


def small(census: Census) -> Census:
    return replace(census, units={name.casefold(): count for name, count in census.units.items()})


@given(decorated())
def test_decorations_change_no_number_or_are_named(body: str) -> None:
    found = read_census(body)
    if isinstance(found, Census):
        # A line that was emptied is a level, or kind of units, that was not told: none is another one's.
        assert found.levels.items() <= CENSUS.levels.items()
        assert small(found).units.items() <= small(CENSUS).units.items()
        assert replace(found, levels=CENSUS.levels, units=CENSUS.units) == CENSUS
    else:
        assert isinstance(found, ParseError)
        assert 1 <= found.line <= body.count("\n") + 1
        assert found.text or found.wanted


@given(st.integers(0, len(TEXT)))
def test_a_census_cut_before_its_workers_is_never_taken_for_a_whole_one(at: int) -> None:
    found = read_census(TEXT[:at])
    if at <= TEXT.index("Ouvrière: ") + len("Ouvrière: "):
        assert not isinstance(found, Census)


def test_a_long_line_is_read_in_no_time() -> None:
    start = time.perf_counter()
    for filler in (" " * 100_000 + "x", "-" * 100_000 + "x", "a:" * 50_000):
        assert isinstance(read_census(TEXT.replace("Couveuse: 3", "--- " + filler)), ParseError)
    assert time.perf_counter() - start < 1


@given(
    st.text().map(lambda text: "Nourriture: 5\n" + text) | st.lists(st.sampled_from(TEXT.split("\n"))).map("\n".join)
)
def test_any_text_gives_a_value(body: str) -> None:
    assert isinstance(read_census(body), Census | ParseError | None)


@pytest.mark.parametrize(
    ("census", "fault"),
    [
        (Census(-1, 0, 0, 0), ("food", Reason.NEGATIVE)),
        (Census(0, LARGEST + 1, 0, 0), ("materials", Reason.TOO_BIG)),
        (Census(0, 0, MAX_TDC + 1, 0), ("tdc", Reason.TOO_BIG)),
        (Census(0, 0, 0, -1), ("workers", Reason.NEGATIVE)),
        (Census(0, 0, 0, 0, {Evolution.DOME: MAX_LEVEL + 1}), ("levels", Reason.TOO_BIG)),
        (Census(0, 0, 0, 0, {Evolution.NOURRITURE: 1}), ("levels", Reason.UNKNOWN_NAME)),
        (Census(0, 0, 0, 0, units={"a: b": 1}), ("units", Reason.NOT_A_FIELD)),
        (Census(0, 0, 0, 0, units={"a\nb": 1}), ("units", Reason.NOT_A_FIELD)),
        (Census(0, 0, 0, 0, units={"Tank": -1}), ("units", Reason.NEGATIVE)),
        (
            Census(0, 0, 0, 0, units={first + last: 1 for first in "abcdefghijk" for last in "abcdefghij"}),
            ("units", Reason.TOO_BIG),
        ),
    ],
)
def test_what_no_text_can_carry(census: Census, fault: tuple[str, Reason]) -> None:
    assert list(faults(census)) == [fault]
