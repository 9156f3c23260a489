"""What an account's name and address may be, and the keys that uniqueness and login go by."""

from email_validator import EmailNotValidError, validate_email

from domain.core.name import check_name, name_key
from domain.core.refusal import bad_input
from domain.core.text import storable_text

MAX_USERNAME = 32
MAX_EMAIL = 254
"""Characters: the longest address that a mail server must carry (RFC 5321, with errata 1690)."""


def check_username(text: str) -> tuple[str, str]:
    """The name as it is shown and its key. No `@`, so that no name can be taken for an address at login."""
    name = check_name(text, "username", MAX_USERNAME)
    key = name_key(name)
    if "@" in key:
        raise bad_input("username", "bad_username")
    return name, key


def check_email(text: str) -> tuple[str, str]:
    """The address as it was typed and its key. Its form alone is judged: no server is asked."""
    email = storable_text(text, "email", MAX_EMAIL)
    key = name_key(email)
    if len(key) > MAX_EMAIL or not (_is_address(email) and _is_address(key)):
        raise bad_input("email", "bad_email")
    return email, key


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return False
    return True


def login_key(login: str) -> tuple[str, bool]:
    """The key that a typed login is looked up by, and whether it is an address.

    No name or address has spaces around it; those that a keyboard or a paste adds do not count.
    """
    key = name_key(storable_text(login, "login", MAX_EMAIL)).strip()
    return key, "@" in key
