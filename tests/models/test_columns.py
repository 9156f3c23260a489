"""What rows are read into fits the tables of both databases: columns, types, NULL; and comes out as it is declared."""

import ast
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest
from tortoise.models import Model

import models
from models.alliance.census.census import LevelView, UnitView
from models.core.database import connection, fetch, is_postgres
from models.core.row import UNREAD, Column, Rows
from models.demo.demo import seed_demo
from models.hosting.key.alliance_key import use_master_keys
from tests.wire.client import MASTER

ROOT = Path(models.__file__).parent
MODULES: list[ModuleType] = [
    import_module(".".join(path.relative_to(ROOT.parent).with_suffix("").parts)) for path in sorted(ROOT.rglob("*.py"))
]
DECLARED: dict[str, Rows[Any]] = {
    f"{one.view.__module__}.{one.view.__name__}, {one.width} of {one.tables.split()[0]}": one
    for module in MODULES
    for one in vars(module).values()
    if isinstance(one, Rows)
}
NO_ROWS = {LevelView, UnitView}  # Parts of a JSON text.
# Nobody signs in, edits or reacts there; of tokens there are no earlier ones.
NOT_IN_DEMO = {
    "CodeOwner",
    "InvitationView",
    "Kept",
    "OpenSession",
    "OwnClaim",
    "OwnSession",
    "PostRevisionView",
    "ReactionCountView",
    "SessionView",
    "_Part",
    "_SealedRevision",
    "_Token",
}
# What a SELECT lacks that cannot stand by itself.
COMPLETED = {"ReactionCountView": " GROUP BY r.post_id, r.kind"}
TABLES = {
    one.__name__: one._meta.db_table
    for module in MODULES
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Model) and one is not Model
}
KEPT_AS = {
    int: ({"int2", "int4", "int8"}, {"INT", "INTEGER", "SMALLINT", "BIGINT"}),
    float: ({"float8"}, {"REAL"}),
    str: ({"varchar", "text"}, {"VARCHAR", "TEXT"}),
    bool: ({"bool"}, {"INT"}),
    datetime: ({"timestamptz"}, {"TIMESTAMP"}),
    date: ({"date"}, {"DATE"}),
    UUID: ({"uuid"}, {"CHAR"}),
}


def test_every_view_says_its_columns() -> None:
    classes = {one for module in MODULES for one in vars(module).values() if isinstance(one, type)}
    views = {one for one in classes if is_dataclass(one) and one.__name__.endswith("View")}
    assert views - NO_ROWS == {one.view for one in DECLARED.values() if one.view.__name__.endswith("View")}


@pytest.mark.parametrize("name", DECLARED)
async def test_columns_are_those_of_the_tables(database: str, name: str) -> None:
    one = DECLARED[name]
    wrong = [problem for column in one.declared for problem in await _problems(one, column)]
    assert not wrong
    await fetch(f"{_standing(one)} LIMIT 0")
    if is_postgres():
        for column, kind in zip(one.declared, await _kinds(_standing(one)), strict=True):
            assert column.sql == "NULL" or kind in KEPT_AS[_kept_kind(column)][0], column.sql


def _standing(one: Rows[Any]) -> str:
    return re.sub(r"\$\d", "NULL", one.select) + COMPLETED.get(one.view.__name__, "")


def _kept_kind(column: Column) -> Any:
    """The type that the column itself has."""
    if column.read is not None:
        (parameter,) = signature(column.read, eval_str=True).parameters.values()
        return parameter.annotation
    return str if issubclass(column.kind, Enum) else column.kind


async def _kinds(sql: str) -> list[str]:
    client: Any = connection()
    async with client.acquire_connection() as link:
        return [attribute.type.name for attribute in (await link.prepare(sql)).get_attributes()]


async def _problems(one: Rows[Any], column: Column) -> list[str]:
    """Of a column of a table. Expressions have no declared type or NULL on SQLite, and their values are looked at."""
    alias, _, name = column.sql.partition(".")
    if not name.isidentifier():
        return []
    left, table = next(
        (bool(left), table)
        for left, table, known in re.findall(r"(?:^|(LEFT )?JOIN )(\w+) (\w+)", one.tables)
        if known == alias
    )
    described = (await _described(table)).get(name)
    if described is None:
        return [f"{table} has no {name}"]
    kind, is_null = described
    wrong = [] if kind in KEPT_AS[_kept_kind(column)][not is_postgres()] else [f"{table}.{name} is {kind}"]
    # What is read from several tables may be None because of another one.
    is_shared = len({other.tables for other in DECLARED.values() if other.view is one.view}) > 1
    fits = column.is_optional == (is_null or left) or (column.is_optional and is_shared)
    return wrong if fits else [*wrong, f"{table}.{name}: NULL or not?"]


async def _described(table: str) -> dict[str, tuple[str, bool]]:
    if is_postgres():
        sql = "SELECT column_name, udt_name, is_nullable FROM information_schema.columns"
        where = "table_schema = 'public' AND table_name = $1"
        return {name: (kind, null == "YES") for name, kind, null in await fetch(f"{sql} WHERE {where}", table)}
    rows = await fetch(f'PRAGMA table_info("{table}")')
    return {name: (kind.partition("(")[0], not (not_null or key)) for _, name, kind, not_null, _, key in rows}


# ---- inserts ------------------------------------------------------------------------


def test_a_table_has_one_insert() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for table in _tables_inserted_into(node):
                places[table].append(f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]
    assert len(places) > 20
    assert not {table: found for table, found in places.items() if len(found) > 1 and table != "sqlite_sequence"}


def _tables_inserted_into(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.findall(r"INSERT INTO (\w+)", node.value)
    match node:
        case ast.Call(ast.Name("insert_rows" | "insert_numbered"), [ast.Constant(str(table)), *_]):
            return [table]
        case ast.Call(ast.Attribute(ast.Name(model), "create" | "bulk_create" | "get_or_create")) if model in TABLES:
            return [TABLES[model]]
    return []


# ---- values -------------------------------------------------------------------------


async def test_values_of_real_rows_are_what_is_declared(database: str) -> None:
    use_master_keys([MASTER])
    await seed_demo(lambda _: "$argon2id$", datetime.now(UTC))
    read = {name: one.read(await fetch(f"{_standing(one)} LIMIT 200")) for name, one in DECLARED.items()}
    assert {DECLARED[name].view.__name__ for name, views in read.items() if not views} <= NOT_IN_DEMO
    for name, views in read.items():
        for view in views:
            _check(view, DECLARED[name].only)


def _check(view: Any, only: Collection[str] | None = None) -> None:
    for one in fields(view):
        if one.init and only is not None and one.name not in only:
            assert getattr(view, one.name) is UNREAD
        elif one.init:
            value, is_union = getattr(view, one.name), get_origin(one.type) is UnionType
            kinds = get_args(one.type) if is_union else (get_origin(one.type) or one.type,)
            assert type(value) in kinds, f"{type(view).__name__}.{one.name}: {value!r}"
            assert not isinstance(value, datetime) or value.tzinfo is UTC
            if is_dataclass(value):
                _check(value)
