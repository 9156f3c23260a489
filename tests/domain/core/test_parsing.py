"""What is told of an unreadable line, and how a reader stops at one."""

import pytest

from domain.core.parsing import MAX_TITLE, SHOWN, ParseError, ParseFailure, Reason, parse_error, unwrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Nourriture: beaucoup \n", "Nourriture: beaucoup"),
        ("é" * 200, "é" * SHOWN),
        ("a" * (SHOWN - 1) + " b", "a" * 79),
    ],
)
def test_the_beginning_of_the_line_is_shown_without_blanks_around_it(text: str, shown: str) -> None:
    assert parse_error(3, text, Reason.TOO_BIG) == ParseError(3, shown, Reason.TOO_BIG)


def test_a_reader_goes_on_with_a_value_and_stops_at_a_reason() -> None:
    assert unwrap(0) == 0
    assert unwrap("NEGATIVE") == "NEGATIVE", "a text that spells a reason is none"
    with pytest.raises(ParseFailure) as stopped:
        unwrap(Reason.NEGATIVE)
    assert stopped.value.reason is Reason.NEGATIVE
    assert str(stopped.value) == "NEGATIVE"


def test_a_reason_is_its_code() -> None:
    assert [reason.value for reason in Reason] == list(Reason.__members__)
    assert (SHOWN, MAX_TITLE) == (80, 1000)
