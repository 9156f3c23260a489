"""What is made of one event for all who read it alike: its data once, the text of it once. Knows no row and no viewer.

A row that may be shared has `shared`, where answers are kept by `SharedKey`. Who loads rows says which those are: all
that is selected of them must be the same for everyone that they are given to. The key tells those apart who ask
otherwise: by their operation, by the variables that its fields and directives mention, and by their language.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphql import Node, OperationDefinitionNode, VariableNode

SharedKey: TypeAlias = tuple[int, tuple[tuple[str, str], ...], str]


class SharedAnswer(dict[str, Any]):
    """The `data` of an answer without errors, which remembers its text."""

    __slots__ = ("_operation", "_text")

    def __init__(self, data: Mapping[str, Any], operation: OperationDefinitionNode) -> None:
        super().__init__(data)
        # Kept so that its identity, which is in the key, is not given to another meanwhile.
        self._operation = operation
        self._text: str | None = None

    def text(self, encode: Callable[[object], str]) -> str:
        """The whole answer, encoded by the first who sends it."""
        if self._text is None:
            self._text = encode({"data": self})
        return self._text


def text_of(answer: Mapping[str, Any], encode: Callable[[object], str]) -> str:
    """An answer as text; encoded once where it is nothing but data that is shared."""
    data = answer.get("data")
    return data.text(encode) if isinstance(data, SharedAnswer) and len(answer) == 1 else encode(answer)


def shared_key(info: Any, language: str) -> SharedKey:
    """The key of a subscription. Variables that only its arguments mention say which events it hears, not how."""
    info = info._raw_info if hasattr(info, "_raw_info") else info  # noqa: SLF001 - Strawberry's Info hides the AST
    below = [part for node in info.field_nodes for part in (node.selection_set, *(node.directives or ()))]
    names: set[str] = set()
    for node in [*below, *info.fragments.values()]:
        _mentioned(node, names)
    values = info.variable_values
    return id(info.operation), tuple((name, repr(values[name])) for name in sorted(names) if name in values), language


def _mentioned(node: Any, names: set[str]) -> None:
    if isinstance(node, VariableNode):
        names.add(node.name.value)
    elif isinstance(node, Node):
        for key in node.keys:
            if key != "loc":
                _mentioned(getattr(node, key, None), names)
    elif isinstance(node, (list, tuple)):
        for each in node:
            _mentioned(each, names)
