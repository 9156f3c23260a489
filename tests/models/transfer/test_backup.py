"""Backups carried between databases: everything comes back, from one moment, into an empty database or not at all."""

import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError

import models.transfer.backup
from domain.transfer.backup import BrokenBackupError, Kind, plain
from models.account.character import Character
from models.account.faction import Faction
from models.account.user import User
from models.core.bulk import insert_rows
from models.core.database import close_database, execute, fetch, is_postgres, open_database
from models.core.keyset import Window
from models.core.migration import migrate
from models.core.transaction import write
from models.forum.post import Post
from models.forum.search import search_post_ids
from models.forum.section import Section
from models.transfer.backup import BackupError, Shape, dump, load, shapes
from tests.wire.database import DIALECTS
from tests.wire.postgres import empty_database
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
SAMPLES: dict[Kind, Any] = {
    Kind.WHOLE: 3,
    Kind.REAL: 0.1,
    Kind.TEXT: "É\n",
    Kind.TRUTH: False,
    Kind.INSTANT: datetime(2026, 3, 14, 10, 17, 30, 123456, UTC),
    Kind.DAY: date(2026, 3, 14),
    Kind.UUID: UUID(int=7),
    Kind.BYTES: b"\x00\xff",
}


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture(params=DIALECTS)
async def target(request: pytest.FixtureRequest, postgres: str | None, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database that is migrated and empty."""
    async with AsyncExitStack() as stack:
        url = f"sqlite://{tmp_path / 'target.sqlite3'}"
        if request.param == "postgres":
            if postgres is None:
                pytest.skip("no PostgreSQL server")
            url = await stack.enter_async_context(empty_database(postgres))
        await open_database(url)
        await migrate()
        await close_database()
        yield url


async def contents() -> dict[str, list[list[Any]]]:
    """All rows of all tables, as the format writes them."""
    found = {}
    for shape in shapes():
        rows = await fetch(f'SELECT {", ".join(shape.kinds)} FROM {shape.name} ORDER BY "{shape.key}"')
        kinds = list(shape.kinds.values())
        found[shape.name] = [[plain(kind, value) for kind, value in zip(kinds, row, strict=True)] for row in rows]
    return found


async def fill_every_table() -> None:
    """Some of everything: sections below later ones with names alike, and at least a row in each table."""
    author = await world.user()
    await world.character(author, "eveilles", alive=False)
    low, high = await world.section("rp", "Bas"), await world.section("rp", "Haut")
    await execute("UPDATE sections SET parent_id = $1 WHERE id = $2", high.id, low.id)
    for parent in (low, high):
        await world.section("rp", "Pareille", parent)
    await world.topic(high, "La reine", author, "Des œufs\r\net du miel", "Ñandú " * 400)
    waiting = {shape.name: shape for shape in shapes()}
    points_at = _references()
    while waiting:
        needs = {name: set(points_at[name].values()) & waiting.keys() - {name} for name in waiting}
        shape = waiting[next(name for name in waiting if not needs[name])]
        del waiting[shape.name]
        if not await fetch(f"SELECT 1 FROM {shape.name}"):
            row = [await _sample(shape, column, points_at[shape.name]) for column in shape.kinds]
            await write(lambda: insert_rows(shape.name, shape.kinds, [row]))  # noqa: B023


def _references() -> dict[str, dict[str, str]]:
    """By table, which column refers to which table."""
    found = {}
    for model in Tortoise.apps["models"].values():
        meta: Any = model._meta
        fields = [meta.fields_map[name] for name in meta.fk_fields | meta.o2o_fields]
        found[meta.db_table] = {field.source_field: field.related_model._meta.db_table for field in fields}
    return found


async def _sample(shape: Shape, column: str, points_at: dict[str, str]) -> Any:
    if column in points_at:
        other = next(one for one in shapes() if one.name == points_at[column])
        rows = await fetch(f'SELECT "{other.key}" FROM {other.name} LIMIT 1')
        return rows[0][0]
    return SAMPLES[shape.kinds[column]]


async def test_everything_comes_back_in_the_other_database_too(target: str, database: str) -> None:
    await fill_every_table()
    before, file = await contents(), io.BytesIO()
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    seen: list[tuple[int, int]] = []
    total = await dump(file, NOW, lambda *progress: seen.append(progress))
    assert seen[-1] == (total, total)
    await close_database()
    await open_database(target)
    file.seek(0)
    assert await load(file, silent) == total
    assert await contents() == before
    await _check_alive()


async def _check_alive() -> None:
    """Ids go on above the old ones, references hold, words are found again."""
    newest = (await fetch("SELECT max(id) FROM users"))[0][0]
    assert (await world.user()).id > newest
    with pytest.raises(IntegrityError):
        await execute("UPDATE characters SET user_id = 99999")
    sections = [section.id for section in await Section.all()]
    told = [post.id for post in await Post.filter(body__contains="miel")]
    assert await search_post_ids(["miel"], sections, Window(9)) == told != []


async def test_an_id_that_was_given_once_is_never_given_again(target: str, database: str) -> None:
    gone = await world.user()
    await gone.delete()
    file = io.BytesIO()
    await dump(file, NOW, silent)
    await close_database()
    await open_database(target)
    file.seek(0)
    await load(file, silent)
    assert (await world.user()).id > gone.id


async def test_a_backup_is_of_one_moment(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else adds a faction when the first table has been read; factions come later."""
    late, read = "INSERT INTO factions (name, slug) VALUES ('Tardifs', 'tardifs')", models.transfer.backup._after

    async def meanwhile(shape: Shape, last: Any) -> list[Any]:
        rows = await read(shape, last)
        if shape.name == shapes()[0].name and last is None:
            if is_postgres():
                link = await asyncpg.connect(database)
                await link.execute(late)
                await link.close()
            else:
                with sqlite3.connect(database.removeprefix("sqlite://")) as other:
                    other.execute(late)
                other.close()
        return rows

    monkeypatch.setattr(models.transfer.backup, "_after", meanwhile)
    file = io.BytesIO()
    await dump(file, NOW, silent)
    assert b"Tardifs" not in file.getvalue()
    assert await Faction.exists(slug="tardifs")


async def test_more_rows_than_a_batch(target: str, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.transfer.backup, "BATCH", 2)
    for _ in range(5):
        await world.user()
    before, file = await contents(), io.BytesIO()
    await dump(file, NOW, silent)
    await close_database()
    await open_database(target)
    file.seek(0)
    await load(file, silent)
    assert await contents() == before


async def _backup() -> io.BytesIO:
    file = io.BytesIO()
    await dump(file, NOW, silent)
    file.seek(0)
    return file


async def test_a_database_that_holds_something_is_left_alone(database: str) -> None:
    before = await contents()
    with pytest.raises(BackupError, match="not empty"):
        await load(await _backup(), silent)
    assert await contents() == before


async def _a_later_one() -> list[str]:
    return ["99_later.py"]


async def test_what_does_not_fit_is_refused_before_anything_changes(
    target: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = (await _backup()).getvalue()
    with monkeypatch.context() as patch:
        patch.setattr(models.transfer.backup, "applied", _a_later_one)
        later = (await _backup()).getvalue()
    await close_database()
    await open_database(target)
    with pytest.raises(BrokenBackupError):
        await load(io.BytesIO(file[:-5]), silent)
    with pytest.raises(BackupError, match="99_later"):
        await load(io.BytesIO(later), silent)
    assert await User.all().count() == 0
    await execute("DELETE FROM aerich WHERE version LIKE $1", "5_%")
    with pytest.raises(BackupError, match="migrate"):
        await load(io.BytesIO(file), silent)


async def test_a_reference_into_nothing_stops_the_whole_restore(target: str, database: str) -> None:
    """A file with a right checksum, made by other means: its rows do not hang together."""
    owner = await world.user()
    await world.character(owner)
    shape = next(one for one in shapes() if one.name == "characters")
    assert shape.kinds["user_id"] is Kind.WHOLE
    if is_postgres():
        await execute("ALTER TABLE characters DROP CONSTRAINT characters_user_id_fkey")
    else:
        await execute("PRAGMA foreign_keys = OFF")
    await execute("UPDATE characters SET user_id = 4242")
    file = await _backup()
    if is_postgres():
        await execute("DELETE FROM characters")
        await execute(
            "ALTER TABLE characters ADD CONSTRAINT characters_user_id_fkey FOREIGN KEY (user_id)"
            " REFERENCES users (id) ON DELETE CASCADE"
        )
    await close_database()
    await open_database(target)
    with pytest.raises(BackupError, match="hang together"):
        await load(file, silent)
    assert (await Character.all().count(), await Section.all().count(), await Faction.all().count()) == (0, 0, 0)
