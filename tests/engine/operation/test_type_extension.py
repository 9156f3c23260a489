"""Fields that one area adds to another's type: there when the schema is built, filled only where they are selected."""

from typing import Any

import pytest
import strawberry

from engine.operation import type_extension
from engine.operation.context import Context, Runtime
from engine.operation.type_extension import extends, fill_extensions, fills


def test_fields_are_added_and_none_is_replaced() -> None:
    @strawberry.type
    class Ant:
        name: str

    @extends(Ant)
    class Legs:
        legs: int

    @strawberry.type
    class Query:
        ant: Ant

    assert "type Ant {\n  name: String!\n  legs: Int!\n}" in strawberry.Schema(Query).as_str()

    class Again:
        legs: int

    with pytest.raises(TypeError, match=r"Ant has these fields already: \['legs'\]"):
        extends(Ant)(Again)


async def test_what_is_selected_is_filled_for_all_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_extension, "_relations", {})
    calls: list[tuple[str, Any, Any]] = []

    @fills("Ant", "legs")
    async def legs(context: Context, rows: Any, selection: Any) -> None:
        calls.append(("legs", rows, selection))

    @fills("Ant", "wings")
    async def wings(context: Context, rows: Any, selection: Any) -> None:
        calls.append(("wings", rows, selection))

    context = Context(Runtime("x" * 32))
    await fill_extensions(context, "Ant", [1, 2], {"name": {}, "legs": {"length": {}}})
    await fill_extensions(context, "Bee", [3], {"legs": {}})
    assert calls == [("legs", [1, 2], {"length": {}})]
