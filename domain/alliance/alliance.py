"""Alliances: what tags and names may be, and the sections that each of them has. Pure."""

from domain.core.name import check_name, name_key
from domain.core.refusal import bad_input
from domain.core.text import checked_line

LONGEST_TAG = 16  # Characters.
LONGEST_NAME = 120
MOST_MEMBERS = 1000
"""In one member table of the game, whose own alliances have a tenth of that."""

SECTION_NAMES = {"MEMBERS": "Outiiil_Membre", "ORDERS": "Outiiil_Commande", "VAULT": "Coffre"}
"""By kind. The first two are the names under which the game's extension finds them."""


def checked_tag(text: str, field: str = "tag") -> tuple[str, str]:
    """The tag as it is shown and the key that it is unique by; BAD_INPUT unless it is 1 to 16 visible characters."""
    tag = check_name(text.strip(" "), field, LONGEST_TAG)
    return tag, name_key(tag)


def checked_alliance_name(text: str, field: str = "name") -> str:
    """A name without the spaces around it; BAD_INPUT unless it is one line of 1 to 120 characters."""
    name = checked_line(text, field, LONGEST_NAME)
    if len(name_key(name)) > 2 * LONGEST_NAME:
        raise bad_input(field, "long_text", most=LONGEST_NAME)
    return name
