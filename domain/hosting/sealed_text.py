"""What is sealed of a topic or a post: its text with who wrote and last edited it, as one canonical line of JSON.

The host's row shows nothing of all this. Neither seals nor opens.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_KEYS = ["a", "c", "e", "u", "w", "x"]
_MOST = 2**31 - 1
"""The highest number that an account or a character can have."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Who made the last edit, and when."""

    name: str
    user_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SealedText:
    """A title or a body. `signed` is the name that the forum shows; account and character are the service's numbers."""

    text: str
    signed: str
    user_id: int | None
    character_id: int | None
    written_at: datetime
    edit: Edit | None = None


def write_sealed_text(sealed: SealedText) -> str:
    """The one spelling of it: sorted keys, no blanks, instants in UTC."""
    edit = None
    if sealed.edit is not None:
        edit = [sealed.edit.name, sealed.edit.user_id, _write(sealed.edit.at)]
    fields = {
        "a": sealed.signed,
        "c": sealed.character_id,
        "e": edit,
        "u": sealed.user_id,
        "w": _write(sealed.written_at),
        "x": sealed.text,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def read_sealed_text(line: str) -> SealedText | None:
    """None for anything that `write_sealed_text` does not write."""
    try:
        fields: dict[str, Any] = json.loads(line)
        if not isinstance(fields, dict) or list(fields) != _KEYS:
            return None
        edit = None
        if fields["e"] is not None:
            name, user_id, at = fields["e"]
            edit = Edit(_text(name), _number(user_id), _read(at))
        user_id, character_id = _number(fields["u"]), _number(fields["c"])
        read = SealedText(_text(fields["x"]), _text(fields["a"]), user_id, character_id, _read(fields["w"]), edit)
        return read if write_sealed_text(read) == line else None
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int | None:
    # 1.0 and true equal 1, and would each be written as they were read.
    if value is not None and (type(value) is not int or not 0 < value <= _MOST):
        raise TypeError
    return value


def _write(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _read(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError
    return read.astimezone(UTC)
