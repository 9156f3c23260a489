"""Scalars: instants, days and whole numbers past 32 bits, as the contract words them."""

import re
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry

from domain.core.refusal import Code, Refusal

BigInt = NewType("BigInt", int)
MAX_BIG_INT = 2**63 - 1
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")


def write_instant(value: datetime) -> str:
    """RFC 3339 in UTC with a Z; microseconds only where there are some."""
    text = (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()
    return f"{text[:-6]}Z"  # In place of +00:00.


def read_instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise Refusal(Code.BAD_INPUT, "bad_instant")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal(Code.BAD_INPUT, "no_such_instant") from None


def read_day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Refusal(Code.BAD_INPUT, "bad_day")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refusal(Code.BAD_INPUT, "no_such_day") from None


def read_big_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_BIG_INT:
        raise Refusal(Code.BAD_INPUT, "bad_big_int")
    return value


SCALARS: dict[object, Any] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="UTC instant, RFC 3339.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=write_instant,
        parse_value=read_instant,
    ),
    date: strawberry.scalar(
        name="Date", description="Calendar day, ISO 8601.", serialize=date.isoformat, parse_value=read_day
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="Whole number that may pass 32 bits; written as a JSON number, never as an exponent.",
        serialize=int,
        parse_value=read_big_int,
    ),
}
