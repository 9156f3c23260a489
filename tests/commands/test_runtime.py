"""The language of an operator, by the variables that POSIX names."""

import pytest

from commands.runtime import is_french


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
