"""What an account's name and address may be, and the keys that uniqueness and login go by."""

import re

from domain.core.name import check_name, name_key
from domain.core.refusal import bad_input
from domain.core.text import storable_text

MAX_USERNAME = 32
MAX_EMAIL = 254
"""Characters: the longest address that a mail server must carry (RFC 5321, with errata 1690)."""

_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+")


def check_username(text: str) -> tuple[str, str]:
    """The name as it is shown and its key. No `@`, so that no name can be taken for an address at login."""
    name = check_name(text, "username", MAX_USERNAME)
    key = name_key(name)
    if "@" in key:
        raise bad_input("username", "bad_username")
    return name, key


def check_email(text: str) -> tuple[str, str]:
    """The address as it was typed and its key. Only its shape is looked at: no mail is sent to it."""
    email = storable_text(text, "email", MAX_EMAIL)
    key = name_key(email)
    shape = _EMAIL.fullmatch(email) and _EMAIL.fullmatch(key)
    if not shape or not email.isprintable() or not key.isprintable() or len(key) > MAX_EMAIL:
        raise bad_input("email", "bad_email")
    return email, key


def login_key(login: str) -> tuple[str, bool]:
    """The key that a typed login is looked up by, and whether it is an address.

    No name or address has spaces around it; those that a keyboard or a paste adds do not count.
    """
    key = name_key(storable_text(login, "login", MAX_EMAIL)).strip()
    return key, "@" in key
