"""The house keeps its shape: imports only point down, files say what they own, nothing is called helper."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEVELS = [
    {"cli"},
    {"commands"},
    {"app"},
    {"config", "pages"},
    {"schema", "jobs"},
    {"resolvers"},
    {"engine"},
    {"observability"},
    {"models", "permissions"},
    {"domain"},
]
LEVEL = {name: depth for depth, names in enumerate(LEVELS) for name in names}
# The rows of models know the viewer that they are read for; permissions stay pure.
ALLOWED_NEIGHBOURS = {("models", "permissions")}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "service", "services", "manager", "managers", "misc"}
PURE = {"domain", "permissions"}
STANDARD_OR_CRYPTOGRAPHY = {"cryptography"}


def _modules() -> Iterator[tuple[str, Path]]:
    for name in sorted(LEVEL):
        single = ROOT / f"{name}.py"
        for path in [single] if single.exists() else sorted((ROOT / name).rglob("*.py")):
            yield name, path


MODULES = list(_modules())
IDS = [str(path.relative_to(ROOT)) for _, path in MODULES]


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize(("package", "path"), MODULES, ids=IDS)
def test_imports_only_point_down(package: str, path: Path) -> None:
    for imported in _imports(path) & LEVEL.keys() - {package}:
        if (package, imported) in ALLOWED_NEIGHBOURS:
            continue
        assert LEVEL[imported] > LEVEL[package], f"{path.name} imports {imported}"
        if imported == "config":
            assert package in ("app", "commands"), f"{path.name} reads config"
        if package == "jobs":
            assert imported != "resolvers", "resolvers serve schema alone"


@pytest.mark.parametrize(("package", "path"), [m for m in MODULES if m[0] in PURE], ids=lambda v: getattr(v, "name", v))
def test_pure_packages_import_nothing_foreign(package: str, path: Path) -> None:
    import sys  # noqa: PLC0415

    foreign = {
        name
        for name in _imports(path)
        if name not in sys.stdlib_module_names and name not in LEVEL and name not in STANDARD_OR_CRYPTOGRAPHY
    }
    assert not foreign


@pytest.mark.parametrize(("package", "path"), MODULES, ids=IDS)
def test_every_file_says_what_it_owns(package: str, path: Path) -> None:
    words = ast.get_docstring(ast.parse(path.read_text()))
    assert words, f"{path} has no docstring"
    assert not FORBIDDEN_NAMES & set(path.stem.split("_"))


@pytest.mark.parametrize(
    ("package", "path"), [m for m in MODULES if m[0] == "domain"], ids=lambda v: getattr(v, "name", v)
)
def test_domain_has_no_clock_and_no_randomness(package: str, path: Path) -> None:
    forbidden = {"now", "utcnow", "today", "urandom", "token_bytes", "uuid4", "generate_key"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in forbidden, f"{path.name}:{node.lineno}"
    assert not {"random", "secrets", "time"} & _imports(path)


@pytest.mark.parametrize(
    ("package", "path"), [m for m in MODULES if m[0] == "models"], ids=lambda v: getattr(v, "name", v)
)
def test_models_are_told_the_time(package: str, path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"now", "utcnow", "today"}, f"{path.name}:{node.lineno}"
    assert "time" not in _imports(path)
