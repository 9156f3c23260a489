"""Writing many rows at once: one statement on PostgreSQL, one prepared and repeated on SQLite. Knows no table."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.core.database import connection, is_postgres, sqlite_value

Columns = Mapping[str, str]
"""Names of columns and their types in PostgreSQL's words, in the order of a row's values."""


async def insert_rows(table: str, columns: Columns, rows: Sequence[Sequence[Any]]) -> None:
    """Inserts rows of plain values. For use inside write()."""
    names = ", ".join(columns)
    if is_postgres():
        await _at_once(f"INSERT INTO {table} ({names}) SELECT * FROM {_unnest(columns)}", columns, rows)
    else:
        places = ", ".join("?" * len(columns))
        await _repeated(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


async def update_rows(table: str, columns: Columns, rows: Sequence[Sequence[Any]], also: str = "") -> None:
    """Sets the columns of the rows that the first value, the id, names. `also` sets more, the same for each row."""
    key, *changed = columns
    if is_postgres():
        sets = ", ".join(f"{name} = given.{name}" for name in changed)
        await _at_once(
            f"UPDATE {table} SET {sets}{also and f', {also}'} FROM {_unnest(columns)} AS given ({', '.join(columns)})"
            f" WHERE {table}.{key} = given.{key}",
            columns,
            rows,
        )
    else:
        sets = ", ".join(f"{name} = ?{number}" for number, name in enumerate(changed, 2))
        await _repeated(f"UPDATE {table} SET {sets}{also and f', {also}'} WHERE {key} = ?1", rows)


def _unnest(columns: Columns) -> str:
    return f"unnest({', '.join(f'${number}::{kind}[]' for number, kind in enumerate(columns.values(), 1))})"


async def _at_once(sql: str, columns: Columns, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    arrays = [[row[at] for row in rows] for at in range(len(columns))]
    await connection().execute_query(sql, arrays)


async def _repeated(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    # The database is in this very process: a statement that is prepared once costs no round trip for each row.
    if rows:
        await connection().execute_many(sql, [[sqlite_value(value) for value in row] for row in rows])
