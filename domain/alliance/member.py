"""The title of a member's topic, in which the forum keeps who the member is and what the rights last saved."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from domain.core.day import fold, minute_of, read_clock, write_clock
from domain.core.name import name_key
from domain.core.number import read_decimal, read_int, read_quantity, read_thousandths, write_thousandths
from domain.core.parsing import MAX_TITLE, ParseError, ParseFailure, Reason, parse_error, unwrap

MAX_COEFFICIENT = 1000.0
"""Percent: ten times the base share."""

MAX_TDC = 10**12
"""cm², far above any colony. Within it no formula of the rights leaves the range of floats."""


MAX_NAME = 100
"""Characters of a pseudo or a rank; the game's own are shorter."""

LONGEST_PSEUDO_KEY = 3 * MAX_NAME
"""Characters of the key that pseudos are compared by, `domain.name.name_key`: a few letters stand for eighteen."""


class Adjustment(StrEnum):
    """Which way a member's share may be adjusted so that the shares make one whole (seed: liberté d'ajustement)."""

    EXACT = "EXACT"
    UP = "UP"
    DOWN = "DOWN"

    @property
    def french(self) -> str:
        return _FRENCH[self]


_FRENCH = {Adjustment.EXACT: "Exact", Adjustment.UP: "à la hausse", Adjustment.DOWN: "à la baisse"}
_NAMED = {fold(french): adjustment for adjustment, french in _FRENCH.items()}


@dataclass(frozen=True, slots=True)
class SavedRights:
    """What the last update left: percent, cm², the minute it was made at, and thousandths of materials."""

    coefficient: float
    adjustment: Adjustment
    tdc_at_last_update: int
    last_updated_at: datetime
    accumulated_thousandths: int


@dataclass(frozen=True, slots=True)
class MemberTitle:
    """None stands for an id or coordinates that are not known; a rank and its order come together or not at all."""

    pseudo: str
    player_id: int | None
    x: int | None
    y: int | None
    rank: str | None = None
    rank_order: int | None = None
    rights: SavedRights | None = None


# The rank is greedy and the pseudo is not, since only a rank may hold ` / `. The rights end in exactly three decimals
# and a title without them ends in a whole number: whatever a rank looks like, the last field tells the two apart.
_HEAD = re.compile(r"(.+?) / (-?[0-9]+) / (-?[0-9]+) / (-?[0-9]+)(?: / (.*) / (-?[0-9]+))?")
_TAIL = re.compile(r"(.+) / ([^/]+) / ([^/]+) / ([^/]+) / ([^/]+) / (-?[0-9]+\.[0-9]{3})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


def is_pseudo(text: str) -> bool:
    """Whether a title can carry it: one line, no blanks around it, no ` / ` in it."""
    return (
        bool(text)
        and text == text.strip()
        and " / " not in text
        and is_rank(text)
        and len(name_key(text)) <= LONGEST_PSEUDO_KEY
    )


def is_rank(text: str) -> bool:
    """Whether a title can carry it: any single line of a sensible length."""
    return len(text) <= MAX_NAME and _CONTROL.search(text) is None


def is_coefficient(percent: float) -> bool:
    return math.isfinite(percent) and 0 <= percent <= MAX_COEFFICIENT


def is_tdc(value: int) -> bool:
    return 0 <= value <= MAX_TDC


def read_member_title(title: str) -> MemberTitle | ParseError:
    """Source of the format: the extension's titles, with this project's own tail for the rights."""
    try:
        return _read(title if len(title) <= MAX_TITLE else "")
    except ParseFailure as misread:
        return parse_error(1, title, misread.reason)


def shown_member_title(title: str) -> str:
    """What a member's title is to those who do not administer the alliance: the pseudo, which holds no ` / `."""
    return title.partition(" / ")[0]


def write_member_title(member: MemberTitle) -> str:
    fields = [member.pseudo, *(str(-1 if value is None else value) for value in (member.player_id, member.x, member.y))]
    if member.rank is not None:
        fields += [member.rank, str(member.rank_order or 0)]
    if member.rights is not None:
        fields += _write_rights(member.rights)
    return " / ".join(fields)


def _known(value: int) -> int | None:
    return None if value == -1 else value


def _read(title: str) -> MemberTitle:
    tail = _TAIL.fullmatch(title)
    head = _HEAD.fullmatch(tail[1] if tail else title)
    if head is None:
        raise ParseFailure(Reason.WRONG_SHAPE)
    player_id, x, y = (_known(unwrap(read_int(text))) for text in head.group(2, 3, 4))
    rank_order = None if head[6] is None else unwrap(read_int(head[6]))
    if not is_pseudo(head[1].strip()) or not is_rank(head[5] or ""):
        raise ParseFailure(Reason.WRONG_SHAPE)
    return MemberTitle(head[1].strip(), player_id, x, y, head[5], rank_order, _read_rights(tail) if tail else None)


def _read_rights(tail: re.Match[str]) -> SavedRights:
    coefficient = unwrap(read_decimal(tail[2]))
    adjustment = _NAMED.get(fold(tail[3]))
    if adjustment is None:
        raise ParseFailure(Reason.UNKNOWN_NAME)
    tdc, updated_at = unwrap(read_quantity(tail[4])), unwrap(read_clock(tail[5]))
    if not is_coefficient(coefficient) or not is_tdc(tdc):
        raise ParseFailure(Reason.TOO_BIG)
    return SavedRights(coefficient, adjustment, tdc, updated_at, unwrap(read_thousandths(tail[6])))


@lru_cache(maxsize=256)  # A harvest writes one for each member, and few are not the same.
def _write_coefficient(coefficient: float) -> str:
    # repr() is the shortest text that reads back as the same float; Decimal spells it out without an exponent.
    return f"{Decimal(repr(coefficient + 0.0)):f}".removesuffix(".0")  # No zero with a sign, which equals the other.


def _write_rights(rights: SavedRights) -> list[str]:
    return [
        _write_coefficient(rights.coefficient),
        rights.adjustment.french,
        str(rights.tdc_at_last_update),
        write_clock(minute_of(rights.last_updated_at)),
        write_thousandths(rights.accumulated_thousandths),
    ]
