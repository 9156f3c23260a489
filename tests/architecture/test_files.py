"""Files say what they own, folders stay small, and pure layers know no library, clock or randomness."""

import ast
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.code import PACKAGES, ROOT, Module, modules

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "service", "services", "manager", "managers", "misc"}
PURE = {"domain", "permissions"}
ALLOWED_IN_PURE = {*PACKAGES, "cryptography", "email_validator"}
UNPREDICTABLE = {"now", "utcnow", "today", "urandom", "token_bytes", "uuid4", "generate_key"}
SMALLEST, LARGEST = 3, 14  # Files of a folder, its __init__ left out of the larger bound.

DOMAIN = [module for module in modules() if module.layer == "domain"]


def _foreign(module: Module) -> set[str]:
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_file_says_what_it_owns(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.place} has no docstring"
    assert not FORBIDDEN_NAMES & set(module.path.stem.split("_"))


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_no_docstring_says_the_same(module: Module) -> None:
    """It says what its own function does: readers come from a search, not from above."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(module.tree) if isinstance(node, documented)]
    wrong = [node for node in nodes if (ast.get_docstring(node) or "").startswith("The same")]
    assert not wrong, [f"{module.place}: {getattr(node, 'name', '')}" for node in wrong]


def test_folders_are_neither_crowded_nor_empty() -> None:
    sizes = Counter(module.path.parent for module in modules() if module.path.parent != ROOT)
    wrong = {str(folder.relative_to(ROOT)): size for folder, size in sizes.items() if not _fits(folder, size)}
    assert not wrong


def _fits(folder: Path, size: int) -> bool:
    holds_folders = any((child / "__init__.py").exists() for child in folder.iterdir() if child.is_dir())
    return (size >= SMALLEST or holds_folders) and size <= LARGEST + 1


@pytest.mark.parametrize(
    "module", [module for module in modules() if module.layer in PURE], ids=lambda module: module.name
)
def test_pure_layers_import_nothing_foreign(module: Module) -> None:
    assert not {name for name in _foreign(module) if name not in sys.stdlib_module_names} - ALLOWED_IN_PURE


@pytest.mark.parametrize("module", DOMAIN, ids=lambda module: module.name)
def test_domain_has_no_clock_and_no_randomness(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in UNPREDICTABLE, f"{module.place}:{node.lineno}"
    assert not {"random", "secrets", "time"} & _foreign(module)


@pytest.mark.parametrize(
    "module", [module for module in modules() if module.layer == "models"], ids=lambda module: module.name
)
def test_models_are_told_the_time(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"now", "utcnow", "today"}, f"{module.place}:{node.lineno}"
    assert "time" not in _foreign(module)
