"""Variables by kind: what is wrong is named with its reason, reads as its default, and stops no other."""

from enum import StrEnum

import pytest

from domain.core.variables import Switch, Variables


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("", 5, None),
        ("1", 1, None),
        ("9", 9, None),
        ("0", 5, "N: must be between 1 and 9."),
        ("10", 5, "N: must be between 1 and 9."),
        ("web", 5, "N: 'web' is not a whole number."),
    ],
)
def test_whole_numbers(text: str, value: int, fault: str | None) -> None:
    of = Variables({"N": text})
    assert of.whole_number("N", 5, 1, 9) == value
    assert of.faults == ([] if fault is None else [fault])


@pytest.mark.parametrize(
    ("text", "value", "faults"),
    [
        ("", Colour.RED, []),
        ("blue", Colour.BLUE, []),
        ("Blue", Colour.RED, ["C: 'Blue' is none of red, blue."]),
    ],
)
def test_choices(text: str, value: Colour, faults: list[str]) -> None:
    of = Variables({"C": text})
    assert of.choice("C", Colour.RED) is value
    assert of.faults == faults


def test_switches() -> None:
    of = Variables({"A": "on", "B": "off", "C": "yes"})
    assert [of.switch(name) for name in "ABCD"] == [True, False, False, False]
    assert [of.switch(name, Switch.ON) for name in "ABD"] == [True, False, True]
    assert of.faults == ["C: 'yes' is none of off, on."]


def test_all_that_is_wrong_is_kept_in_its_order() -> None:
    of = Variables({"A": "x"})
    assert (of.text("A"), of.text("B")) == ("x", "")
    of.whole_number("A", 5, 1, 9)
    of.wrong("B", "is missing.")
    assert of.faults == ["A: 'x' is not a whole number.", "B: is missing."]
