"""The part of an operation that may be kept: its one root field. Reads no document.

Tested in tests/engine/kept/test_reading.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.kept.field import Hole, Kept, Numbers

Check = Callable[[Any], None]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The one root field of an operation, in what it may be kept by. It is itself a part of every key.

    `arguments` are texts of the document, or names of variables. `checks` are those of its guards; `document` is
    kept, so that its identity is not given to another.
    """

    name: str
    declared: Kept
    checks: tuple[Check, ...]
    arguments: Mapping[str, tuple[bool, str]]
    hole: Hole | None
    numbers: Numbers | None
    document: object

    def given(self, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """The field's arguments as they were sent; None where one is no text, which is for others to word."""
        found = {
            name: variables.get(text) if is_variable else text for name, (is_variable, text) in self.arguments.items()
        }
        return found if all(isinstance(value, str) for value in found.values()) else None
