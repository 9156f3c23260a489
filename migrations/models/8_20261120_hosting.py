"""Hosting: pairs of alliances, their mirrors, what is still to be carried between both sides, and the alliances' keys.

Sealed rows leave the search: nobody looks for a word of theirs.
"""

from importlib import import_module

from tortoise import BaseDBAsyncClient

TABLES = """
CREATE TABLE "hostings" (
    "id" {id},
    "uuid" {uuid} NOT NULL UNIQUE,
    "mother_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "host_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "opened_at" {time} NOT NULL,
    "closed_at" {time},
    UNIQUE ("mother_id", "host_id")
);
CREATE INDEX "idx_hostings_host" ON "hostings" ("host_id");
CREATE TABLE "mirrors" (
    "id" {id},
    "hosting_id" INT NOT NULL REFERENCES "hostings" ("id") ON DELETE CASCADE,
    "section_id" INT NOT NULL REFERENCES "sections" ("id") ON DELETE CASCADE,
    "mirror_section_id" INT NOT NULL REFERENCES "sections" ("id") ON DELETE CASCADE,
    "synced_at" {time},
    "faults" TEXT NOT NULL,
    UNIQUE ("hosting_id", "section_id")
);
CREATE INDEX "idx_mirrors_section" ON "mirrors" ("section_id");
CREATE INDEX "idx_mirrors_mirror_section" ON "mirrors" ("mirror_section_id");
CREATE TABLE "mirror_marks" (
    "id" {id},
    "mirror_id" INT NOT NULL REFERENCES "mirrors" ("id") ON DELETE CASCADE,
    "row_uuid" {uuid} NOT NULL,
    "revision" INT NOT NULL,
    UNIQUE ("row_uuid", "mirror_id")
);
CREATE TABLE "mirror_changes" (
    "id" {id},
    "mirror_id" INT NOT NULL REFERENCES "mirrors" ("id") ON DELETE CASCADE,
    "topic_uuid" {uuid} NOT NULL,
    "row_uuid" {uuid},
    "from_host" {bool} NOT NULL,
    "is_return" {bool} NOT NULL
);
CREATE INDEX "idx_mirror_changes_mirror" ON "mirror_changes" ("mirror_id", "from_host", "topic_uuid");
CREATE TABLE "alliance_keys" (
    "id" {id},
    "alliance_id" INT NOT NULL UNIQUE REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "kid" VARCHAR(16) NOT NULL,
    "post_id" INT REFERENCES "posts" ("id") ON DELETE SET NULL,
    "old_kid" VARCHAR(16),
    "old_post_id" INT REFERENCES "posts" ("id") ON DELETE SET NULL,
    "stage" INT NOT NULL,
    "rotated_until" INT NOT NULL,
    "told" VARCHAR(8) NOT NULL
);
CREATE TABLE "alliance_key_uses" (
    "id" {id},
    "alliance_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "action" VARCHAR(16) NOT NULL,
    "user_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "user_name" VARCHAR(64) NOT NULL,
    "kid" VARCHAR(16) NOT NULL,
    "at" {time} NOT NULL
);
CREATE INDEX "idx_alliance_key_uses" ON "alliance_key_uses" ("alliance_id", "id");
"""
WORDS = {
    "sqlite": {
        "id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
        "uuid": "CHAR(36)",
        "bool": "INT",
        "time": "TIMESTAMP",
    },
    "postgres": {"id": "SERIAL NOT NULL PRIMARY KEY", "uuid": "UUID", "bool": "BOOL", "time": "TIMESTAMPTZ"},
}
NAMES = ("alliance_key_uses", "alliance_keys", "mirror_changes", "mirror_marks", "mirrors", "hostings")
SEARCHED = {"posts": "body", "topics": "title"}


def _postgres_search(document: str) -> str:
    return "".join(
        f"""
ALTER TABLE "{table}" DROP COLUMN "search";
ALTER TABLE "{table}" ADD COLUMN "search" tsvector GENERATED ALWAYS AS ({document.format(column=column)}) STORED;
CREATE INDEX "idx_{table}_search" ON "{table}" USING GIN ("search") WITH (fastupdate = off);
"""
        for table, column in SEARCHED.items()
    )


def _sqlite_search(*, sealed_too: bool) -> str:
    search = import_module("migrations.models.1_20261120_search")
    script = ""
    for table, column in SEARCHED.items():
        script += "".join(
            f'DROP TRIGGER IF EXISTS "{table}_search_{event}";' for event in ("insert", "delete", "update")
        )
        made = search._fts5(table, column)
        if not sealed_too:
            for event, row in (("INSERT", "new"), ("DELETE", "old"), (f'UPDATE OF "{column}"', "old")):
                head = f'AFTER {event} ON "{table}" '
                assert head in made
                made = made.replace(head, f'{head}WHEN NOT {row}."is_sealed" ')
            made = made.replace(f"FROM {table} AS row;", f'FROM {table} AS row WHERE NOT row."is_sealed";')
        script += made
    return script


async def upgrade(db: BaseDBAsyncClient) -> str:
    dialect = db.capabilities.dialect
    tables = TABLES.format(**WORDS[dialect])
    if dialect == "postgres":
        return tables + _postgres_search('CASE WHEN "is_sealed" THEN NULL ELSE phm_document("{column}") END')
    return tables + _sqlite_search(sealed_too=False)


async def downgrade(db: BaseDBAsyncClient) -> str:
    dropped = "".join(f'DROP TABLE "{name}";' for name in NAMES)
    if db.capabilities.dialect == "postgres":
        return dropped + _postgres_search('phm_document("{column}")')
    return dropped + _sqlite_search(sealed_too=True)
