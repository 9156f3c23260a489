"""Whole databases out and in: every table, row by row, in the format of domain/transfer/backup. Knows tables by
their models.

What a database derives by itself (search indexes) is not in a backup: it comes back with the rows.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import IO, Any

from tortoise import Tortoise
from tortoise.exceptions import IntegrityError

from domain.transfer.backup import Header, Kind, Table, Writer, check, read_header, rows
from models.core.bulk import insert_rows
from models.core.database import execute, fetch, is_postgres, snapshot
from models.core.migration import applied, pending
from models.core.transaction import write

BATCH = 500
# A migration leaves one row there; everything else is empty in a database that is only migrated.
LAID_BY_MIGRATIONS = frozenset({"event_heads"})
_NOT_DATA = frozenset({"aerich", "tree_stamps", "topic_stamps", "alliance_stamps", "people_stamps"})
_KINDS = {
    "IntField": Kind.WHOLE,
    "SmallIntField": Kind.WHOLE,
    "BigIntField": Kind.WHOLE,
    "FloatField": Kind.REAL,
    "CharField": Kind.TEXT,
    "TextField": Kind.TEXT,
    "BooleanField": Kind.TRUTH,
    "DatetimeField": Kind.INSTANT,
    "DateField": Kind.DAY,
    "UUIDField": Kind.UUID,
    "BinaryField": Kind.BYTES,
}

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


class BackupError(ValueError):
    """Why a backup cannot be brought into this database; nothing has been changed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as its model describes it."""

    name: str
    key: str
    is_numbered: bool
    kinds: dict[str, Kind]


def shapes() -> list[Shape]:
    """Every table, by name."""
    models = [model for model in Tortoise.apps["models"].values() if model._meta.db_table not in _NOT_DATA]  # noqa: SLF001
    return sorted(map(_shape, models), key=lambda shape: shape.name)


def _shape(model: Any) -> Shape:
    meta = model._meta  # noqa: SLF001 - Tortoise's own description of a model has no other name
    return Shape(
        name=meta.db_table,
        key=meta.db_pk_column,
        is_numbered=bool(meta.pk.generated),
        kinds={
            field.source_field or name: _KINDS[type(field).__name__]
            for name, field in meta.fields_map.items()
            if name in meta.fields_db_projection
        },
    )


async def dump(stream: IO[bytes], now: datetime, progress: Progress) -> int:
    """Writes the open database as it stands at one moment; gives the number of rows."""
    async with snapshot():
        found = shapes()
        tables = [Table(shape.name, shape.kinds, await _count(shape.name)) for shape in found]
        writer = Writer(stream, Header(now, await applied(), tables, await _numbers(found)))
        done, total = 0, sum(table.rows for table in tables)
        for place, shape in enumerate(found):
            last: Any = None
            while batch := await _after(shape, last):
                for row in batch:
                    writer.row(place, tuple(row))
                last = batch[-1][shape.key]
                done += len(batch)
                progress(done, total)
        writer.finish()
        return total


async def _count(table: str) -> int:
    return int((await fetch(f"SELECT count(*) FROM {table}"))[0][0])


async def _after(shape: Shape, last: Any) -> list[Any]:
    columns = ", ".join(f'"{name}"' for name in shape.kinds)
    where, values = (f'WHERE "{shape.key}" > $1', (last,)) if last is not None else ("", ())
    sql = f'SELECT {columns} FROM {shape.name} {where} ORDER BY "{shape.key}" LIMIT {BATCH}'
    return list(await fetch(sql, *values))


async def _numbers(found: Iterable[Shape]) -> dict[str, int]:
    """The highest id that each table ever gave out, also to rows that are gone: none is given out twice."""
    if not is_postgres():
        return {name: seq for name, seq in await fetch("SELECT name, seq FROM sqlite_sequence") if "search" not in name}
    numbers = {}
    for shape in found:
        if shape.is_numbered:
            sequence = (await fetch("SELECT pg_get_serial_sequence($1, $2)", shape.name, shape.key))[0][0]
            last, called = (await fetch(f"SELECT last_value, is_called FROM {sequence}"))[0]
            if called:
                numbers[shape.name] = int(last)
    return numbers


async def load(stream: IO[bytes], progress: Progress) -> int:
    """Brings a backup into the open database, which must be migrated and empty; all of it or nothing.

    Raises BrokenBackupError for a file that is not whole, BackupError for a database that it does not fit.
    """
    total = check(stream)
    stream.seek(0)
    header = read_header(stream)
    stream.seek(0)
    found = {shape.name: shape for shape in shapes()}
    await _check_fit(header, found)
    await write(lambda: _load(stream, header, found, lambda done: progress(done, total)))
    return total


async def _check_fit(header: Header, found: dict[str, Shape]) -> None:
    if await pending():
        raise BackupError("this database is not migrated: run `pheromone migrate` first")
    if header.migrations != await applied():
        newest = header.migrations[-1] if header.migrations else "none"
        raise BackupError(
            f"the backup's newest migration is {newest}, the database's {(await applied())[-1]}:"
            " restore with the version that made the backup, then migrate"
        )
    if {table.name: table.columns for table in header.tables} != {name: one.kinds for name, one in found.items()}:
        raise BackupError("the backup's tables are not those of this version")


async def _load(stream: IO[bytes], header: Header, found: dict[str, Shape], progress: Callable[[int], None]) -> None:
    for name in sorted(found.keys() - LAID_BY_MIGRATIONS):
        if await _count(name):
            raise BackupError(f"this database is not empty: {name} holds rows; restore into a new one")
    for name in sorted(LAID_BY_MIGRATIONS):
        await execute(f"DELETE FROM {name}")
    undo = await _defer_foreign_keys()
    done = 0
    for place, group in groupby(rows(stream), key=itemgetter(0)):
        shape = found[header.tables[place].name]
        for batch in _batches(values for _, values in group):
            await insert_rows(shape.name, shape.kinds, batch)
            done += len(batch)
            progress(done)
    await _set_numbers(header.numbers, found)
    await undo()


async def _defer_foreign_keys() -> Callable[[], Awaitable[None]]:
    """Lets rows refer to rows that come later, until what is given back is called: it checks them all."""
    if not is_postgres():
        await execute("PRAGMA defer_foreign_keys = ON")
        return _check_sqlite
    constraints = await fetch("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'")

    async def alter(how: str) -> None:
        for table, name in constraints:
            await execute(f'ALTER TABLE {table} ALTER CONSTRAINT "{name}" {how}')

    async def undo() -> None:
        try:
            await execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            raise BackupError(f"its rows do not hang together: {error}") from None
        await alter("NOT DEFERRABLE")

    await alter("DEFERRABLE INITIALLY DEFERRED")
    return undo


async def _check_sqlite() -> None:
    """Asked before the commit: one that fails would leave the transaction open."""
    broken = await fetch("PRAGMA foreign_key_check")
    if broken:
        raise BackupError(f"its rows do not hang together: {broken[0][0]} refers to {broken[0][2]} that are not there")


def _batches(values: Iterable[list[Any]]) -> Iterable[list[list[Any]]]:
    batch: list[list[Any]] = []
    for row in values:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _set_numbers(numbers: dict[str, int], found: dict[str, Shape]) -> None:
    """New rows get ids above all that were ever given out."""
    for name, shape in found.items():
        if not shape.is_numbered:
            continue
        highest = (await fetch(f'SELECT COALESCE(max("{shape.key}"), 0) FROM {name}'))[0][0]
        number = max(numbers.get(name, 0), int(highest))
        if number == 0:
            continue
        if is_postgres():
            await fetch("SELECT setval(pg_get_serial_sequence($1, $2), $3)", name, shape.key, number)
        else:
            await execute("DELETE FROM sqlite_sequence WHERE name = $1", name)
            await execute("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", name, number)
