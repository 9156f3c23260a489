"""Settings as an operator writes them: what is not understood stops the start, by name."""

from pathlib import Path

import pytest

from config import SettingsError, read_settings
from permissions.introspection import Introspection


def test_the_schema_tells_little_unless_told_to(tmp_path: Path) -> None:
    environment = {"PHEROMONE_VAR": str(tmp_path)}
    settings = read_settings(environment)
    assert settings.introspection is Introspection.SIGNED_IN
    assert not settings.field_suggestions
    opened = read_settings({**environment, "INTROSPECTION": "everyone", "FIELD_SUGGESTIONS": "on"})
    assert opened.introspection is Introspection.EVERYONE
    assert opened.field_suggestions


@pytest.mark.parametrize(
    ("name", "value"), [("INTROSPECTION", "yes"), ("FIELD_SUGGESTIONS", "true"), ("LOG_LEVEL", "loud")]
)
def test_a_setting_that_is_not_understood_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({"PHEROMONE_VAR": str(tmp_path), name: value})
