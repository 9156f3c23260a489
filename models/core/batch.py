"""One question asked for each of several rows in one statement, each with an order and a limit of its own."""

import re
from collections.abc import Sequence

from models.core.database import Row, fetch

KEYS_A_STATEMENT = 50
_KEY = re.compile(r"\$1\b")


async def fetch_for_each(sql: str, keys: Sequence[int], *values: object) -> list[Row]:
    """Rows of a SELECT for each key, which it names `$1`; `values` are `$2` and on. Up to 50 keys a statement.

    A key that is named twice is asked for once: two places of an answer may hold the same row.

    A window function would number every row of every key; here each key's index is read as far as its limit.
    """
    found: list[Row] = []
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), KEYS_A_STATEMENT):
        part = distinct[start : start + KEYS_A_STATEMENT]
        others = range(len(values) + 2, len(values) + len(part) + 1)
        one_each = [sql, *(_KEY.sub(f"${number}", sql) for number in others)]
        # SQLite takes no parentheses around the parts of a UNION, PostgreSQL no LIMIT in a bare one.
        together = " UNION ALL ".join(f"SELECT * FROM ({one}) AS part{number}" for number, one in enumerate(one_each))
        found += await fetch(sql if len(part) == 1 else together, part[0], *values, *part[1:])
    return found
