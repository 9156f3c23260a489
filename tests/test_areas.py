"""Areas point left and modules in no circle, wherever an import stands: in a function or for the type checker too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
AREAS = ["core", "live", "account", "forum", "alliance", "rights", "orders", "hosting", "transfer", "demo"]
RANK = {area: place for place, area in enumerate(AREAS)} | {"transfer": AREAS.index("hosting")}
LAYERS = ["schema", "resolvers", "models", "domain", "permissions"]
# GraphQL types may name each other lazily.
FILES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _area(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 2 and parts[0] in LAYERS and parts[1] in RANK else None


@pytest.mark.parametrize("module", [name for name in MODULES if _area(name)])
def test_areas_point_left(module: str) -> None:
    own = _area(module) or ""
    for imported in _imported(MODULES[module]):
        other = _area(imported)
        assert other in (None, own) or RANK[other or ""] < RANK[own], f"{module} imports {imported}"


def test_no_modules_stand_in_a_circle() -> None:
    wanted = {name: path for name, path in MODULES.items() if not name.startswith("schema.")}
    left = {name: {one for one in _imported(path) if one in wanted} - {name} for name, path in wanted.items()}
    while free := [name for name, imported in left.items() if not imported & left.keys()]:
        for name in free:
            del left[name]
    assert not left, "in a circle, or above one: " + ", ".join(sorted(left))


# ---- tables -------------------------------------------------------------------------

ELSEWHERE = {("core", "roles")}  # What a write on SQLite takes first: a statement that changes nothing.


def _tables() -> dict[str, tuple[str, str]]:
    """By its name and by its model's, each table's name and area."""
    found = {}
    for name, path in MODULES.items():
        for one in ast.walk(ast.parse(path.read_text())):
            if isinstance(one, ast.ClassDef) and "Model" in {ast.unparse(base) for base in one.bases}:
                table = re.search(r"""table = ['"](\w+)['"]""", ast.unparse(one))
                assert table, f"{name}.{one.name} names no table"
                found[table[1]] = found[one.name] = table[1], _area(name) or ""
    return found


def _written(path: Path, tables: dict[str, tuple[str, str]]) -> set[str]:
    text = path.read_text()
    sql = re.findall(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|update_rows\(\s*\"|insert_\w+\(\s*\")\s*(\w+)", text)
    orm = re.findall(r"\b([A-Z]\w+)\.(?:create|bulk_create|get_or_create|filter\(.*\)\.(?:update|delete))\(", text)
    return {tables[one][0] for one in [*sql, *orm] if one in tables}


def test_a_table_is_written_in_its_own_area_alone() -> None:
    tables = _tables()
    wrong = {
        f"{name} writes {table}"
        for name, path in MODULES.items()
        for table in _written(path, tables)
        if _area(name) != tables[table][1] and (_area(name), table) not in ELSEWHERE
    }
    assert len(tables) > 50
    assert not wrong


# Of areas above: what is read there is not known to be anything but a table.
READ_ABOVE = {
    "models.core.job_run": {"alliances"},  # How late the oldest harvest is: health asks it in one place.
    "models.account.account": {"members", "topics"},  # A viewer with all that permissions go by, in one query.
    "models.live.notification": {"users", "topics", "posts"},  # Shown as long as what they are about can be seen.
    "models.forum.lock": {"alliances"},  # Changes of orders follow one another, so it comes before their topics.
    "models.rights.rights": {"orders", "convoys"},  # What was sent and received, in the rights' one set of sources.
}


def test_areas_above_are_read_where_that_is_said() -> None:
    tables = _tables()
    found = {
        name: {
            one
            for one in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", path.read_text())
            if one in tables and RANK[tables[one][1]] > RANK[_area(name) or ""]
        }
        for name, path in MODULES.items()
        if _area(name)
    }
    assert {name: read for name, read in found.items() if read} == READ_ABOVE
