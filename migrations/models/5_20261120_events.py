"""The log of events, numbered in the order of the commits. The posts that are there already open it."""

from tortoise import BaseDBAsyncClient

TABLES = """
CREATE TABLE IF NOT EXISTS "events" (
    "seq" BIGINT NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "row_id" INT NOT NULL,
    "scope_id" INT NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx_events_row" ON "events" ("kind", "row_id");
CREATE INDEX IF NOT EXISTS "idx_events_scope" ON "events" ("kind", "scope_id", "seq");
CREATE TABLE IF NOT EXISTS "event_heads" ("id" INT NOT NULL PRIMARY KEY, "seq" BIGINT NOT NULL);
INSERT INTO "events" ("seq", "kind", "row_id", "scope_id")
    SELECT row_number() OVER (ORDER BY "id"), 'POST', "id", "topic_id" FROM "posts";
INSERT INTO "event_heads" ("id", "seq") SELECT 1, (SELECT count(*) FROM "events");
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return TABLES


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'DROP TABLE IF EXISTS "event_heads"; DROP TABLE IF EXISTS "events";'
