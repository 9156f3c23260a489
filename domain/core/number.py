"""Numbers as the game writes them in French. What is no number, or too big a one, gives a reason, not a value."""

import re

from domain.core.parsing import Reason

LARGEST = 2**63 - 1
"""What a BIGINT column holds: quantities past it are refused where they are read."""

LARGEST_INT = 2**31 - 1
"""What an INT column and GraphQL's Int hold."""

_SPACE = "[ \u00a0\u202f]"
_NUMBER = re.compile(rf"[-\u2212]?(?:[0-9]+|[0-9]{{1,3}}(?:(?:{_SPACE}[0-9]{{3}})+|(?:\.[0-9]{{3}})+))")
_NOT_DIGIT = re.compile(r"[^0-9]")
_DECIMAL = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,400})?")


def read_number(text: str) -> int | Reason:
    """`1 234` (U+0020, U+00A0 or U+202F between thousands, or points, and an optional minus) to 1234."""
    text = text.strip()
    if _NUMBER.fullmatch(text) is None:
        return Reason.NOT_A_NUMBER
    digits = _NOT_DIGIT.sub("", text).lstrip("0")
    # The length first: int() itself refuses some thousands of digits with an exception.
    if len(digits) > 19 or (value := int(digits or "0")) > LARGEST:
        return Reason.TOO_BIG
    return value if text[0] in "0123456789" else -value


def read_int(text: str) -> int | Reason:
    """A number of at most 32 bits: an id of the game, a coordinate, a rank's order."""
    value = read_number(text)
    return Reason.TOO_BIG if not isinstance(value, Reason) and abs(value) > LARGEST_INT else value


def read_quantity(text: str) -> int | Reason:
    """A number that cannot be under zero."""
    value = read_number(text)
    return Reason.NEGATIVE if not isinstance(value, Reason) and value < 0 else value


def write_number(value: int) -> str:
    """1234 to `1 234`, the form that the game's own extension posts."""
    return f"{value:,}".replace(",", " ")


def read_decimal(text: str) -> float | Reason:
    """A decimal with a point, as this project writes it into titles; never an exponent, infinity or NaN."""
    return float(text) if _DECIMAL.fullmatch(text) else Reason.NOT_A_NUMBER


def read_thousandths(text: str) -> int | Reason:
    """`-1.250` to -1250. Exactly three decimals: the one mark that tells this number from any whole one."""
    head, point, tail = text.partition(".")
    if not point or not re.fullmatch(r"-?[0-9]+", head) or not re.fullmatch(r"[0-9]{3}", tail):
        return Reason.NOT_A_NUMBER
    return read_number(head + tail)


def write_thousandths(value: int) -> str:
    whole, rest = divmod(abs(value), 1000)
    return f"{'-' if value < 0 else ''}{whole}.{rest:03}"
