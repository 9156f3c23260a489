"""What the operations of a document cost before they are run: the sum of their fields' prices, and their dimensions.

Works on documents that are not validated yet: what the schema does not know costs as a plain field.
"""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    get_named_type,
)

from engine.execution.price import EVENT, INTROSPECTION, OPERATION, PLAIN, READ, WRITE, Price, price_of

MAX_NESTING = 60
PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
CHARACTERS_A_UNIT = 30
_MOST = 10**12
"""Costs stop growing here: a number that doubles with each fragment would itself be slow."""

_USUAL = {OperationType.QUERY: READ, OperationType.MUTATION: WRITE, OperationType.SUBSCRIPTION: PLAIN}


class TooNestedError(Exception):
    """Selections lie in one another, fragments included, deeper than anything that walks them should go."""


@dataclass(slots=True)
class Cost:
    """Of a selection. `price` in units; `item_price` is the part that a page, whose size stands above, multiplies.

    `nesting` counts selections within one another where `depth` counts fields: fragments are nested for nothing.
    """

    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    directives: int = 0
    once: int = 0
    price: int = 0
    item_price: int = 0

    def add(self, other: "Cost") -> None:
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, other.nesting)
        self.aliases = min(self.aliases + other.aliases, _MOST)
        self.directives = min(self.directives + other.directives, _MOST)
        self.once = min(self.once + other.once, _MOST)
        self.price = min(self.price + other.price, _MOST)
        self.item_price = min(self.item_price + other.item_price, _MOST)


class CostAnalysis:
    """Costs the operations of one document. A fragment is walked once, however often it is spread."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._roots = {schema.get_root_type(kind): usual for kind, usual in _USUAL.items()}
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._costs: dict[str, Cost] = {}

    def operation(self, node: OperationDefinitionNode) -> Cost:
        root = self._schema.get_root_type(node.operation)
        cost = self._selection(node.selection_set, root, 1)
        cost.directives += len(node.directives or ())
        cost.price += EVENT if node.operation is OperationType.SUBSCRIPTION else OPERATION
        return cost

    def nesting_of_fragments(self) -> int:
        """How deep the fragments go, spread or not: validation walks them all."""
        return max((self._fragment(name, 1).nesting for name in self._fragments), default=0)

    def _selection(self, selection_set: SelectionSetNode | None, type_: Any, level: int) -> Cost:
        total = Cost()
        if selection_set is None:
            return total
        if level > MAX_NESTING:
            raise TooNestedError
        for node in selection_set.selections:
            total.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                total.add(self._field(node, type_, level))
            elif isinstance(node, InlineFragmentNode):
                inner = self._type(node.type_condition) if node.type_condition else type_
                total.add(self._selection(node.selection_set, inner, level + 1))
            elif isinstance(node, FragmentSpreadNode):
                total.add(self._fragment(node.name.value, level + 1))
        total.nesting += 1
        return total

    def _field(self, node: FieldNode, type_: Any, level: int) -> Cost:
        definition = getattr(type_, "fields", {}).get(node.name.value)
        price = self._price(node, type_, definition)
        inner = None if definition is None else get_named_type(definition.type)
        cost = self._selection(node.selection_set, inner, level + 1)
        cost.depth += 1
        cost.aliases += 1 if node.alias else 0
        cost.once += price.once
        units = price.units + cost.price * price.items + cost.item_price * _page_size(node)
        if price.below:
            units += sum(price.below.get(name, 0) for name in self._names(node.selection_set))
        units = min(units, _MOST)
        cost.price, cost.item_price = (0, units) if node.name.value == "edges" else (units, 0)
        return cost

    def _price(self, node: FieldNode, type_: Any, definition: Any) -> Price:
        if definition is not None:
            return price_of(definition, self._roots.get(type_, PLAIN))
        return INTROSPECTION.get(node.name.value, PLAIN)

    def _fragment(self, name: str, level: int) -> Cost:
        if name not in self._costs:
            self._costs[name] = Cost()  # A cycle costs nothing here; validation refuses it.
            definition = self._fragments.get(name)
            if definition is not None:
                cost = self._selection(definition.selection_set, self._type(definition.type_condition), level)
                cost.directives += len(definition.directives or ())
                self._costs[name] = cost
        return self._costs[name]

    def _names(self, selection_set: SelectionSetNode | None) -> set[str]:
        """The fields that are selected directly below, through fragments as well."""
        names, spread, waiting = set[str](), set[str](), [selection_set]
        while waiting:
            for node in getattr(waiting.pop(), "selections", ()):
                if isinstance(node, FieldNode):
                    names.add(node.name.value)
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif node.name.value not in spread and node.name.value in self._fragments:
                    spread.add(node.name.value)
                    waiting.append(self._fragments[node.name.value].selection_set)
        return names

    def _type(self, node: NamedTypeNode) -> Any:
        return self._schema.type_map.get(node.name.value)


def cost_of_variables(variables: Any) -> int:
    """A unit for each value, in lists and objects too, and for each 30 characters of a text: what it takes to check
    them, and to write and index them."""
    found, waiting = 0, [variables]
    while waiting:
        value = waiting.pop()
        if type(value) is str:
            found += len(value) // CHARACTERS_A_UNIT
        inner = value.values() if type(value) is dict else value if type(value) is list else ()
        found += len(inner)
        waiting.extend(inner)
    return found


def _page_size(node: FieldNode) -> int:
    """The larger of `first` and `last`; a variable may be as large as any. An explicit null says nothing."""
    sizes = [_size(one.value) for one in node.arguments or () if one.name.value in ("first", "last")]
    return max((size for size in sizes if size is not None), default=PAGE_SIZE)


def _size(value: ValueNode) -> int | None:
    if isinstance(value, NullValueNode):
        return None
    size = int(value.value) if isinstance(value, IntValueNode) and len(value.value) < 10 else MAX_PAGE_SIZE
    return max(1, min(size, MAX_PAGE_SIZE))
