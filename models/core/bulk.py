"""Writing many rows at once: one statement on PostgreSQL, one prepared and repeated on SQLite. Knows no table.

The types of columns are those that the models of the tables declare.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from tortoise import Tortoise

from models.core.database import connection, fetch, insert, is_postgres
from models.core.driver.sqlite_sql import sqlite_value

_TYPES = {
    "IntField": "int",
    "SmallIntField": "smallint",
    "BigIntField": "bigint",
    "FloatField": "float8",
    "CharField": "text",
    "TextField": "text",
    "BooleanField": "boolean",
    "DatetimeField": "timestamptz",
    "DateField": "date",
    "UUIDField": "uuid",
    "BinaryField": "bytea",
}
"""What PostgreSQL calls the values of each kind of field."""


async def insert_rows(table: str, names: Iterable[str], rows: Sequence[Sequence[Any]]) -> None:
    """Inserts rows of plain values, which stand in the order of these columns. For use inside write()."""
    columns = list(names)
    listed = ", ".join(f'"{name}"' for name in columns)
    if is_postgres():
        sql = f"INSERT INTO {table} ({listed}) SELECT * FROM {_unnest(table, columns)}"
        await _at_once(sql, len(columns), rows)
    else:
        places = ", ".join("?" * len(columns))
        await _repeated(f"INSERT INTO {table} ({listed}) VALUES ({places})", rows)


async def insert_numbered(table: str, names: Iterable[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Inserts rows that the database numbers; gives their ids in the order of the rows. For use inside write()."""
    if not rows:
        return []
    columns = list(names)
    listed = ", ".join(f'"{name}"' for name in columns)
    if is_postgres():
        arrays = [[row[at] for row in rows] for at in range(len(columns))]
        sql = f"INSERT INTO {table} ({listed}) SELECT * FROM {_unnest(table, columns)} RETURNING id"
        return [row["id"] for row in await insert(sql, *arrays)]
    if len(rows) == 1:
        places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        sql = f"INSERT INTO {table} ({listed}) VALUES ({places}) RETURNING id"
        return [row["id"] for row in await insert(sql, *rows[0])]
    await insert_rows(table, columns, rows)
    # SQLite has one writer, so that the highest ids are those of these rows.
    found = await fetch(f"SELECT id FROM {table} ORDER BY id DESC LIMIT $1", len(rows))
    return [row["id"] for row in reversed(found)]


async def update_rows(table: str, names: Iterable[str], rows: Sequence[Sequence[Any]], also: str = "") -> None:
    """Sets the columns of the rows that the first value, the id, names. `also` sets more, the same for each row."""
    key, *changed = columns = list(names)
    if is_postgres():
        sets = ", ".join(f"{name} = given.{name}" for name in changed)
        await _at_once(
            f"UPDATE {table} SET {sets}{also and f', {also}'} FROM {_unnest(table, columns)}"
            f" AS given ({', '.join(columns)}) WHERE {table}.{key} = given.{key}",
            len(columns),
            rows,
        )
    else:
        sets = ", ".join(f"{name} = ?{number}" for number, name in enumerate(changed, 2))
        await _repeated(f"UPDATE {table} SET {sets}{also and f', {also}'} WHERE {key} = ?1", rows)


@cache
def column_types(table: str) -> dict[str, str]:
    """PostgreSQL's types of a table's columns, as its model declares them."""
    meta = next(model._meta for model in Tortoise.apps["models"].values() if model._meta.db_table == table)  # noqa: SLF001
    return {column: _TYPES[type(meta.fields_map[name]).__name__] for name, column in meta.fields_db_projection.items()}


def _unnest(table: str, columns: Sequence[str]) -> str:
    kinds = column_types(table)
    return f"unnest({', '.join(f'${number}::{kinds[name]}[]' for number, name in enumerate(columns, 1))})"


async def _at_once(sql: str, width: int, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        await connection().execute_query(sql, [[row[at] for row in rows] for at in range(width)])


async def _repeated(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    # The database is in this very process: a statement that is prepared once costs no round trip for each row.
    if rows:
        await connection().execute_many(sql, [[sqlite_value(value) for value in row] for row in rows])
