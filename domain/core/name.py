"""Names of accounts and characters: what is refused in them, and the key under which two names are the same. Pure."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from domain.core.refusal import bad_input
from domain.core.text import storable_text

# Letters and marks that show nothing: fillers, joiners, the blank braille cell, variation selectors.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)


def check_name(text: str, field: str, longest: int) -> str:
    """A name of 1 to `longest` characters that all show, in NFC; single plain spaces may stand inside it.

    Whatever looks like another name because part of it cannot be seen is refused with BAD_INPUT.
    """
    name = unicodedata.normalize("NFC", storable_text(text, field, longest, 1))
    shown = all(_shows(character) for character in name)
    base_first = unicodedata.category(name[0])[0] != "M"
    if not shown or not base_first or name != name.strip(" ") or "  " in name or len(name) > longest:
        raise bad_input(field, "bad_name")
    # A letter that stands for many (U+FDFA stands for 18) would not fit where its key is kept.
    if len(name_key(name)) > 3 * longest:
        raise bad_input(field, "bad_name")
    return name


def _shows(character: str) -> bool:
    return character == " " or (character not in _INVISIBLE and unicodedata.category(character)[0] not in "CZ")


def name_key(name: str) -> str:
    """The form in which names that differ by case or by compatible characters are equal (NFKC and case folding)."""
    # Folding can leave what normalises further (Unicode, section 3.13).
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


MOST_NEAREST = 3


def nearest_names(name: str, known: Iterable[str]) -> list[str]:
    """Those that somebody who wrote `name` may have meant, the likest first; none if none is like it."""
    by_key = {name_key(one): one for one in known}
    return [by_key[key] for key in get_close_matches(name_key(name), by_key, MOST_NEAREST)]
