"""What commands begin with: the language of an operator, by the variables that POSIX names, and time."""

from pathlib import Path

import pytest

from commands.runtime import is_french, with_database
from config import Settings
from models.core.driver.patience import one_deadline, write_deadline


@pytest.mark.parametrize(
    ("variables", "french"),
    [
        ({}, False),
        ({"LANG": "fr_FR.UTF-8"}, True),
        ({"LANG": "FR"}, True),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "C", "LC_MESSAGES": "fr_BE"}, True),
        ({"LC_ALL": "de_DE", "LC_MESSAGES": "fr_BE", "LANG": "fr_FR"}, False),
        ({"LC_NUMERIC": "fr_FR"}, False),
    ],
    ids=str,
)
def test_the_first_variable_that_is_set_decides(variables: dict[str, str], french: bool) -> None:
    assert is_french(variables) is french


def test_the_writes_of_a_command_take_as_long_as_they_take(tmp_path: Path) -> None:
    bounds = []

    async def work() -> None:
        bounds.append(write_deadline())
        with one_deadline():
            bounds.append(write_deadline())

    with_database(Settings(f"sqlite://{tmp_path / 'forum.sqlite3'}", "0" * 32), work)
    assert bounds == [None, None]
