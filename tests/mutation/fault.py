"""The faults of a module: each has one constant, member of an enum, comparison or condition another. Runs nothing."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType

from tests.mutation.source import ROOT, RULES

ARGUED = re.compile(r"# pragma: no mutate")
NO_BEHAVIOUR = {"TypeVar", "dataclass", "lru_cache"}
OPPOSITE: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is(), ast.In: ast.NotIn(), ast.NotIn: ast.In(),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    line: int
    change: str
    code: CodeType


def faults(source: str, file: str, is_left: Callable[[ast.AST], bool]) -> Iterator[Fault]:
    """One fault after the other; below what `is_left` refuses there are none, nor on lines that argue why not."""
    tree = ast.parse(source)
    argued = {number for number, line in enumerate(source.splitlines(), 1) if ARGUED.search(line)}
    for place in list(_places(tree, is_left)):
        if place.line in argued:
            continue
        for other in _others(place.node):
            place.put(ast.copy_location(other, place.node))
            change = f"{_line(place.node)} → {_line(other)}"
            yield Fault(place.line, change, compile(ast.fix_missing_locations(tree), file, "exec"))
        place.put(place.node)


def _line(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)).partition("\n")[0]


@dataclass(frozen=True)
class _Place:
    """Where a node stands in its parent."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    @property
    def line(self) -> int:
        return getattr(self.node, "lineno", 0)

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def _places(parent: ast.AST, is_left: Callable[[ast.AST], bool]) -> Iterator[_Place]:
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns", "bases") or isinstance(parent, (ast.JoinedStr, ast.FormattedValue)):
            continue
        for index, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or not is_left(node) or _is_silent(node):
                continue
            yield _Place(parent, field, index if isinstance(value, list) else None, node)
            yield from _places(node, is_left)


def _is_silent(node: ast.AST) -> bool:
    """Documentation and what only types read."""
    match node:
        case ast.Expr(ast.Constant()) | ast.Import() | ast.ImportFrom():
            return True
        case ast.Call(ast.Name(name)):
            return name in NO_BEHAVIOUR
        case ast.keyword(arg="description") | ast.keyword(arg="slots"):
            return True
    return False


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand there by mistake."""
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str(text)) if text:
            yield ast.Constant(text[1:])
        case ast.Attribute(ast.Name(enum), member) if member in _members().get(enum, ()):
            members = _members()[enum]
            yield ast.Attribute(ast.Name(enum, ast.Load()), members[members.index(member) - 1], ast.Load())
        case ast.Raise() | ast.Expr(ast.Call() | ast.Await()):
            yield ast.Pass()
        case ast.Return(ast.AST() as given) if not isinstance(given, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case _:
            yield from _turned(node)


def _turned(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [operator], [right]) if type(operator) in OPPOSITE:
            yield ast.Compare(left, [OPPOSITE[type(operator)]], [right])
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.If(ast.Call() | ast.Name() | ast.Attribute() as test, body, otherwise):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, otherwise)


@cache
def _members() -> dict[str, list[str]]:
    """The members of every enum of the rules, by the enum's name."""
    classes = [
        node
        for layer in RULES
        for path in (ROOT / layer).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases)
    ]
    return {
        one.name: [
            target.id
            for line in one.body
            if isinstance(line, ast.Assign)
            for target in line.targets
            if isinstance(target, ast.Name)
        ]
        for one in classes
    }
