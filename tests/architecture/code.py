"""The modules of the program and what each imports, wherever an import stands: in functions, for types, by a string.

Reads code as text; nothing of the program is run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "app",
    "cli",
    "commands",
    "config",
    "domain",
    "engine",
    "jobs",
    "models",
    "observability",
    "pages",
    "permissions",
    "resolvers",
    "schema",
)
AREAS = ("core", "live", "account", "forum", "alliance", "rights", "orders", "hosting", "transfer", "demo")
CUT_INTO_AREAS = ("schema", "resolvers", "models", "domain")


@dataclass(frozen=True)
class Import:
    """One import: the module that is named, and how. Types name each other lazily in GraphQL alone."""

    module: str
    line: int
    is_for_types: bool = False
    is_lazy: bool = False


@dataclass(frozen=True)
class Module:
    name: str
    path: Path

    @property
    def layer(self) -> str:
        return self.name.partition(".")[0]

    @property
    def area(self) -> str | None:
        """The area that its path names; None for what stands above the areas of its layer."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 and parts[0] in CUT_INTO_AREAS else None

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text())

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Of modules of the program, in any form."""
        return tuple(_imports(self.tree, for_types=False))

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))


def _imports(node: ast.AST, *, for_types: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node.lineno, for_types) for alias in node.names if _is_ours(alias.name))
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"line {node.lineno}: a relative import"
        if node.module and _is_ours(node.module):
            modules = {_resolved(node.module, alias.name) for alias in node.names}
            yield from (Import(name, node.lineno, for_types) for name in modules)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "lazy":
        yield from (Import(text, node.lineno, is_lazy=True) for text in _strings(node) if text in modules_by_name())
        return
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in modules_by_name():
        # A module by its name in a string: importlib, or a table of modules.
        yield Import(node.value, node.lineno, for_types)
    under_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, for_types=for_types or under_types)


def _strings(node: ast.AST) -> Iterator[str]:
    return (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in PACKAGES


def _resolved(module: str, name: str) -> str:
    """`from package import module` names the module, `from module import name` the module as well."""
    inside = f"{module}.{name}"
    return inside if inside in modules_by_name() else module


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for package in PACKAGES:
        single = ROOT / f"{package}.py"
        for path in [single] if single.exists() else sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found.append(Module(name, path))
    return tuple(found)


@cache
def modules_by_name() -> dict[str, Module]:
    return {module.name: module for module in modules()}
