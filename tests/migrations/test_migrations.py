"""The history of the schema, on both databases: it ends where the models are, loses nothing, tells what is missing."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from aerich.migrate import Migrate
from tortoise import Tortoise

from domain.forum.search import words
from models.core.keyset import Window
from models.core.database import connection, execute, fetch, is_postgres
from models.core.migration import LOCATION, migrate, pending
from models.forum.search import search_post_ids

NOW = "2026-03-14 10:17:00+00:00"
# What the models do not say: the search, indexes of some rows, and names that are unique among living siblings alone.
TOLD_IN_SQL_ALONE = {
    "table posts_search",
    "table topics_search",
    "column posts.search tsvector null",
    "column topics.search tsvector null",
    "index posts (search)",
    "index deliveries (alliance_id)",
    "index deliveries (alliance_id) WHERE (materials <> counted)",
    "index harvests (harvest_at)",
    "index harvests (harvest_at) WHERE (NOT is_folded)",
    "index events (seq)",
    "index events (seq) WHERE ((kind) <> 'POST')",
    "index notifications (read_at)",
    "index notifications (read_at) WHERE (read_at IS NOT NULL)",
    "index topics (search)",
    "index notifications (user_id, id) WHERE (read_at IS NULL)",
    "index posts (topic_id, id) WHERE (deleted_at IS NULL)",
    "index posts (topic_id, id)",
    "index posts (topic_id, created_at, id) WHERE (deleted_at IS NOT NULL)",
    "index topics (section_id, is_pinned, last_post_at, id) WHERE (deleted_at IS NOT NULL)",
    "index topics (last_post_at, id)",
    "index topics (last_post_at, id) WHERE (deleted_at IS NULL)",
    "index users (username_key COLLATE C)",
    "index users (email_key COLLATE C)",
    "index users (substr((email_key), strpos((email_key), '@')) COLLATE C)",
    "index users (substr(email_key, instr(email_key, '@')))",
    "index users (id)",
    "index users (id) WHERE (NOT is_active)",
    "unique sections (category_id, COALESCE(parent_id, 0), name_key) WHERE (deleted_at IS NULL)",
    "unique sections (category_id, COALESCE(parent_id, 0), name_key) WHERE deleted_at IS NULL",
}
# What names a row that may go, and mostly names none.
MAY_NAME = (
    *("topics (author_id)", "topics (character_id)", "posts (character_id)", "post_revisions (editor_id)"),
    *("members (hosted_by_id)", "sections (alliance_id)", "rights_entries (edited_by_id)", "invitations (created_by_id)"),
    *("alliance_keys (post_id)", "alliance_keys (old_post_id)", "alliance_key_uses (user_id)"),
)
TOLD_IN_SQL_ALONE |= {f"index {one}" for one in MAY_NAME}
TOLD_IN_SQL_ALONE |= {f"index {one} WHERE {one.partition(' ')[2][:-1]} IS NOT NULL)" for one in MAY_NAME}


@pytest.fixture(autouse=True)
def located(monkeypatch: pytest.MonkeyPatch) -> None:
    """aerich knows where the history is only once something was migrated."""
    monkeypatch.setattr(Migrate, "migrate_location", LOCATION / "models", raising=False)


@contextmanager
def history(monkeypatch: pytest.MonkeyPatch, until: int | str) -> Iterator[None]:
    """Inside, there are only the first migrations: so many, or those before the one of a name."""
    modules = list(Migrate.get_all_version_modules())
    if isinstance(until, str):
        until = next(place for place, module in enumerate(modules) if module.name.endswith(f"_{until}"))
    modules = modules[:until]
    with monkeypatch.context() as patch:
        patch.setattr(Migrate, "get_all_version_modules", classmethod(lambda _: modules))
        yield


# ---- where it ends ------------------------------------------------------------------


async def _postgres_schema() -> set[str]:
    found = set()
    for row in await fetch(
        """SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'"""
    ):
        table, column, kind, length, null = row
        found.add(f"table {table}")
        found.add(
            f"column {table}.{column} {kind}{f'({length})' if length else ''} {'null' if null == 'YES' else 'not null'}"
        )
    for row in await fetch(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
    ):
        found.add(f"foreign {row[0]} {row[1]}")
    for row in await fetch("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"):
        definition = row[1].replace('"', "").replace("::text", "")
        unique = "unique" if definition.startswith("CREATE UNIQUE") else "index"
        found.add(f"{unique} {row[0]} {definition[definition.index('(') :].removesuffix(' WITH (fastupdate=off)')}")
    return found


async def _sqlite_schema() -> set[str]:
    found = set()
    for (table,) in await fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"):
        if "_search_" in table:
            continue  # FTS5's own.
        found.add(f"table {table}")
        if table.endswith("_search"):
            continue
        for _, column, kind, not_null, _, key in await fetch(f'PRAGMA table_info("{table}")'):
            bare = kind.partition("(")[0]  # SQLite holds nobody to a length, and cannot change one.
            found.add(f"column {table}.{column} {bare} {'not null' if not_null else 'null'}{' key' if key else ''}")
        for row in await fetch(f'PRAGMA foreign_key_list("{table}")'):
            found.add(f"foreign {table} ({row['from']}) {row['table']} ({row['to']}) {row['on_delete']}")
        for row in await fetch(f'PRAGMA index_list("{table}")'):
            unique = "unique" if row["unique"] else "index"
            columns = [one["name"] for one in await fetch(f'PRAGMA index_info("{row["name"]}")')]
            if None in columns:  # An expression: its text is in the statement alone.
                ((sql,),) = await fetch("SELECT sql FROM sqlite_master WHERE name = $1", row["name"])
                found.add(f"{unique} {table} {sql[sql.index('(') :]}".replace('"', ""))
            else:
                found.add(f"{unique} {table} ({', '.join(columns)})")
    return found


async def _schema() -> set[str]:
    return await (_postgres_schema() if is_postgres() else _sqlite_schema())


async def _empty_again() -> None:
    """Takes every table away."""
    if is_postgres():
        await connection().execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        return
    tables = await fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    names = sorted((row[0] for row in tables), key=lambda name: "_search_" in name)
    drops = "".join(f'DROP TABLE IF EXISTS "{name}";' for name in names)
    await connection().execute_script(f"PRAGMA foreign_keys = OFF; {drops} PRAGMA foreign_keys = ON;")


async def test_the_history_ends_where_the_models_are(empty: None) -> None:
    await migrate()
    migrated = await _schema()
    await _empty_again()
    assert await _schema() == set()
    await Tortoise.generate_schemas(safe=False)
    modelled = await _schema()
    assert modelled - migrated == set()
    assert migrated - modelled <= TOLD_IN_SQL_ALONE


async def _named_columns() -> list[tuple[str, str]]:
    """Each table and the column by which it names a row of another."""
    if is_postgres():
        sql = """SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"""
    else:
        sql = """SELECT t.name, f."from" FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'"""
    return [(row[0], row[1]) for row in await fetch(sql)]


# Factions and clans are few and never deleted, and so is what they restrict.
OF_THE_FEW = {"faction_id", "clan_id", "visible_by_faction_id", "visible_by_clan_id"}


async def _first_columns() -> set[tuple[str, str]]:
    """Each table and the column by which one of its indexes finds rows, whichever they are."""
    if is_postgres():
        sql = """SELECT i.indrelid::regclass::text, a.attname FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)"""
        return {(row[0], row[1]) for row in await fetch(sql)}
    sql = """SELECT t.name, c.name, i.partial, s.sql FROM sqlite_master t, pragma_index_list(t.name) i,
        pragma_index_info(i.name) c JOIN sqlite_master s ON s.name = i.name
        WHERE t.type = 'table' AND c.seqno = 0"""
    found = {
        (row[0], row[1])
        for row in await fetch(sql)
        if not row[2] or str(row[3]).endswith(f'WHERE "{row[1]}" IS NOT NULL')
    }
    keys = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk = 1"
    return found | {(row[0], row[1]) for row in await fetch(keys)}


async def test_what_names_a_row_that_goes_is_found_by_an_index(database: str) -> None:
    """Else whoever deletes an account reads every post."""
    unfound = set(await _named_columns()) - await _first_columns()
    assert {one for one in unfound if one[1] not in OF_THE_FEW} == set()


# ---- what it carries ----------------------------------------------------------------

BODIES = ("Des œufs éclos à la reine", "L'Été des ouvrières", "rien de tel")


async def _plant() -> None:
    """A forum as it was after the first migration, search and all that followed not yet invented."""
    await execute(
        f"""INSERT INTO roles (name, label, description, level, is_active, created_at, updated_at)
        VALUES ('player', 'Joueur', '', 10, TRUE, '{NOW}', '{NOW}')"""
    )
    await execute(
        f"""INSERT INTO users (username, username_key, email, email_key, password_hash, is_active, created_at,
        updated_at, role_id) SELECT 'Zoé', 'zoé', 'z@x', 'z@x', '!', TRUE, '{NOW}', '{NOW}', id FROM roles"""
    )
    await execute(
        "INSERT INTO categories (slug, name, description, position, access) VALUES ('rp', 'RP', '', 0, 'PUBLIC')"
    )
    for name, parent in (("Forêt", "NULL"), ("Clairière", "(SELECT min(id) FROM sections)")):
        await execute(
            f"""INSERT INTO sections (slug, name, name_key, description, position, kind, topic_count, post_count,
            created_at, category_id, parent_id) SELECT lower('{name}'), '{name}', '{name}', '', 0, 'DISCUSSION', 1, 3,
            '{NOW}', id, {parent} FROM categories"""
        )
    await execute(
        f"""INSERT INTO topics (uuid, slug, title, author_id, author_name, is_pinned, is_locked, created_at,
        last_post_at, post_count, section_id) SELECT '{uuid.UUID(int=1)}', 't', 'Nid d''hiver', u.id, 'Zoé', TRUE,
        FALSE, '{NOW}', '{NOW}', 3, (SELECT max(id) FROM sections) FROM users u"""
    )
    for number, body in enumerate(BODIES):
        await execute(
            f"""INSERT INTO posts (uuid, body, author_id, author_name, revision, created_at, topic_id)
            SELECT '{uuid.UUID(int=10 + number)}', $1, u.id, 'Zoé', 0, '{NOW}', t.id FROM users u, topics t""",
            body,
        )


async def _rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything that was planted, as far as the first tables held it."""
    columns = {
        "users": "id, username, username_key, email, role_id",
        "sections": "id, slug, name, name_key, parent_id, category_id, topic_count, post_count, created_at",
        "topics": "id, uuid, slug, title, author_id, author_name, is_pinned, created_at, last_post_at, section_id",
        "posts": "id, uuid, body, author_id, author_name, revision, created_at, topic_id",
    }
    return {
        table: [tuple(row) for row in await fetch(f"SELECT {names} FROM {table} ORDER BY id")]
        for table, names in columns.items()
    }


async def test_an_old_forum_loses_nothing_and_is_searched(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with history(monkeypatch, 1):
        await migrate()
    await _plant()
    before = await _rows()
    assert [len(rows) for rows in before.values()] == [1, 2, 1, 3]
    await migrate()
    assert await _rows() == before
    first, second, third = (row[0] for row in before["posts"])

    async def found(query: str) -> list[object]:
        return list(await search_post_ids(words(query), [1, 2], Window(9)))

    assert await found("oeufs REINE") == [first]
    assert await found("ete") == [second]
    assert await found("hiver") == [first]
    assert await found("absent") == []
    await execute("UPDATE posts SET body = 'autre chose' WHERE id = $1", first)
    assert (await found("oeufs"), await found("autre")) == ([], [first])
    await execute("DELETE FROM posts WHERE id = $1", third)
    assert await found("tel") == []


async def _plant_alliance() -> None:
    """An alliance with a member whose place an account claims, as they were before claims had a table."""
    await execute(f"INSERT INTO alliances (tag, tag_key, name, created_at) VALUES ('FDR', 'fdr', 'F', '{NOW}')")
    await execute(
        f"""INSERT INTO members (pseudo, pseudo_key, can_administer, created_at, alliance_id, claimed_by_id, claimed_at)
        SELECT 'Paco', 'paco', FALSE, '{NOW}', a.id, u.id, '{NOW}' FROM alliances a, users u"""
    )


async def test_claims_stay(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with history(monkeypatch, "claims"):
        await migrate()
    await _plant()
    await _plant_alliance()
    await migrate()
    rows = await fetch("SELECT m.pseudo, k.user_id FROM member_claims k JOIN members m ON m.id = k.member_id")
    assert [tuple(row) for row in rows] == [("Paco", 1)]


async def test_titles_that_carried_rights_are_shown_without_them(
    empty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = "Paco / 7 / 1 / 2 / 12.5 / à la hausse / 400000 / 14/03/2026 10h17 / 777.250"
    with history(monkeypatch, "titles"):
        await migrate()
    await _plant()
    await execute(f"INSERT INTO alliances (tag, tag_key, name, created_at) VALUES ('FDR', 'fdr', 'F', '{NOW}')")
    await execute(f"INSERT INTO alliances (tag, tag_key, name, created_at) VALUES ('HOT', 'hot', 'H', '{NOW}')")
    await execute("UPDATE sections SET kind = 'MEMBERS', alliance_id = 1 WHERE id = 2")
    await execute("UPDATE sections SET kind = 'MIRROR', alliance_id = 2 WHERE id = 1")
    await execute("UPDATE topics SET title = $1", full)
    for number, section, title, sealed in ((2, 2, "Nid", False), (3, 1, "[FDR] PHM1.x", True), (4, 1, full, False)):
        await execute(
            f"""INSERT INTO topics (uuid, title, author_name, is_pinned, is_locked, created_at, last_post_at, post_count,
            section_id, revision, is_sealed) VALUES ('{uuid.UUID(int=number)}', $1, 'Zoé', FALSE, FALSE, '{NOW}',
            '{NOW}', 0, $2, 0, $3)""",
            title,
            section,
            sealed,
        )
    await execute(
        f"""INSERT INTO hostings (uuid, mother_id, host_id, opened_at) VALUES ('{uuid.UUID(int=9)}', 1, 2, '{NOW}')"""
    )
    await execute("INSERT INTO mirrors (hosting_id, section_id, mirror_section_id, faults) VALUES (1, 2, 1, '[]')")
    await execute(
        f"""INSERT INTO notifications (user_id, kind, level, message, details, topic_id, created_at)
        VALUES (1, 'NEW_POST', 'INFO', 'new_post', $1, 1, '{NOW}')""",
        json.dumps({"author": "Zoé", "title": full}),
    )
    await migrate()
    rows = await fetch("SELECT title, shown_title, alliance_id FROM topics ORDER BY id")
    assert [tuple(row) for row in rows] == [
        (full, "Paco", 1),
        ("Nid", "Nid", 1),
        ("[FDR] PHM1.x", None, 1),
        (full, "Paco", None),
    ]
    ((details,),) = await fetch("SELECT details FROM notifications")
    assert json.loads(details) == {"author": "Zoé", "title": "Paco"}
    assert await search_post_ids(words("paco"), [1, 2], Window(9)) == [1]
    assert await search_post_ids(words("777.250"), [1, 2], Window(9)) == []


async def test_characters_that_were_there_are_approved(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with history(monkeypatch, "characters"):
        await migrate()
    await _plant()
    insert = "INSERT INTO characters (name, name_key, is_alive, created_at, user_id)"
    await execute(f"{insert} SELECT 'Ronce', 'ronce', TRUE, '{NOW}', id FROM users")
    await execute("INSERT INTO factions (name, slug) VALUES ('Éveillés', 'eveilles')")
    await migrate()
    await execute(f"{insert} SELECT 'Orme', 'orme', TRUE, '{NOW}', id FROM users")
    rows = await fetch("SELECT name, state, judged_at IS NULL FROM characters ORDER BY id")
    assert [(row[0], row[1], bool(row[2])) for row in rows] == [("Ronce", "APPROVED", False), ("Orme", "WAITING", True)]
    assert [bool(row[0]) for row in await fetch("SELECT is_active FROM factions")] == [True]


async def test_who_took_part_attends_as_before(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with history(monkeypatch, "attention"):
        await migrate()
    await _plant()
    await execute("INSERT INTO participants (topic_id, user_id, is_told) SELECT t.id, u.id, TRUE FROM topics t, users u")
    before = [tuple(row) for row in await fetch("SELECT id, topic_id, user_id, is_told FROM participants")]
    await migrate()
    rows = await fetch("SELECT id, topic_id, user_id, is_told, attention FROM participants")
    assert [tuple(row) for row in rows] == [(*row, "NORMAL") for row in before] != []


# ---- forwards and back --------------------------------------------------------------


async def test_what_is_missing_is_told(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{module.name}.py" for module in Migrate.get_all_version_modules()]
    assert await pending() == names
    with history(monkeypatch, 2):
        assert await migrate() == names[:2]
        assert await pending() == []
    assert await pending() == names[2:]
    assert await migrate() == names[2:]
    assert await pending() == []
    assert await migrate() == []


async def test_the_search_can_be_taken_back_and_made_again(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    search = import_module("migrations.models.1_20261120_search")
    with history(monkeypatch, 1):
        await migrate()
    await _plant()
    before, schema = await _rows(), await _schema()
    for _ in range(2):
        await connection().execute_script(await search.upgrade(connection()))
        await connection().execute_script(await search.upgrade(connection()))
        assert len(await search_post_ids(["reine"], [1, 2], Window(9))) == 1
        await connection().execute_script(await search.downgrade(connection()))
        assert (await _rows(), await _schema()) == (before, schema)
