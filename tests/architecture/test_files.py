"""Files say what they own, folders stay small, and pure layers know no library, clock or randomness."""

import ast
import sys
from collections import Counter
from pathlib import Path

from tests.architecture.code import PACKAGES, ROOT, Module, modules

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "service", "services", "manager", "managers", "misc"}
PURE = {"domain", "permissions"}
ALLOWED_IN_PURE = {*PACKAGES, "cryptography", "email_validator"}
UNPREDICTABLE = {"now", "utcnow", "today", "urandom", "token_bytes", "uuid4", "generate_key"}
SMALLEST, LARGEST = 3, 14  # Files of a folder, its __init__ left out of the larger bound.


def _foreign(module: Module) -> set[str]:
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_every_file_says_what_it_owns() -> None:
    assert not [module.place for module in modules() if not ast.get_docstring(module.tree)]
    assert not [module.place for module in modules() if FORBIDDEN_NAMES & set(module.path.stem.split("_"))]


def test_no_docstring_says_the_same() -> None:
    """It says what its own function does: readers come from a search, not from above."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    assert not [
        f"{module.place}: {getattr(node, 'name', '')}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, documented) and (ast.get_docstring(node) or "").startswith("The same")
    ]


def test_folders_are_neither_crowded_nor_empty() -> None:
    sizes = Counter(module.path.parent for module in modules() if module.path.parent != ROOT)
    wrong = {str(folder.relative_to(ROOT)): size for folder, size in sizes.items() if not _fits(folder, size)}
    assert not wrong


def _fits(folder: Path, size: int) -> bool:
    holds_folders = any((child / "__init__.py").exists() for child in folder.iterdir() if child.is_dir())
    return (size >= SMALLEST or holds_folders) and size <= LARGEST + 1


def test_pure_layers_import_nothing_foreign() -> None:
    known = ALLOWED_IN_PURE | sys.stdlib_module_names
    foreign = {module.place: _foreign(module) - known for module in _of(*PURE)}
    assert not {place: names for place, names in foreign.items() if names}


def test_domain_has_no_clock_and_no_randomness() -> None:
    assert not _calls("domain", UNPREDICTABLE)
    assert not [module.place for module in _of("domain") if {"random", "secrets", "time"} & _foreign(module)]


def test_models_are_told_the_time() -> None:
    assert not _calls("models", {"now", "utcnow", "today"})
    assert not [module.place for module in _of("models") if "time" in _foreign(module)]


def _of(*layers: str) -> list[Module]:
    found = [module for module in modules() if module.layer in layers]
    assert {module.layer for module in found} == set(layers)
    return found


def _calls(layer: str, names: set[str]) -> list[str]:
    """Where a method of such a name is called."""
    return [
        f"{module.place}:{node.lineno}"
        for module in _of(layer)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]
