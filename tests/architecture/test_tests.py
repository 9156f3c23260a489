"""The tests keep a shape too: every module has its test, no test file leans on another, rows have one maker."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.code import ROOT, Module, modules

SHORT = 40
"""Lines. What is no longer is seen at a glance, and is tested by whatever uses it."""
NAMED = re.compile(r"^Tested in (tests/\S+\.py)\.$", re.MULTILINE)
MAKERS = re.compile(r"\b(User|Character|Section|Topic|Alliance|Member)\.(bulk_)?create\(")

LONG = [module for module in modules() if len(module.path.read_text().splitlines()) > SHORT]
TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "node_modules" not in path.parts]


def _place(of: Path | Module) -> str:
    return str((of.path if isinstance(of, Module) else of).relative_to(ROOT))


def test_a_module_has_a_twin_or_names_its_test() -> None:
    assert LONG
    assert not {_place(module): wrong for module in LONG if (wrong := _untested(module))}


def _untested(module: Module) -> str:
    """What is wrong about it; empty where nothing is."""
    twin = ROOT / "tests" / module.path.relative_to(ROOT).with_name(f"test_{module.path.name}")
    named = NAMED.findall(ast.get_docstring(module.tree) or "")
    if twin.exists():
        return f"{_place(twin)} is found without being named" if named else ""
    if not named:
        return f"neither {_place(twin)} nor a line in the head: Tested in tests/….py."
    return "".join(f"{name} is not there" for name in named if not (ROOT / name).is_file())


def _imported(path: Path) -> Iterator[str]:
    """The names of modules of the tests, and of what is taken from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_nothing_imports_from_a_test_file() -> None:
    leaned_on = {
        _place(path): name
        for path in TESTS
        for name in _imported(path)
        if re.match(r"tests\.(.+\.)?(test_|conftest\b)", name)
    }
    assert not leaned_on


def test_rows_of_the_world_are_made_in_one_place() -> None:
    makers = {_place(path) for path in TESTS if MAKERS.search(path.read_text())}
    assert makers
    assert {maker for maker in makers if not maker.startswith("tests/worlds/")} == set()
