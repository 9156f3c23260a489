"""What is told of an unreadable line, and how a reader stops at one."""

import pytest

from domain.core.parsing import SHOWN, ParseFailure, Reason, parse_error, unwrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Nourriture: beaucoup \n", "Nourriture: beaucoup"),
        ("é" * 200, "é" * SHOWN),
        ("a" * (SHOWN - 1) + " b", "a" * 79),
    ],
)
def test_the_beginning_of_the_line_is_shown_without_blanks_around_it(text: str, shown: str) -> None:
    assert parse_error(3, text, Reason.TOO_BIG).text == shown


def test_a_reader_goes_on_with_a_value_and_stops_at_a_reason() -> None:
    assert unwrap(0) == 0
    assert unwrap("NEGATIVE") == "NEGATIVE", "a text that spells a reason is none"
    with pytest.raises(ParseFailure) as stopped:
        unwrap(Reason.NEGATIVE)
    assert stopped.value.reason is Reason.NEGATIVE
