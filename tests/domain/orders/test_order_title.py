"""Proves that order titles of both forms are read, and that this project's own always read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alliance.evolution import Evolution
from domain.core.number import LARGEST
from domain.core.parsing import MAX_TITLE, ParseError, Reason
from domain.orders.order import Amounts, OrderStatus
from domain.orders.order_title import OldOrderTitle, OrderTitle, read_order_title, subject, write_order_title

quantities = st.integers(0, LARGEST)
titles = st.builds(
    OrderTitle,
    status=st.sampled_from(OrderStatus),
    x=st.integers(-1, 1000),
    y=st.integers(-1, 1000),
    evolution=st.none() | st.sampled_from(Evolution),
    amounts=st.builds(Amounts, quantities, st.integers(-LARGEST, LARGEST), quantities, st.integers(-LARGEST, LARGEST)),
    due_on=st.none() | st.dates(),
    deliver_after=st.none() | st.dates(),
)
NEW_FORM = "[En attente] 226 / 120 / Caserne / 590 / 170 / 8 / 3 / 22 mars 2026"
OLD_FORM = "[Supprimée] 124 / 100 / Technique de ponte / 43804913330 / -9 / 10 avr. 2026"


@given(titles)
def test_titles_read_back(title: OrderTitle) -> None:
    assert read_order_title(write_order_title(title)) == title


def test_the_present_form() -> None:
    title = OrderTitle(
        OrderStatus.WAITING, 226, 120, Evolution.CASERNE, Amounts(8, 3, 590, 170), date(2026, 3, 22), None
    )
    assert read_order_title(NEW_FORM) == title
    assert write_order_title(title) == NEW_FORM
    later = read_order_title(NEW_FORM + " / 1 avr. 2026")
    assert isinstance(later, OrderTitle)
    assert later.deliver_after == date(2026, 4, 1)


def test_the_older_form_knows_what_remains() -> None:
    old = read_order_title(OLD_FORM)
    assert isinstance(old, OldOrderTitle)
    assert old == OldOrderTitle(
        *(OrderStatus.DELETED, 124, 100, Evolution.TECHNIQUE_PONTE, 43804913330, -9, date(2026, 4, 10), None)
    )
    title = old.with_delivered(food=12, materials=5)
    assert title.amounts == Amounts(3, 12, 43804913335, 5)
    assert title == OrderTitle(
        *(old.status, old.x, old.y, old.evolution, Amounts(3, 12, 43804913335, 5), old.due_on, old.deliver_after)
    )
    assert old.with_delivered(food=2, materials=-50_000_000_000).amounts == Amounts(0, 2, 0, -50_000_000_000)
    later = read_order_title(OLD_FORM + " / 1 mai 2026")
    assert isinstance(later, OldOrderTitle)
    assert later.with_delivered(food=0, materials=0).deliver_after == date(2026, 5, 1)
    assert read_order_title(OLD_FORM + " / Invalid date") == old


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("Caserne", "undefined", "evolution", None),
        ("Caserne", "Matériaux", "evolution", Evolution.MATERIAUX),
        ("Caserne", "Salle d\u2019analyse", "evolution", Evolution.SALLE_ANALYSE),
        ("22 mars 2026", "Invalid date", "due_on", None),
        ("En attente", "EN ATTENTE", "status", OrderStatus.WAITING),
        (" / ", "/", "x", 226),
    ],
)
def test_variants_that_are_met(old: str, new: str, field: str, value: object) -> None:
    title = read_order_title(NEW_FORM.replace(old, new))
    assert isinstance(title, OrderTitle)
    assert getattr(title, field) == value


def test_a_title_of_a_thousand_characters_is_read() -> None:
    longest = NEW_FORM.replace("226", "0" * (MAX_TITLE - len(NEW_FORM)) + "226")
    assert read_order_title(longest) == read_order_title(NEW_FORM)
    assert read_order_title(longest + " ") == ParseError(1, longest[:80], Reason.WRONG_SHAPE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Bonjour", Reason.WRONG_SHAPE),
        ("[FDR] PHM1.abc", Reason.UNKNOWN_STATUS),
        ("[En attente] 226 / 120", Reason.FIELD_COUNT),
        (NEW_FORM + " / mai / juin", Reason.FIELD_COUNT),
        (NEW_FORM.replace("Caserne", "Cazerne"), Reason.UNKNOWN_NAME),
        (NEW_FORM.replace("590", "-590"), Reason.NEGATIVE),
        (NEW_FORM.replace("590", "9" * 30), Reason.TOO_BIG),
        (NEW_FORM.replace("226", "x"), Reason.NOT_A_NUMBER),
        (NEW_FORM.replace("mars", "marz"), Reason.NOT_A_DAY),
        ("[En attente] " + "/" * 100_000, Reason.WRONG_SHAPE),
    ],
)
def test_what_is_no_order_title(text: str, reason: Reason) -> None:
    assert read_order_title(text) == ParseError(1, text[:80].strip(), reason)


@given(st.text() | st.lists(st.sampled_from([*NEW_FORM.split(" / "), *OLD_FORM.split(" / ")])).map(" / ".join))
def test_any_text_gives_a_value(text: str) -> None:
    assert isinstance(read_order_title(text), OrderTitle | OldOrderTitle | ParseError)


@pytest.mark.parametrize(
    ("evolution", "food", "materials", "told"),
    [
        (Evolution.CASERNE, 1, 2, "Caserne"),
        (None, 1234, 5_000_000, "1 234 nourritures, 5 000 000 matériaux"),
        (None, 12, 0, "12 nourritures"),
        (None, 0, 12, "12 matériaux"),
        (None, 0, 0, "-"),
    ],
)
def test_what_an_order_is_for(evolution: Evolution | None, food: int, materials: int, told: str) -> None:
    assert subject(evolution, food, materials) == told
