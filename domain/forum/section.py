"""Sections by hand: what names, descriptions and positions may be, and when two names are one. Pure."""

import unicodedata

from domain.core.refusal import bad_input
from domain.core.text import checked_line, checked_text

LONGEST_NAME = 120  # Characters.
LONGEST_NAME_KEY = 360
LONGEST_DESCRIPTION = 2_000
LARGEST_POSITION = 1_000_000


def checked_name(text: str, field: str = "name") -> str:
    """A name without the spaces around it; BAD_INPUT unless it is one line of 1 to 120 characters that shows."""
    name = checked_line(text, field, LONGEST_NAME)
    if len(section_name_key(name)) > LONGEST_NAME_KEY:  # A few letters stand for eighteen.
        raise bad_input(field, "long_text", most=LONGEST_NAME)
    return name


def checked_description(text: str, field: str = "description") -> str:
    """A description, which may be empty; BAD_INPUT above 2,000 characters."""
    description = text.strip()
    return description and checked_text(description, field, LONGEST_DESCRIPTION)


def checked_position(number: int, field: str = "position") -> int:
    """A place among siblings; BAD_INPUT unless it is 0 to 1,000,000."""
    if not 0 <= number <= LARGEST_POSITION:
        raise bad_input(field, "bad_position", most=LARGEST_POSITION)
    return number


def section_name_key(name: str) -> str:
    """The form that siblings' names are compared by: case, width, spacing and what does not show are no difference."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    shown = "".join(letter for letter in folded if unicodedata.category(letter) not in ("Cf", "Cc", "Cs"))
    return " ".join(shown.split())
