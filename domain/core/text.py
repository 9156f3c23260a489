"""Texts that players write: what is refused at the door, before any database meets it. Pure."""

import unicodedata

from domain.core.refusal import bad_input

LONGEST_TITLE = 200  # Characters.
LONGEST_BODY = 60_000
_SURROGATE, _CONTROL = "Cs", "Cc"


def checked_title(text: str, field: str = "title") -> str:
    """A title without the spaces around it; BAD_INPUT unless it is one line of 1 to 200 characters."""
    return checked_line(text, field, LONGEST_TITLE)


def checked_body(text: str, field: str = "body") -> str:
    """The text as it was written; BAD_INPUT unless it is 1 to 60,000 characters and something of it shows."""
    return checked_text(text, field, LONGEST_BODY)


def checked_line(text: str, field: str, most: int) -> str:
    """One line without the spaces around it; BAD_INPUT unless it is 1 to `most` characters and something shows."""
    line = checked_text(text, field, most).strip()
    if any(unicodedata.category(letter) == _CONTROL for letter in line):
        raise bad_input(field, "one_line")
    return line


def checked_text(text: str, field: str, most: int) -> str:
    """The text as it was written; BAD_INPUT unless it is 1 to `most` characters and something of it shows."""
    storable_text(text, field, most)
    if all(unicodedata.category(letter)[0] in "ZC" for letter in text):
        raise bad_input(field, "empty_text")
    return text


def storable_text(text: str, field: str, most: int, least: int = 0) -> str:
    """The text as it was typed; BAD_INPUT unless its length in characters is right and a database can hold it."""
    if len(text) > most:
        raise bad_input(field, "long_text", most=most)
    if len(text) < least:
        raise bad_input(field, "short_text", least=least)
    # NUL breaks PostgreSQL's text and a lone surrogate every UTF-8 writer, each in its own way.
    if "\0" in text or any(unicodedata.category(letter) == _SURROGATE for letter in text):
        raise bad_input(field, "bad_text")
    return text


def plain_text(text: str) -> str:
    """A text from another forum with U+FFFD for each character that no database can hold."""
    return "".join("\ufffd" if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter for letter in text)
