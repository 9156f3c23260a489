"""Convoy posts: their text, and which of them cancel each other. The sender is the post's author, not in it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.core.bbcode import own_words, without_tags
from domain.core.day import fold, next_minute, read_clock, write_clock
from domain.core.duration import read_duration, write_duration
from domain.core.number import read_number, write_number
from domain.core.parsing import ParseError, ParseFailure, Reason, parse_error, unwrap


@dataclass(frozen=True, slots=True)
class Convoy:
    """Negative quantities are a cancelled convoy's counter-entry. The arrival is a whole minute."""

    recipient: str
    food: int
    materials: int
    arrives_at: datetime

    @property
    def is_counter_entry(self) -> bool:
        return (self.food, self.materials) < (0, 0)


MAX_LINE = 500
"""Characters. Far more than two quantities, a pseudo and a date need; a longer line is not tried."""

MOST = 10**12
"""Of food and of materials: a thousand times what the largest convoy carries. Nine thousand of them fit into rights."""

YEARS = range(2000, 3000)
"""Of an arrival: what a text of four digits carries, with room on both sides."""

_START = "vous allez livrer"
_MENTION = re.compile(rf"\b{_START}\b[^\w\n]*[0-9]")
_ORNAMENT = re.compile(r"\A[^\w>\u2212-]*")
_QUANTITY = "[-\u2212]?[0-9][0-9. \u00a0\u202f]*"
# The recipient is greedy: what follows it never holds ` dans`, while a recipient may hold any words, even these.
_POST = re.compile(
    rf"[-–—]?\s*Vous allez livrer (?P<food>{_QUANTITY}) nourritures? et (?P<materials>{_QUANTITY}) mat[ée]riaux"
    r" à (?P<recipient>.+) dans(?P<duration>[^-]*)- Retour (?P<clock>.+)",
    re.IGNORECASE,
)


def read_convoy(body: str, written_at: datetime | None = None) -> Convoy | ParseError | None:
    """None for a post that means no convoy. Words before and after the one convoy line are its author's own affair.

    What begins as a convoy, in any case and whatever decorates it, is read, or refused with a reason. So is a line in
    which one is mentioned with a quantity, unless the post has a line of its own for it. What is quoted or struck out
    is nobody's. An arrival without a year is the one that is nearest to `written_at`.
    """
    found, mention = None, None
    for number, line in enumerate(own_words(body).split("\n"), 1):
        text = line.strip()
        if not _is_convoy_like(text):
            if mention is None and _mentions_convoy(text):
                mention = parse_error(number, text, Reason.WRONG_SHAPE)
            continue
        if found is not None:
            return parse_error(number, text, Reason.TWICE)
        try:
            found = _read(text, written_at)
        except ParseFailure as misread:
            return parse_error(number, text, misread.reason)
    return found or mention


def convoy_failure(body: str, reason: Reason, nearest: Sequence[str] = ()) -> ParseError:
    """Names the convoy line of a post that was read, where what it says cannot be."""
    lines = enumerate(own_words(body).split("\n"), 1)
    number, line = next(((at, text) for at, text in lines if _is_convoy_like(text.strip())), (1, body))
    return replace(parse_error(number, line, reason), nearest=tuple(nearest))


def faults(convoy: Convoy) -> Iterator[tuple[str, Reason]]:
    """What no convoy carries, or when none arrives: the field, and why. A counter-entry's quantities are negative."""
    for name, quantity in (("food", convoy.food), ("materials", convoy.materials)):
        if abs(quantity) > MOST:
            yield name, Reason.TOO_BIG
    if convoy.food == convoy.materials == 0:
        yield "materials", Reason.NOTHING
    if convoy.arrives_at.year not in YEARS:
        yield "arrivesAt", Reason.NOT_A_TIME


def write_convoy(convoy: Convoy, sent_at: datetime) -> str:
    left = int((convoy.arrives_at - sent_at).total_seconds())
    return (
        f"- Vous allez livrer {write_number(convoy.food)} nourritures et {write_number(convoy.materials)} materiaux"
        f" à {convoy.recipient} dans {write_duration(left)} - Retour le {write_clock(next_minute(convoy.arrives_at))}"
    )


def counter_entry(convoy: Convoy) -> Convoy:
    """What its sender posts to cancel it: the same arrival, and quantities that make the sum zero."""
    return Convoy(convoy.recipient, -convoy.food, -convoy.materials, convoy.arrives_at)


def cancelled(entries: Sequence[tuple[str, Convoy]]) -> list[bool]:
    """For each (sender, convoy) of one order, whether it cancels or is cancelled by another entry.

    Entries with the same recipient, |food|, |materials| and arrival cancel in pairs, whichever was posted first. Who
    posted them does not matter, but a counter-entry looks for its own sender's convoy before anybody else's.
    """
    result = [False] * len(entries)
    for same_sender in (True, False):
        groups: defaultdict[tuple[str, Convoy], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for at, (sender, convoy) in enumerate(entries):
            original = counter_entry(convoy) if convoy.is_counter_entry else convoy
            if not result[at]:
                groups[sender if same_sender else "", original][convoy.is_counter_entry].append(at)
        for convoys, counters in groups.values():
            for pair in zip(convoys, counters, strict=False):
                for at in pair:
                    result[at] = True
    return result


def delivered(convoys: Sequence[Convoy]) -> tuple[int, int]:
    """Food and materials, summed with their signs."""
    return sum(convoy.food for convoy in convoys), sum(convoy.materials for convoy in convoys)


def _plain(line: str) -> str:
    """A line without what only decorates it: tags, and signs in front of its dash or its first word."""
    text = without_tags(unicodedata.normalize("NFC", line)).strip()
    return _ORNAMENT.sub("", text).strip()


def _is_convoy_like(line: str) -> bool:
    return fold(_plain(line[:MAX_LINE]).lstrip("-\u2212 ")).startswith(_START)


def _mentions_convoy(line: str) -> bool:
    return not line.startswith(">") and _MENTION.search(fold(line[:MAX_LINE])) is not None


def _read(line: str, written_at: datetime | None) -> Convoy:
    """As it stands, since a pseudo may hold what looks like a tag; then without what decorates it."""
    match = None
    if len(line) <= MAX_LINE:
        match = _POST.fullmatch(line) or _POST.fullmatch(_plain(line))
    if match is None:
        raise ParseFailure(Reason.WRONG_SHAPE)
    unwrap(read_duration(match["duration"]))
    food, materials = unwrap(read_number(match["food"])), unwrap(read_number(match["materials"]))
    convoy = Convoy(
        match["recipient"], food, materials, unwrap(read_clock(match["clock"], near=written_at)).astimezone(UTC)
    )
    for _, reason in faults(convoy):
        raise ParseFailure(reason)
    return convoy
