"""Faults in what mutmut leaves alone: tables of modules, attributes of classes, and all that carries a decorator.

Guards are planted here as a whole: Strawberry reads the signatures that mutmut would replace.
"""

import ast
import importlib.abc
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutation.fault import faults
from tests.mutation.source import ROOT, Verdict, guards, name_of, rules

LONGEST = 120  # Seconds of one fault's tests.
GUARD_TESTS = (
    *("tests/engine/guard", "tests/schema/test_guard_matrix.py", "tests/schema/test_row_filters.py"),
    *("-k", "not catches"),  # It plants faults of its own.
)


def faults_of_tables(asked: list[str]) -> Iterator[Verdict]:
    # What every child would import anew; nothing of the program is among it.
    for library in ("cryptography.hazmat.primitives.ciphers.aead", "hypothesis.strategies", "mpmath", "strawberry"):
        importlib.import_module(library)
    for path in rules(asked):
        place = path.parent.relative_to(ROOT)
        # Without tests/conftest.py, which imports the service.
        confined = (f"tests/{place}", f"--confcutdir=tests/{place.parts[0]}")
        yield from _verdicts(path, (*_twin(path), *confined), is_left=lambda node: not _is_mutmuts(node))
    for path in guards(asked):
        yield from _verdicts(path, GUARD_TESTS, is_left=lambda _: True)


def _twin(path: Path) -> Iterator[str]:
    """The test of a module's own comes first: it is the likeliest to fail."""
    twin = "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
    if (ROOT / twin).exists():
        yield str(twin)


def _is_mutmuts(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.decorator_list


def _verdicts(path: Path, tests: Sequence[str], is_left: Callable[[ast.AST], bool]) -> Iterator[Verdict]:
    name = name_of(path)
    source = path.read_text()
    assert not _fails(tests, _Planted(name, path, compile(source, str(path), "exec"))), f"{tests} fail by themselves"
    for fault in faults(source, str(path), is_left):
        yield Verdict(name, f"{name}:{fault.line} {fault.change}", _fails(tests, _Planted(name, path, fault.code)))


class _Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from other code than its file's."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def _fails(tests: Sequence[str], planted: _Planted) -> bool:
    """Asks the tests in a child of this process, so that nothing of the program is imported here."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, planted)
        # Libraries are imported already: it is too late to rewrite their assertions.
        os._exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", *tests]))
    return os.waitpid(child, 0)[1] != 0
