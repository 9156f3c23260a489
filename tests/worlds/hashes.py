"""What hashing a password costs in tests: next to nothing, save where a test is about the cost (`real_hashes`)."""

import re
from collections.abc import Iterator
from typing import Any

from domain.account import password as rules
from models.account import password as hashing

REAL = f"m={rules.MEMORY_KIB},t={rules.PASSES},"
MEMORY_KIB, PASSES = 8, 1


def cheap() -> Iterator[tuple[object, str, Any]]:
    """What stands for the cost, as `setattr` takes it: that of new hashes, of nobody's, and which is of today."""
    cost = f"m={MEMORY_KIB},t={PASSES},"
    yield rules, "MEMORY_KIB", MEMORY_KIB
    yield rules, "PASSES", PASSES
    yield rules, "_CURRENT", re.compile(rules._CURRENT.pattern.replace(REAL, cost))
    yield hashing, "NOBODYS", hashing.NOBODYS.replace(REAL, cost)


CHEAP = list(cheap())
REAL_ONES = [(where, name, getattr(where, name)) for where, name, _ in CHEAP]
