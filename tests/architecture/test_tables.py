"""SQL stands in models alone, and each table is written by its own area alone."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.code import AREAS, Module, modules

_STATEMENT = re.compile(r"\b(?:SELECT\s+\S+|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b")
_WRITES = re.compile(r"\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE)\s+(\w+)\b")
_READS = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)\b")
_ORM_WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "bulk_update"}
_BULK_WRITES = {"insert_rows", "update_rows"}
_ORM_QUERY_WRITES = {"update", "delete"}

# Reads of an area's table from an area to its left, each with its reason.
READS_TO_THE_RIGHT = {
    ("models.account.account", "members"): "a viewer is loaded with its places in alliances, in one statement",
    ("models.account.account", "topics"): "whether a place has its topic decides what the viewer sees",
    ("models.account.code.invitation", "alliances"): "an invitation says by its tag which alliance it is to",
    ("models.alliance.member", "hostings"): "of members without an open hosting nothing waits, and it is asked no more",
    ("models.core.job_run", "alliances"): "how late the oldest due harvest is, for readiness and metrics",
    ("models.forum.lock", "alliances"): "a topic of orders is locked after its alliance, in the topic's own statement",
    ("models.alliance.census.version", "hostings"): "an alliance's table is kept only while it is housed by nobody",
    ("models.forum.tree.version", "hostings"): "what alliances share is kept only while no host may have written",
    ("models.live.attention", "users"): "nobody is told of a new topic while their account is inactive",
    ("models.live.notification", "sections"): "a new topic is told of by the section in which it is",
    ("models.live.notification", "posts"): "whoever may not see a post any more is shown no notification of it",
    ("models.live.notification", "topics"): "nor of its topic",
    ("models.live.notice", "users"): "one statement leaves a notification to each of several accounts",
    ("models.live.participant", "posts"): "who has deleted all that they wrote takes part no more",
    ("models.live.participant", "topics"): "who opened a topic takes part in it whatever they wrote",
    ("models.live.participant", "users"): "nobody is told anything while their account is inactive",
}


def _texts(module: Module) -> Iterator[tuple[int, str]]:
    """Strings, those with braces as one text; docstrings left out."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and id(node) not in docstrings | inside:
            yield node.lineno, str(node.value)


@cache
def _tables() -> dict[str, tuple[str, str]]:
    """Each table's area and the class of its rows."""
    found = {}
    for module in modules():
        for node in ast.walk(module.tree) if module.layer == "models" else ():
            if isinstance(node, ast.ClassDef):
                for table in _table_of(node):
                    found[table] = (module.area or "", node.name)
    return found


def _table_of(node: ast.ClassDef) -> Iterator[str]:
    for meta in node.body:
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta":
            for line in meta.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "table":
                    yield ast.literal_eval(line.value)


def _models() -> list[Module]:
    return [module for module in modules() if module.layer == "models" and module.area]


def _root(node: ast.expr) -> tuple[str, int]:
    """The name at the left end of a chain of calls, and how many calls there are."""
    calls = 0
    while isinstance(node, (ast.Attribute, ast.Call)):
        calls += isinstance(node, ast.Call)
        node = node.func if isinstance(node, ast.Call) else node.value
    return (node.id if isinstance(node, ast.Name) else ""), calls


def _written(module: Module) -> Iterator[tuple[int, str, str]]:
    """Line, what is written, and the area that owns it."""
    tables = _tables()
    owners = {row: area for area, row in tables.values()}
    for line, text in _texts(module):
        if text.endswith("WHERE 0"):
            continue  # It takes SQLite's lock and changes nothing.
        for table in _WRITES.findall(text):
            if table in tables:
                yield line, table, tables[table][0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _BULK_WRITES and node.args:
            table = ast.unparse(node.args[0]).strip("'")
            if table in tables:
                yield node.lineno, table, tables[table][0]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, calls = _root(node.func.value)
            writes = node.func.attr in _ORM_WRITES or (node.func.attr in _ORM_QUERY_WRITES and calls)
            if writes and name in owners:
                yield node.lineno, name, owners[name]


def test_the_tables_were_found() -> None:
    assert {"topics", "posts", "users", "members", "orders"} <= _tables().keys()


def test_sql_stands_in_models_alone() -> None:
    others = [module for module in modules() if module.layer != "models"]
    assert not [f"{one.place}:{line}" for one in others for line, text in _texts(one) if _STATEMENT.search(text)]


def test_a_table_is_written_in_its_own_area() -> None:
    assert not [
        f"{module.place}:{line}: {what} is of {area}"
        for module in _models()
        for line, what, area in _written(module)
        if area != module.area
    ]


def test_every_read_to_the_right_is_listed() -> None:
    tables = _tables()
    found = {
        (module.name, table)
        for module in _models()
        for _, text in _texts(module)
        for table in _READS.findall(text)
        if table in tables and AREAS.index(tables[table][0]) > AREAS.index(module.area or "")
    }
    assert found == READS_TO_THE_RIGHT.keys()
