"""What an operation selects below a field, so that only that is loaded. Honours fragments, @skip and @include."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionNode, value_from_ast_untyped
from graphql.language import VariableNode

Selection = dict[str, Any]  # Field name to the Selection below it; the aliases of a field are merged.


def selection_of(info: Any) -> Selection:
    """The fields selected below the field that `info` is about."""
    raw = info._raw_info if hasattr(info, "_raw_info") else info  # noqa: SLF001 - Strawberry's Info hides the AST
    kept: dict[Any, Any] = getattr(raw, "kept", {})  # A plan's, in which what is selected stays the same.
    if selection_of not in kept:
        kept[selection_of] = _selected(raw)
    selected: Selection = kept[selection_of]
    return selected


def _selected(raw: Any) -> Selection:
    merged: Selection = {}
    for node in raw.field_nodes:
        if node.selection_set is not None:
            _collect(node.selection_set.selections, raw.fragments, raw.variable_values, merged)
    return merged


def _collect(selections: Iterable[SelectionNode], fragments: Any, variables: dict[str, Any], into: Selection) -> None:
    for node in _fields(selections, fragments, variables):
        below = into.setdefault(node.name.value, {})
        if node.selection_set is not None:
            _collect(node.selection_set.selections, fragments, variables, below)


def _fields(selections: Iterable[SelectionNode], fragments: Any, variables: dict[str, Any]) -> Iterator[FieldNode]:
    for node in selections:
        if not _included(node, variables):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set.selections, fragments, variables)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(fragments[node.name.value].selection_set.selections, fragments, variables)


def arguments_below(info: Any, name: str) -> dict[str, Any] | None:
    """What the operation gives to the field `name` right below; None if it is not selected, or under several keys."""
    raw = info._raw_info  # noqa: SLF001 - Strawberry's Info hides the AST
    nodes = [
        node
        for field in raw.field_nodes
        if field.selection_set is not None
        for node in _fields(field.selection_set.selections, raw.fragments, raw.variable_values)
        if node.name.value == name
    ]
    if len({node.alias.value if node.alias else name for node in nodes}) != 1:
        return None
    return {
        one.name.value: value_from_ast_untyped(one.value, raw.variable_values)
        for one in nodes[0].arguments or ()
        if not isinstance(one.value, VariableNode) or one.value.name.value in raw.variable_values
    }


def _included(node: SelectionNode, variables: dict[str, Any]) -> bool:
    for directive in node.directives or ():
        if directive.name.value in ("skip", "include") and directive.arguments:
            value: Any = directive.arguments[0].value
            given = variables.get(value.name.value) if isinstance(value, VariableNode) else value.value
            if bool(given) is (directive.name.value == "skip"):
                return False
    return True


def below(selection: Selection, *names: str) -> Selection:
    """The selection reached by walking down field names; empty where the walk ends."""
    for name in names:
        selection = selection.get(name) or {}
    return selection


def mentions(selection: Selection, *names: str) -> bool:
    """Whether any of the fields is selected, at any depth."""
    return any(name in names or mentions(under, *names) for name, under in selection.items())


def merged(*selections: Selection) -> Selection:
    """All that any of these selections asks for, at every depth."""
    together: Selection = {}
    for selection in selections:
        for name, inside in selection.items():
            together[name] = merged(together.get(name) or {}, inside or {})
    return together
