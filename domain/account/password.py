"""Passwords: which may be chosen, and their Argon2id hashes. Takes long by design: callers run it in a thread."""

import re
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from domain.account.guessable_password import is_guessable
from domain.core.refusal import bad_input
from domain.core.text import storable_text

SHORTEST, LONGEST = 8, 128
"""Characters of a password that is chosen (NIST SP 800-63B: at least 8, long ones welcome, no rules of composition)."""

LONGEST_TYPED = 1024
"""Characters of a password that is tried: an imported account's may be longer than what may be chosen today."""

SALT_BYTES = 16
# OWASP's password storage cheat sheet: 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES, HASH_BYTES = 19_456, 2, 1, 32
_CURRENT = re.compile(rf"\$argon2id\$v=19\$m={MEMORY_KIB},t={PASSES},p={LANES}\$[^$]{{22}}\$[^$]{{43}}")


def check_password(password: str, *personal: str, field: str = "password") -> str:
    """A password that may be chosen. Refused: too short or long, one or two signs repeated, common, name or address."""
    storable_text(password, field, LONGEST, SHORTEST)
    if len(set(password)) < 3 or password.casefold() in {word.casefold() for word in personal}:
        raise bad_input(field, "weak_password")
    if is_guessable(password, *personal, *(word.partition("@")[0] for word in personal)):
        raise bad_input(field, "common_password")
    return password


def check_typed_password(password: str, field: str = "password") -> str:
    """A password that may be tried."""
    return storable_text(password, field, LONGEST_TYPED)


def hash_password(password: str, salt: bytes) -> str:
    """The Argon2id hash as a PHC string; `salt` is SALT_BYTES random bytes."""
    kdf = Argon2id(salt=salt, length=HASH_BYTES, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive_phc_encoded(_material(password))


def verify_argon2(password: str, kept: str) -> bool:
    """Whether a PHC string is this password's hash; False for a string that is none."""
    try:
        Argon2id.verify_phc_encoded(_material(password), kept)
    except (InvalidKey, ValueError):
        return False
    return True


def is_current(kept: str) -> bool:
    """Whether a hash is Argon2id with today's cost; any other is made anew at the next login."""
    return _CURRENT.fullmatch(kept) is not None


def _material(password: str) -> bytes:
    """One key gives different code points on different machines; NFC makes them one (RFC 8265, section 4.2)."""
    return unicodedata.normalize("NFC", password).encode()
