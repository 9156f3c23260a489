"""PostgreSQL's SQL and values as SQLite takes them. Runs no statement.

Tested in tests/models/core/test_database.py.
"""

import json
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

import orjson


@lru_cache(maxsize=512)
def for_sqlite(sql: str) -> str:
    """Turns PostgreSQL's `$1`, `= ANY($1)` and AMONG into SQLite's numbered parameter and a JSON list."""
    sql = re.sub(r"\((\S+) IN \(SELECT unnest\(\$(\d+)::int\[\]\)\)\) IS TRUE", r"\1 = ANY($\2)", sql)
    sql = re.sub(r"= ANY\(\$(\d+)\)", r"IN (SELECT value FROM json_each(?\1))", sql)
    return re.sub(r"\$(\d+)", r"?\1", sql)


def sqlite_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set)):
        if all(type(item) is int for item in value):  # The sections that somebody sees are thousands.
            return orjson.dumps(list(value)).decode()
        return json.dumps([sqlite_value(item) for item in value])
    return str(value) if isinstance(value, UUID) else value
