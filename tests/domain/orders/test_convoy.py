"""Proves that convoys read back whoever they go to, and that counter-entries cancel as many as there are of them."""

import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alliance.member import is_pseudo
from domain.core.parsing import ParseError, Reason
from domain.orders.convoy import (
    MOST,
    Convoy,
    cancelled,
    convoy_failure,
    counter_entry,
    delivered,
    faults,
    read_convoy,
    write_convoy,
)

ARRIVAL = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
POST = (
    "- Vous allez livrer 1 234 nourritures et 5 678 materiaux à Zoé dans 1J 2h 3m 4s - Retour le 16 mars 2026 à 07h00"
)
CONVOY = Convoy("Zoé", 1234, 5678, ARRIVAL)

quantities = st.integers(-MOST, MOST)
recipients = st.lists(
    st.text(max_size=8) | st.sampled_from(["dans", "à", "- Retour le 1 mai 2026 à 07h00", "1h", "0 sec", "-"]),
    max_size=6,
).map(" ".join)
convoys = st.builds(
    Convoy,
    recipient=recipients.filter(is_pseudo),
    food=quantities,
    materials=quantities,
    arrives_at=st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 31, 23, 58)).map(  # noqa: DTZ001
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
).filter(lambda convoy: (convoy.food, convoy.materials) != (0, 0))


@given(convoys, st.timedeltas(timedelta(days=-1), timedelta(days=400)))
def test_convoys_read_back_whoever_they_go_to(convoy: Convoy, travel: timedelta) -> None:
    assert read_convoy(write_convoy(convoy, convoy.arrives_at - travel)) == convoy


def test_the_canonical_form() -> None:
    sent_at = ARRIVAL - timedelta(days=1, hours=2, minutes=3, seconds=4)
    assert write_convoy(CONVOY, sent_at) == POST
    assert read_convoy(POST) == CONVOY
    assert read_convoy(f"Voilà !\r\n{POST}\r\nbon courage") == CONVOY
    assert "à 07h01" in write_convoy(Convoy("Zoé", 1, 1, ARRIVAL + timedelta(seconds=1)), sent_at)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 234", "1\u00a0234"),
        ("5 678", "5\u202f678"),
        ("5 678", "5.678"),
        ("07h00", "07:00"),
        ("07h00", "7 h 00"),
        ("materiaux", "matériaux"),
        ("1J 2h 3m 4s", "0 sec"),
        ("dans 1J 2h 3m 4s -", "dans  -"),
        ("dans 1J 2h 3m 4s -", "dans -"),
        (POST, POST.lower().replace("zoé", "Zoé")),
        (POST, POST.upper().replace("ZOÉ", "Zoé")),
        (POST, POST.upper().replace("ZOÉ", "Zoé").replace("MATERIAUX", "MATE\u0301RIAUX")),
        (POST, f"[b]{POST}[/b]"),
        (POST, f"[color=#f00][B]{POST}[/B][/color]"),
        ("- Vous", "- [b]Vous"),
        ("5 678", "[b]5 678[/b]"),
        ("- Vous", "– Vous"),
        ("- Vous", "🐜🚚 - Vous"),
        ("- Vous", "** Vous"),
        (POST, f"[quote=Zoé]{POST}[/quote]\n{POST}"),
        (POST, f"[s]{POST}[/s]{POST}"),
        (POST, f"Je corrige :\n{POST}\n(et non « Vous allez livrer 5 »)"),
    ],
)
def test_variants_that_are_met(old: str, new: str) -> None:
    assert read_convoy(POST.replace(old, new)) == CONVOY


@pytest.mark.parametrize(
    ("written_at", "year"),
    [
        (datetime(2026, 3, 14, tzinfo=UTC), 2026),
        (datetime(2026, 3, 20, tzinfo=UTC), 2026),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), 2026),
        (datetime(2026, 11, 1, tzinfo=UTC), 2027),
    ],
)
def test_an_arrival_without_a_year_is_the_nearest_to_its_post(written_at: datetime, year: int) -> None:
    found = read_convoy(POST.replace(" 2026", ""), written_at)
    assert found == replace(CONVOY, arrives_at=ARRIVAL.replace(year=year))
    assert read_convoy(POST, written_at) == CONVOY


@pytest.mark.parametrize(
    "body",
    [
        *("", " ", "Bonjour", "je vais livrer 5", "> - Vous allez livrer", f"> {POST}", "Vous allez bien livrer ?"),
        "Demain vous allez livrer Zoé",
        f"[quote=Zoé]{POST}[/quote] Merci",
        f"[QUOTE]\n[quote]\n{POST}\n[/quote]\n{POST}\n[/QUOTE] Merci",
        f"[citation]{POST}[/citation]",
        *(f"[{tag}]\n{POST}[/{tag}]" for tag in ("s", "S", "strike", "del", "barré", "barre")),
        f"[s][quote]{POST}[/s]{POST[:9]}[/quote]",
    ],
)
def test_what_means_no_convoy(body: str) -> None:
    assert read_convoy(body) is None


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        (POST[:40], 1, Reason.WRONG_SHAPE),
        (POST[:-3], 1, Reason.NOT_A_TIME),
        (POST.replace(" 2026", ""), 1, Reason.NOT_A_TIME),
        ("merci\n" + POST.replace("1J", "1X"), 2, Reason.NOT_A_DURATION),
        (POST.replace("materiaux", "bois"), 1, Reason.WRONG_SHAPE),
        (POST.replace("5 678", "9" * 25), 1, Reason.TOO_BIG),
        (POST.replace("5 678", "56 78"), 1, Reason.NOT_A_NUMBER),
        (POST.replace("mars", "marz"), 1, Reason.NOT_A_TIME),
        (f"{POST}\n\n{POST}", 3, Reason.TWICE),
        (POST.replace("5 678", "5\u2009678"), 1, Reason.WRONG_SHAPE),
        (f"Salut ! {POST}", 1, Reason.WRONG_SHAPE),
        (f"[s]{POST}", 1, Reason.WRONG_SHAPE),
        (f"[quote]{POST}", 1, Reason.WRONG_SHAPE),
        (POST.replace("5 678", "1 000 000 000 001"), 1, Reason.TOO_BIG),
        (POST.replace("1 234", "0").replace("5 678", "0"), 1, Reason.NOTHING),
        (POST.replace("2026", "0001"), 1, Reason.NOT_A_TIME),
        (POST.replace("2026", "3000"), 1, Reason.NOT_A_TIME),
        (POST.replace("Zoé", "Zoé dans" * 20_000), 1, Reason.WRONG_SHAPE),
    ],
)
def test_a_hostile_line_is_named(body: str, line: int, reason: Reason) -> None:
    start = time.perf_counter()
    assert read_convoy(body) == ParseError(line, body.split("\n")[line - 1][:80].strip(), reason)
    assert time.perf_counter() - start < 1


@given(
    st.text()
    | st.text().map(lambda text: f"- Vous allez livrer {text}")
    | st.integers(0, 120).map(lambda at: POST[:at])
)
def test_any_text_gives_a_value(body: str) -> None:
    assert isinstance(read_convoy(body), Convoy | ParseError | None)


few = st.tuples(
    st.sampled_from(["Paco", "Attila"]),
    st.builds(
        Convoy,
        recipient=st.sampled_from(["Zoé", "R2D2"]),
        food=st.sampled_from([0, 5, -5]),
        materials=st.sampled_from([0, 7, -7]),
        arrives_at=st.sampled_from([ARRIVAL, ARRIVAL + timedelta(minutes=1)]),
    ),
)


@given(st.lists(few, max_size=12), st.randoms())
def test_pairs_cancel_as_a_multiset_in_any_order(entries: list[tuple[str, Convoy]], chance: random.Random) -> None:
    left = Counter(convoy for _, convoy in entries)
    for convoy in list(left):
        if (convoy.food, convoy.materials) != (0, 0):
            gone = min(left[convoy], left[counter_entry(convoy)])
            left -= Counter({convoy: gone, counter_entry(convoy): gone})
    for _ in range(2):
        flags = cancelled(entries)
        standing = [convoy for (_, convoy), gone in zip(entries, flags, strict=True) if not gone]
        assert Counter(standing) == left
        assert delivered(standing) == delivered([convoy for _, convoy in entries])
        chance.shuffle(entries)


def test_three_alike_and_one_counter_entry_leave_two() -> None:
    entries = [("Paco", CONVOY)] * 3 + [("Paco", counter_entry(CONVOY))]
    assert cancelled(entries) == [True, False, False, True]
    assert cancelled(entries[::-1]) == [True, True, False, False]


def test_a_counter_entry_prefers_its_own_senders_convoy() -> None:
    assert cancelled([("Attila", CONVOY), ("Paco", CONVOY), ("Paco", counter_entry(CONVOY))]) == [False, True, True]
    assert cancelled([("Paco", CONVOY)] * 2 + [("Attila", counter_entry(CONVOY))]) == [True, False, True]
    assert cancelled([("Attila", CONVOY), ("Paco", counter_entry(CONVOY))]) == [True, True]


def test_ten_thousand_alike_are_paired_at_once() -> None:
    start = time.perf_counter()
    assert all(cancelled([("Paco", CONVOY), ("Zoé", counter_entry(CONVOY))] * 10_000))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("body", "line", "text"),
    [(f"merci  beaucoup\n {POST}\n{POST}", 2, POST), (f"{POST}\nmerci", 1, POST), ("merci\nbien", 1, "merci\nbien")],
)
def test_a_convoy_that_cannot_be_is_named_by_its_line(body: str, line: int, text: str) -> None:
    assert convoy_failure(body, Reason.NOT_YOURS) == ParseError(line, text[:80].strip(), Reason.NOT_YOURS)


def test_whom_the_writer_may_have_meant_is_kept_with_the_line() -> None:
    assert convoy_failure(POST, Reason.NOT_YOURS, ["Zoë", "Zora"]).nearest == ("Zoë", "Zora")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"food": MOST, "materials": -MOST}, []),
        ({"food": 0}, []),
        ({"food": MOST + 1}, [("food", Reason.TOO_BIG)]),
        ({"materials": -MOST - 1}, [("materials", Reason.TOO_BIG)]),
        ({"food": 0, "materials": 0}, [("materials", Reason.NOTHING)]),
        ({"arrives_at": ARRIVAL.replace(year=9999)}, [("arrivesAt", Reason.NOT_A_TIME)]),
        (
            {"food": -MOST - 1, "materials": MOST + 1, "arrives_at": ARRIVAL.replace(year=1)},
            [("food", Reason.TOO_BIG), ("materials", Reason.TOO_BIG), ("arrivesAt", Reason.NOT_A_TIME)],
        ),
    ],
)
def test_what_no_convoy_carries(changes: dict[str, Any], found: list[tuple[str, Reason]]) -> None:
    assert list(faults(replace(CONVOY, **changes))) == found


def test_a_line_of_five_hundred_characters_is_read() -> None:
    recipient = "Z" * (503 - len(POST))
    found = read_convoy(POST.replace("Zoé", recipient))
    assert isinstance(found, Convoy)
    assert found.recipient == recipient
    assert isinstance(read_convoy(POST.replace("Zoé", recipient + "Z")), ParseError)
