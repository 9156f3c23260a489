"""Proves that French numbers are read in every form they are met in, and that none ends in an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.number import (
    LARGEST,
    LARGEST_INT,
    read_decimal,
    read_int,
    read_number,
    read_quantity,
    read_thousandths,
    write_number,
    write_thousandths,
)
from domain.core.parsing import Reason

quantities = st.integers(-LARGEST, LARGEST)


@given(quantities, st.sampled_from([" ", "\u00a0", "\u202f", ""]), st.sampled_from(["-", "\u2212"]))
def test_what_is_written_reads_back_with_any_space_and_minus(value: int, space: str, minus: str) -> None:
    assert read_number(write_number(value).replace(" ", space).replace("-", minus)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-0", 0), (" 1 234 ", 1234), ("007", 7), (str(LARGEST), LARGEST), (f"-{LARGEST}", -LARGEST)],
)
def test_plain_forms(text: str, value: int) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "-", "12 34", "1  234", "1,5", "1.5", "1e3", "١٢", "12a", "- 5", "+5", "1 2345"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert read_number(text) is Reason.NOT_A_NUMBER


@pytest.mark.parametrize("text", [str(LARGEST + 1), str(-LARGEST - 1), "9" * 5000, "9" + " 999" * 20])
def test_what_no_column_holds_is_a_value_and_no_exception(text: str) -> None:
    assert read_number(text) is Reason.TOO_BIG


def test_a_quantity_is_not_under_zero() -> None:
    assert (read_quantity("-1"), read_quantity("0"), read_quantity("x")) == (Reason.NEGATIVE, 0, Reason.NOT_A_NUMBER)


@given(quantities)
def test_thousandths_read_back(value: int) -> None:
    assert read_thousandths(write_thousandths(value)) == value


@pytest.mark.parametrize("text", ["1", "1.5", "1.2345", ".500", "1 000.000", "1.0 0", "nan"])
def test_thousandths_have_three_decimals(text: str) -> None:
    assert read_thousandths(text) is Reason.NOT_A_NUMBER


@pytest.mark.parametrize("text", ["nan", "inf", "1e3", "", "1.", ".5", "1_0"])
def test_decimals_are_plain(text: str) -> None:
    assert read_decimal(text) is Reason.NOT_A_NUMBER
    assert read_decimal("33.25") == 33.25


@given(st.text())
def test_any_text_gives_a_value(text: str) -> None:
    for read in (read_number, read_quantity, read_thousandths, read_decimal):
        assert isinstance(read(text), int | float | Reason)


def test_thousandths_as_they_are_written() -> None:
    assert [write_thousandths(value) for value in (0, 1, -1, -1250)] == ["0.000", "0.001", "-0.001", "-1.250"]
    assert read_thousandths("1.5.250") is Reason.NOT_A_NUMBER


@pytest.mark.parametrize(("value", "read"), [(LARGEST_INT, LARGEST_INT), (LARGEST_INT + 1, Reason.TOO_BIG)])
def test_an_int_has_32_bits(value: int, read: int | Reason) -> None:
    assert LARGEST_INT == 2_147_483_647
    assert read_int(str(value)) == read
    assert read_int(str(-value)) == (read if isinstance(read, Reason) else -read)
    assert read_int("x") is Reason.NOT_A_NUMBER


def test_the_longest_decimals_are_read() -> None:
    assert read_decimal("1" * 16 + "." + "1" * 400) == float("1" * 16 + ".1111111")
    assert read_decimal("1" * 17) is read_decimal("1." + "1" * 401) is Reason.NOT_A_NUMBER
    assert read_decimal("-0.5") == -0.5
    assert LARGEST == 9_223_372_036_854_775_807
