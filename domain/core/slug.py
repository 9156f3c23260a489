"""Slugs: a name as it stands in an address. Pure; which slugs are taken is for models to know."""

import re
import unicodedata
from collections.abc import Container

LONGEST_BASE = 80  # Characters; leaves room for a number under the columns' 160.
EMPTY = "sans-nom"
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def slug(name: str) -> str:
    """Lower-case ASCII letters and digits of a name, with single hyphens between; never empty, 1 to 80 characters."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    # Marks go without a trace; anything else that is foreign to an address parts two words.
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", bare.casefold())
    return "-".join(words)[:LONGEST_BASE].removesuffix("-") or EMPTY


def free_slug(name: str, taken: Container[str]) -> str:
    """The slug of a name, numbered from 2 where it is taken."""
    base = candidate = slug(name)
    number = 1
    while candidate in taken:
        number += 1
        candidate = f"{base}-{number}"
    return candidate
