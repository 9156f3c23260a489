"""Why something was refused, with a code. The edge alone turns it into an answer in the reader's language."""

from enum import StrEnum


class Code(StrEnum):
    """Every `extensions.code` of the API."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_INPUT = "BAD_INPUT"
    CONFLICT = "CONFLICT"
    LOCKED = "LOCKED"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_COMPLEX = "TOO_COMPLEX"
    EVENTS_MISSED = "EVENTS_MISSED"
    ALLIANCE_KEY_MISSING = "ALLIANCE_KEY_MISSING"
    ALLIANCE_KEY_INVALID = "ALLIANCE_KEY_INVALID"
    UNAVAILABLE = "UNAVAILABLE"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    INTERNAL = "INTERNAL"


class Refusal(Exception):  # noqa: N818 - a refusal is an expected outcome, not a fault
    """Raised where a rule says no; nothing has been changed.

    `message` is a key of the edge's message catalogue, `details` fill its placeholders, and `field` names the
    argument that was at fault, as the client spelled it.
    """

    def __init__(self, code: Code, message: str, field: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.details = details


def bad_input(field: str, message: str, **details: object) -> Refusal:
    return Refusal(Code.BAD_INPUT, message, field, **details)


def not_found(field: str | None = None) -> Refusal:
    """What never existed and what the viewer may not see are refused in equal words."""
    return Refusal(Code.NOT_FOUND, "not_found", field)


def forbidden(message: str = "forbidden") -> Refusal:
    return Refusal(Code.FORBIDDEN, message)
