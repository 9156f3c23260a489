"""The tests keep their own shape: every module has its test, no test file leans on another, rows have one maker."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ["app.py", "cli.py", "config.py", "commands", "domain", "engine", "jobs", "models", "observability"]
SOURCES += ["pages", "permissions", "resolvers", "schema"]
SHORT = 40
"""Lines. What is no longer is seen at a glance, and is tested by whatever uses it."""
NAMED = re.compile(r"^Tested in (tests/\S+\.py)\.$", re.MULTILINE)
MAKERS = re.compile(r"\b(User|Character|Section|Topic|Alliance|Member)\.(bulk_)?create\(")


def _python(*places: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


LONG = [path for path in _python(*SOURCES) if len(path.read_text().splitlines()) > SHORT]
TESTS = [path for path in _python("tests") if "node_modules" not in path.parts]


@pytest.mark.parametrize("path", LONG, ids=_name)
def test_a_module_has_a_twin_or_names_its_test(path: Path) -> None:
    twin = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
    named = NAMED.findall(ast.get_docstring(ast.parse(path.read_text())) or "")
    assert not (twin.exists() and named), f"{_name(twin)} is found without being named"
    assert twin.exists() or named, f"neither {_name(twin)} nor a line in the head: Tested in tests/….py."
    for name in named:
        assert (ROOT / name).is_file(), f"{name} is not there"


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_nothing_imports_from_a_test_file(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        else:
            continue
        files = [part for name in names if name.startswith("tests.") for part in name.split(".")]
        leaned_on = [part for part in files if part.startswith("test_") or part == "conftest"]
        assert not leaned_on, f"line {node.lineno}"


def test_rows_of_the_world_are_made_in_one_place() -> None:
    makers = {_name(path) for path in TESTS if MAKERS.search(path.read_text())}
    assert makers
    assert {maker for maker in makers if not maker.startswith("tests/worlds/")} == set()
