"""By turns: of each test one database, of all of them both; what is about databases, or of one alone, keeps its own."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.wire.by_turns import is_its_turn
from tests.wire.database import DIALECTS


def _turns(name: str, *marks: Any) -> list[str]:
    """On which databases a test is asked."""
    found = []
    for dialect in DIALECTS:
        given = {"nodeid": name.format(dialect), "callspec": SimpleNamespace(params={"database_url": dialect})}
        item: Any = SimpleNamespace(**given, iter_markers=lambda _: marks)
        found += [dialect] if is_its_turn(item) else []
    return found


def test_each_is_asked_on_one_database_and_all_together_on_both() -> None:
    turns = [_turns(f"tests/schema/test_x.py::test_{number}[{{}}]") for number in range(20)]
    assert all(len(one) == 1 for one in turns)
    assert {one for (one,) in turns} == set(DIALECTS)


def test_what_is_about_databases_or_of_one_alone_is_asked_as_ever() -> None:
    assert _turns("tests/models/core/test_row.py::test_x[{}]") == list(DIALECTS)
    of_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True).mark
    assert _turns("tests/browser/test_x.py::test_x[{}]", of_one) == list(DIALECTS)
    item: Any = SimpleNamespace(nodeid="tests/domain/test_x.py::test_x", iter_markers=lambda _: [])
    assert is_its_turn(item)
