"""Python source in the making: functions by name, and the objects that they name. Compiled once, all together."""

from collections.abc import Iterable
from typing import Any


class Source:
    """Everything that one operation's completion is generated into."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._names: dict[int, str] = {}
        self.namespace: dict[str, Any] = {}
        self.functions = 0

    def name_of(self, thing: Any) -> str:
        """A name for an object in the generated code; the same object keeps its name."""
        name = self._names.get(id(thing))
        if name is None:
            name = self._names[id(thing)] = f"c{len(self._names)}"
            self.namespace[name] = thing  # Which keeps the object, and with it its identity.
        return name

    def new_function(self) -> str:
        self.functions += 1
        return f"f{self.functions}"

    def add(self, name: str, parameters: str, body: Iterable[str]) -> None:
        self._lines.append(f"def {name}({parameters}):")
        self._lines += [f"    {line}" for line in body]

    def compiled(self) -> dict[str, Any]:
        """The functions by their names. They are called by the names that they have in this very namespace."""
        exec(compile("\n".join(self._lines), "<compiled operation>", "exec"), self.namespace)  # noqa: S102 - our own
        return self.namespace
