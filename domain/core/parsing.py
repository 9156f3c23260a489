"""What a text that could not be read leaves behind: a value that says where and why. Readers let no exception out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

SHOWN = 80
"""Characters of a line that are worth showing to its author."""

MAX_TITLE = 1000
"""Characters. A longer title is no title of ours, and the patterns below need not be tried on it."""

T = TypeVar("T")


class Reason(StrEnum):
    """Why a text could not be read. The values are codes; the edge puts them into the reader's language."""

    NOT_A_NUMBER = "NOT_A_NUMBER"
    TOO_BIG = "TOO_BIG"
    NEGATIVE = "NEGATIVE"
    NOT_A_DAY = "NOT_A_DAY"
    NOT_A_TIME = "NOT_A_TIME"
    NOT_A_DURATION = "NOT_A_DURATION"
    NOT_A_FIELD = "NOT_A_FIELD"
    WRONG_UNIT = "WRONG_UNIT"
    WRONG_SHAPE = "WRONG_SHAPE"
    FIELD_COUNT = "FIELD_COUNT"
    UNKNOWN_NAME = "UNKNOWN_NAME"
    NOBODY = "NOBODY"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    TWICE = "TWICE"
    MISSING = "MISSING"
    ELSEWHERE = "ELSEWHERE"
    NOT_YOURS = "NOT_YOURS"
    NOTHING = "NOTHING"
    CALLED_OFF = "CALLED_OFF"


@dataclass(frozen=True, slots=True)
class ParseError:
    """The first line of a text that does not keep to the format: 1-based number, its beginning, and a reason.

    `nearest` are names that somebody bears, where one that nobody bears is the reason; `wanted` is what is missing, or
    the part in which the line has its place.
    """

    line: int
    text: str
    reason: Reason
    nearest: tuple[str, ...] = ()
    wanted: str = ""


def parse_error(line: int, text: str, reason: Reason, wanted: str = "") -> ParseError:
    return ParseError(line, text.strip()[:SHOWN].strip(), reason, wanted=wanted)


class ParseFailure(Exception):  # noqa: N818 - it never leaves the reader that catches it
    """How a reader stops at its first unreadable part."""

    def __init__(self, reason: Reason, wanted: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.wanted = wanted


def unwrap(value: T | Reason) -> T:
    """The value; raises ParseFailure where there is a reason in its place."""
    if isinstance(value, Reason):
        raise ParseFailure(value)
    return value
