"""Passwords that everybody tries first. The list is kept beside this file, packed: it is no reading matter.

The 11,611 of eight characters and more among the 30,000 most common ones that zxcvbn (MIT) ships, in lower case. The
library itself costs each process 13 MiB for the other lists that it keeps, and has no types.
"""

import gzip
from functools import cache
from pathlib import Path

SERVICE = ("pheromone", "phéromone")
"""What is expected in passwords of this service alone (NIST SP 800-63B, section 5.1.1.2)."""

_END = "0123456789!?.,;:-_*+#$%&@ "
"""What people append to a word to make it long enough."""


def is_guessable(password: str, *personal: str) -> bool:
    """Whether it is on the list, or a name that belongs to the account or the service with an ending such as 123."""
    lower = password.casefold()
    return lower in _listed() or lower.rstrip(_END) in {word.casefold().rstrip(_END) for word in (*personal, *SERVICE)}


@cache
def _listed() -> frozenset[str]:
    packed = Path(__file__).with_name("guessable_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())
