"""Which tests `make test` asks: those of both databases of one of them, by turns. `make check` asks them of both."""

import zlib

import pytest

from tests.wire.database import DIALECTS

EACH_ON_BOTH = ("tests/models/core/", "tests/migrations/")
"""What is about the databases themselves."""


def is_its_turn(item: pytest.Item) -> bool:
    """Half of the tests are for either database, by their names; the parameters of one test are of both halves."""
    callspec = getattr(item, "callspec", None)
    dialect = next((one for one in DIALECTS if callspec is not None and one in callspec.params.values()), None)
    if dialect is None or item.nodeid.startswith(EACH_ON_BOTH) or not _is_of_both(item):
        return True
    name = item.nodeid.replace(dialect, "")
    return DIALECTS[zlib.crc32(name.encode()) % len(DIALECTS)] == dialect


def _is_of_both(item: pytest.Item) -> bool:
    """Whether nothing says which databases a test is of: then it is of both."""
    marks = [mark for mark in item.iter_markers("parametrize") if "database_url" in mark.args[0]]
    return not marks
