"""Described enums: their values' texts reach the schema, and none may be left out."""

from enum import StrEnum

import pytest
import strawberry

from engine.execution.described_enum import described_enum


class Weather(StrEnum):
    SUN = "SUN"
    RAIN = "RAIN"


def test_each_value_has_its_text() -> None:
    described_enum(Weather, "What falls.", {Weather.SUN: "Nothing falls.", Weather.RAIN: "Water falls."}, name="Sky")

    @strawberry.type
    class Query:
        weather: Weather

    shown = strawberry.Schema(Query).as_str()
    assert '"""What falls."""\nenum Sky {\n  """Nothing falls."""\n  SUN\n\n  """Water falls."""\n  RAIN\n}' in shown


def test_a_value_without_a_text_is_refused() -> None:
    with pytest.raises(TypeError, match="Weather: no description of RAIN"):
        described_enum(Weather, "What falls.", {Weather.SUN: "Nothing falls."})
